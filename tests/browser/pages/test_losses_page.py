"""Losses: three kinds of output over five folds."""

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE


def boxes(page, kind, what):
    found = page.locator(f".st-key-frequency_{kind} {what}")
    return found.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().toJSON())")


def counts_on_dots(page, kind):
    """Pairs of a count and a dot that overlap. Numbers collided with dots."""
    dots, counts = boxes(page, kind, "path.point"), boxes(page, kind, "g.textpoint text")
    assert len(dots) == len(counts) > 1
    return [
        (dot, count)
        for dot in dots
        for count in counts
        if dot["left"] < count["right"]
        and count["left"] < dot["right"]
        and dot["top"] < count["bottom"]
        and count["top"] < dot["bottom"]
    ]


@pytest.mark.nightly
def test_three_kinds_of_output_are_compared_on_the_page(app, open_page):
    """Sums of linear outputs are exactly 1 at the minimum of the squared error, not "on average"."""
    page = open_page(f"{app.url}/losses")
    page.get_by_text("one dot per wine").wait_for(timeout=PATIENCE)
    settled(page)
    expect(page.get_by_text("All 178 rows add up to 1.")).to_have_count(1)
    expect(page.locator(".js-plotly-plot")).to_have_count(6)
    expect(page.get_by_text("at the minimum of the squared error, as the targets do")).to_be_visible()
    for kind in ("softmax", "sigmoid", "linear"):
        assert not counts_on_dots(page, kind)
    page.get_by_role("link", name="Calibration").last.click()
    expect(page.get_by_role("heading", level=1, name="Calibration")).to_be_visible(timeout=PATIENCE)
