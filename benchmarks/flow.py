"""The presses and seconds that a lecturer needs to show each part of the subject: ``python -m benchmarks.flow``.

In one run with a real browser: from a server that was just started, and again by a second person when everything is warm.
Printed for each thing: presses and page changes from the first page on, and the seconds from the last press to its picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from testing.browser import App, chromium, new_context, running_app
from testing.browser_parts import picture
from testing.browser_steps import PATIENCE
from ui.page_registry import PAGES

EXAMPLE = "Trained in advance with these settings"


@dataclass
class Visit:
    """A person's way through the app, counted.

    Attributes
    ----------
    page : Page
    presses, page_changes : int
        So far.
    rows : list of tuple
        What was seen, presses, page changes, and seconds from the last move.
    """

    page: Page
    presses: int = 0
    page_changes: int = 0
    rows: list[tuple[str, int, int, float]] = field(default_factory=list)
    _moved: float = 0.0

    def press(self, name: str) -> None:
        """Press a button."""
        self.presses += 1
        self._moved = time.perf_counter()
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def open(self, url: str) -> None:
        """Choose a page in the menu."""
        self.page_changes += 1
        self._moved = time.perf_counter()
        self.page.locator(f'a[href*="/{url}"]').first.click()
        self.page.get_by_role("heading", level=1, name=PAGES[url].title).wait_for()

    def sees(self, what: str, *conditions: Callable[[], object]) -> None:
        """Wait until all that makes up a thing is seen, and note it."""
        for condition in conditions:
            condition()
        self.rows.append((what, self.presses, self.page_changes, time.perf_counter() - self._moved))


def visit(browser: Browser, app: App, query: str) -> Visit:
    """Train once, and look at everything."""
    page = new_context(browser, viewport={"width": 1280, "height": 800}).new_page()
    person = Visit(page)

    def element(selector: str) -> Callable[[], object]:
        return lambda: page.locator(selector).first.wait_for(state="visible", timeout=PATIENCE)

    def chart(key: str) -> Callable[[], object]:
        return lambda: picture(page, key).wait_for(state="visible", timeout=PATIENCE)

    def own_run() -> None:
        words = page.locator(".st-key-experiment_in_words")
        words.get_by_text("Finished", exact=True).first.wait_for(timeout=PATIENCE)
        words.get_by_text(EXAMPLE).wait_for(state="detached", timeout=PATIENCE)

    person._moved = time.perf_counter()
    page.goto(f"{app.url}/train?{query}")
    person.sees("a trained ensemble (the example)", element("canvas.loss"))
    person.press("Train")
    person.sees("its own run, finished", own_run)
    person.open("predictions")
    bars = element(".st-key-reading .verdict")
    person.sees("an example's bars, temperature, H + KL, members", bars)
    person.open("members")
    person.sees("members disagreeing: three ways of training", chart("score_nll"), element("text=bootstrap"))
    person.open("calibration")
    person.sees("reliability", chart("reliability"))
    person.open("experiments")
    person.sees("thirty seeds", chart("luck_test_loss"))
    person.open("compare")
    person.press("dropout 0.5")
    person.sees(
        "two settings compared",
        chart("compare_test_loss"),
        lambda: page.get_by_text("Dropout", exact=True).first.wait_for(timeout=PATIENCE),
    )
    page.context.close()
    return person


def report(name: str, person: Visit) -> None:
    print(f"\n{name}\n{'':<52}{'presses':>8}{'pages':>7}{'seconds':>9}")
    for what, presses, page_changes, seconds in person.rows:
        print(f"{what:<52}{presses:>8}{page_changes:>7}{seconds:>9.1f}")


def main() -> None:
    with chromium() as browser, running_app() as app:
        report("Cold: a server that was just started", visit(browser, app, "seed=11"))
        report("Warm: the next person, another seed", visit(browser, app, "seed=12"))


if __name__ == "__main__":
    main()
