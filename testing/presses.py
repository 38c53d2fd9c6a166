"""What a person does to a control of a page, again and again: each function gives the presses one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

from playwright.sync_api import Locator, Page

from testing.browser import settled
from testing.browser_parts import open_part, part_button
from testing.browser_steps import PATIENCE, follow, in_navigation

Press = Callable[[], object]
Moves = Callable[[Page], Iterator[Press]]


def at(page: Page, key: str) -> Locator:
    """The element with this key."""
    return page.locator(f".st-key-{key}").first


def options(key: str, *positions: int) -> Moves:
    """Round and round through a row of buttons of which one is chosen; the first of these is chosen now."""

    def moves(page: Page) -> Iterator[Press]:
        for position in cycle((*positions[1:], positions[0])):
            yield at(page, key).get_by_role("radio").nth(position).click

    return moves


def pressed(*keys: str) -> Moves:
    """One button after the other."""

    def moves(page: Page) -> Iterator[Press]:
        for key in cycle(keys):
            yield at(page, key).get_by_role("button").first.click

    return moves


def inside(key: str, *selectors: str) -> Moves:
    """One button of a component after the other."""

    def moves(page: Page) -> Iterator[Press]:
        for selector in cycle(selectors):
            yield at(page, key).locator(selector).click

    return moves


def switched(key: str) -> Moves:
    """Switch a control on and off again."""

    def moves(page: Page) -> Iterator[Press]:
        while True:
            yield at(page, key).locator("label").first.click

    return moves


def stepped(key: str) -> Moves:
    """A slider: one step up, one step down."""

    def moves(page: Page) -> Iterator[Press]:
        for name in cycle(("ArrowRight", "ArrowLeft")):
            yield partial(at(page, key).get_by_role("slider").press, name)

    return moves


def typed(key: str, *texts: str) -> Moves:
    """The Enter after one text, then after another."""

    def moves(page: Page) -> Iterator[Press]:
        box = at(page, key).locator("input").first
        for text in cycle(texts):
            box.fill(text)
            yield partial(box.press, "Enter")

    return moves


def listed(key: str, *positions: int) -> Moves:
    """Round and round through a list; before each press it is open."""

    def moves(page: Page) -> Iterator[Press]:
        for position in cycle((*positions[1:], positions[0])):
            box = at(page, key).get_by_role("combobox")
            box.scroll_into_view_if_needed()
            page.wait_for_timeout(300)  # a list that opens while the page scrolls closes again
            box.click()
            option = page.get_by_role("option").nth(position)
            option.wait_for()
            yield option.click

    return moves


def opened(key: str) -> Moves:
    """Open a box; before each press it is closed."""

    def moves(page: Page) -> Iterator[Press]:
        box = at(page, key).locator("details")
        while True:
            if box.get_attribute("open") is not None:
                box.locator("summary").click()
                settled(page)
                page.wait_for_timeout(500)
            yield box.locator("summary").click

    return moves


def from_part(other: str, part: str) -> Moves:
    """Choose a part; before each press the other one is open."""

    def moves(page: Page) -> Iterator[Press]:
        while True:
            open_part(page, other)
            yield part_button(page, part).click

    return moves


def from_page(other: str, path: str) -> Moves:
    """Choose a page in the menu; before each press the other one is open."""

    def moves(page: Page) -> Iterator[Press]:
        while True:
            follow(page, other)
            yield in_navigation(page, path).click

    return moves


def train_another(page: Page) -> None:
    """Train the example with other dropout, so that there are two runs to compare."""
    at(page, "pin").get_by_role("button").click()
    settled(page)
    at(page, "same_with_dropout").get_by_role("button").click()
    at(page, "compare_rows").wait_for(timeout=PATIENCE)
    settled(page)


def train_planes(page: Page) -> None:
    """Train what the controls of the plane ask for: what is measured are runs that are there."""
    for key, position in (("plane_rows", 2), ("plane_rows", 1), ("plane_activation", 0), ("plane_activation", 1)):
        at(page, "disagreement").wait_for(timeout=PATIENCE)
        at(page, key).get_by_role("radio").nth(position).click()
        settled(page)
        page.wait_for_timeout(3000)


def open_room(page: Page) -> None:
    """Open a room for a class."""
    at(page, "open_room").get_by_role("button").click()
    at(page, "room_qr").wait_for(timeout=PATIENCE)
    settled(page)


def edit_plan(page: Page) -> None:
    """Begin a lecture with a plan that is there."""
    page.get_by_role("button", name="Edit a copy", exact=True).first.click()
    at(page, "step_form").wait_for(timeout=PATIENCE)
    settled(page)
