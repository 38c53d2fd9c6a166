"""Take the README's pictures: ``python -m docs.take_pictures`` writes them beside this file."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from testing.browser import chromium, running_app, settled
from testing.browser_steps import follow

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 1280, 860
CURVES_SETTLED = "canvas => canvas.dataset.epochs === '200' && Number(canvas.dataset.shown) === 200"


def open_page(browser: Browser, address: str) -> Page:
    """A page of the app in the light theme, ready to be used."""
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light").new_page()
    page.goto(address)
    settled(page)
    return page


def take_training(page: Page) -> None:
    """The classic run, trained to its end."""
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("Finished").wait_for(timeout=90_000)
    curves = page.locator("canvas.loss")
    page.wait_for_function(CURVES_SETTLED, arg=curves.element_handle())
    page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / "training.png")


def take_reading(page: Page) -> None:
    """The wine of which that run is least certain."""
    follow(page, "predictions")
    page.locator("canvas.triangle").wait_for()
    settled(page)
    page.screenshot(path=FOLDER / "reading.png")


def take_calibration(page: Page) -> None:
    """Out of fold, the likeliest class."""
    follow(page, "calibration")
    page.get_by_text("Mean forecast").wait_for(timeout=90_000)
    settled(page)
    page.locator(".js-plotly-plot").nth(1).wait_for()
    page.screenshot(path=FOLDER / "calibration.png")


def main() -> None:
    with running_app() as app, chromium() as browser:
        page = open_page(browser, f"{app.url}/train")
        take_training(page)
        take_reading(page)
        take_calibration(page)


if __name__ == "__main__":
    main()
