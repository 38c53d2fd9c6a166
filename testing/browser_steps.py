"""Steps of browser tests: what a person does and sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

import testing
from testing.browser import settled
from ui.page_registry import PAGES

PATIENCE = 1000 * testing.PATIENCE  # in milliseconds, as Playwright counts
TITLES = {page.url: page.title for page in PAGES.values()}


def number_of(text: str) -> float:
    """The value of a number as pages write it: 0.219, −0.5, 6.2·10⁻⁵, 1 − 10⁻³ or ∞, with or without a unit."""
    text = text.removesuffix(" nats").removesuffix(" bits")
    if text.startswith("1 − "):
        return 1 - number_of(text.removeprefix("1 − "))
    text = text.replace("−", "-").replace("∞", "inf")
    if power := re.fullmatch(r"(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text):
        return float(power[1] or 1) * 10.0 ** int(power[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    return float(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press_train(page: Page) -> None:
    press(page, "Train")


def bar(page: Page) -> Locator:
    """The text of the experiment's bar: the shown run, and its results."""
    return page.locator(".st-key-experiment_in_words")


def train_to_the_end(page: Page, epochs: int) -> None:
    press_train(page)
    wait_for_words(page, "Finished")
    wait_for_epochs(page, epochs)
    settled(page)


def train_slowly(page: Page, epochs: int = 5) -> None:
    """Start a run at ten epochs a second, and wait for its first epochs."""
    page.get_by_text("Slow", exact=True).click()
    before = run_shown(page)
    press_train(page)
    wait_for_words(page, "Training")
    expect(page.locator(".root")).not_to_have_attribute("data-run", before, timeout=PATIENCE)
    wait_for_epochs(page, epochs)


def wait_for_words(page: Page, words: str) -> None:
    page.locator('[data-testid="stMarkdown"]').get_by_text(words).first.wait_for(timeout=PATIENCE)


def loss_canvas(page: Page) -> Locator:
    return page.locator("canvas.loss")


def epochs_shown(page: Page) -> int:
    return int(loss_canvas(page).get_attribute("data-epochs") or 0)


def run_shown(page: Page) -> str:
    return page.locator(".root").get_attribute("data-run") or ""


def wait_for_epochs(page: Page, epochs: int) -> None:
    loss_canvas(page).wait_for(timeout=PATIENCE)
    page.wait_for_function(
        "([canvas, epochs]) => Number(canvas.dataset.epochs) >= epochs",
        arg=[loss_canvas(page).element_handle(), epochs],
        timeout=PATIENCE,
    )


def in_navigation(page: Page, path: str) -> Locator:
    """The link to a page in the app's own navigation."""
    return page.locator(f'[data-testid$="NavLink"][href$="/{path}"]')


def follow(page: Page, path: str) -> None:
    """Go to another page by the app's own navigation."""
    in_navigation(page, path).click()
    expect(page.get_by_role("heading", level=1, name=TITLES[path])).to_be_visible(timeout=PATIENCE)
    settled(page)


def words_drawn(page: Page, act: Callable[[], object]) -> list[dict[str, Any]]:
    """Texts drawn on canvases during ``act`` and the next frame, each with its size in CSS pixels."""
    page.evaluate(
        """() => { const write = window.fillTextBefore ??= CanvasRenderingContext2D.prototype.fillText; window.drawn = [];
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
          const size = (parseFloat(/[\\d.]+px/.exec(this.font)[0]) * this.getTransform().a) / devicePixelRatio;
          window.drawn.push({ text: String(text), size });
          return write.call(this, text, ...place);
        }; }"""
    )
    act()
    settled(page)
    return page.evaluate("window.drawn")


def messages_sent(page: Page, act: Callable[[], object]) -> int:
    """Number of messages that the browser sent to the server during ``act``."""
    page.evaluate(
        """() => { const send = WebSocket.prototype.send; window.sent = 0;
        WebSocket.prototype.send = function (...data) { window.sent++; return send.apply(this, data); }; }"""
    )
    act()
    return page.evaluate("window.sent")
