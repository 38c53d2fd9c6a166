"""Pages with parts in a browser window that is kept from test to test, and actions in a part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote_plus

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, bar

STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")
SHORT = "epochs=5&members=3"
PICTURES = {
    "members": {
        "Training": ["score_nll", "score_brier", "score_accuracy"],
        "Pooling": ["score_nll", "score_brier", "score_accuracy", "identity"],
        "Disagreement": ["triangle", "entropy_split"],
        "Size": ["by_size"],
        "Linear collapse": [
            "coefficients_network",
            "coefficients_regression",
            "way_linear",
            "way_relu",
        ],
        "Masks": ["passes_nll", "passes_brier", "passes_mutual_information", "passes_confidence_far"],
        "Far from the data": ["confidence", "disagreement"],
    },
    "calibration": {
        "Reliability": ["reliability", "ece_by_luck"],
        "Scores": ["brier_parts", "log_loss_parts"],
        "Temperature": ["over_temperatures"],
        "Pool, then calibrate": ["pools"],
        "Over the epochs": ["over_epochs"],
        "Prediction sets": ["promise", "set_sizes"],
    },
    "decide": {
        "Who decides what": [],
        "The bill": ["promised_and_paid", "promised_and_paid_calibrated", "bills"],
        "Abstain": ["risk_and_coverage"],
        "Why not accuracy": ["equal_accuracy"],
    },
    "shift": {
        "Other shares": [],
        "Worse inputs": [],
        "A class that was not there": ["roc"],
    },
    "regression": {
        "Coefficients and prior": ["map_coefficients", "path"],
        "Beside the net": ["beside_nll", "beside_brier", "beside_accuracy"],
        "Significance": ["significance"],
        "Features of the net": ["importance"],
    },
}


@contextmanager
def watched_page(browser: Browser, url: str) -> Iterator[Page]:
    """A page that several tests share, in the window with cached scripts; fails at its end if it had errors."""
    errors: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(STREAMLITS_OWN):
            errors.append(f"{message.text} {message.location['url']}")

    page = browser.contexts[0].new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", note_console)
    page.goto(url)
    settled(page)
    yield page
    page.close()
    assert not errors


def element(page: Page, key: str) -> Locator:
    """The element with this key; while a script runs, the old one may still be below the new one."""
    return page.locator(f'.st-key-{key}[data-stale="false"]').first


def picture(page: Page, key: str) -> Locator:
    """A still picture that has been drawn."""
    return element(page, key).locator(".js-plotly-plot .main-svg").first


def expect_pictures(page: Page, keys: list[str]) -> None:
    """Check that the pictures are drawn, nothing is stale, and there is no error."""
    for key in keys:
        expect(picture(page, key)).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert not page.locator('[data-testid="stException"]').count()


def option(page: Page, group: str, name: str) -> Locator:
    """A button of a segmented control."""
    return page.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio", name=name, exact=True)


def choose(page: Page, group: str, name: str) -> None:
    option(page, group, name).click()
    expect(option(page, group, name)).to_be_checked()
    settled(page)


def part_button(page: Page, name: str) -> Locator:
    return page.get_by_role("radiogroup", name="Part", exact=True).get_by_role(
        "radio", name=re.compile(rf"^\d {re.escape(name)}$")
    )


def open_part(page: Page, name: str) -> None:
    """Choose a part, and wait until it is complete, which is when the script has written the link."""
    part_button(page, name).click()
    expect(page).to_have_url(in_link(name), timeout=PATIENCE)
    settled(page)
    assert not page.locator('[data-testid="stException"]').count()


def in_link(part: str) -> re.Pattern[str]:
    """The address of the open part."""
    return re.compile(f"[?&]part={re.escape(quote_plus(part))}(&|$)")


def wait_for_related(page: Page) -> None:
    """Wait until the related runs of the session's own run have been trained."""
    expect(bar(page)).to_contain_text("Finished", timeout=PATIENCE)
    expect(bar(page)).not_to_contain_text("runs for this page", timeout=PATIENCE)
    settled(page)


def changes(page: Page, key: str, act: Callable[[], None]) -> None:
    """Do something, and wait until the picture has changed."""
    before = picture(page, key).inner_html()
    act()
    page.wait_for_function(
        "([key, before]) => ![null, undefined, before].includes("
        "document.querySelector(`.st-key-${key} .js-plotly-plot .main-svg`)?.innerHTML)",
        arg=[key, before],
        timeout=PATIENCE,
    )
    settled(page)


def key(page: Page, slider: str, name: str) -> None:
    """Press a key on a slider of Streamlit's."""
    page.get_by_role("slider", name=slider).press(name)
    settled(page)


def type_wine(page: Page, wine: int) -> None:
    settled(page)  # text typed during a rerun is shown, but never sent
    box = page.get_by_role("spinbutton", name=re.compile("^Test wine, 1 to"))
    box.fill(str(wine))
    box.press("Enter")


def headers_and_rows(page: Page) -> tuple[list[str], int]:
    """Titles of the columns of the part's table, and its number of rows."""
    grid = page.locator('[data-testid="stDataFrame"] table[role="grid"]').first
    grid.wait_for(state="attached", timeout=PATIENCE)
    return grid.locator("th").all_text_contents(), int(grid.get_attribute("aria-rowcount") or 0) - 1
