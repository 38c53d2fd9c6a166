"""A new figure is drawn once."""

import pytest

from testing.browser_parts import key, picture
from testing.chart_draws import draws


def choose_event(page):
    page.locator(".st-key-event").get_by_role("radio").nth(1).click()


def choose_rows(page):
    page.locator(".st-key-judged_on").get_by_role("radio", checked=False).first.click()


@pytest.mark.parametrize(
    ("address", "act", "drawn"),
    [
        ("calibration", choose_event, ["reliability"]),
        ("calibration", choose_rows, ["ece_by_luck", "reliability"]),
        ("regression", lambda page: key(page, "Prior width s", "ArrowRight"), ["map_coefficients", "path"]),
    ],
)
def test_a_new_figure_is_drawn_once(app, open_page, address, act, drawn):
    page = open_page(f"{app.url}/{address}")
    picture(page, drawn[0]).wait_for()
    page.wait_for_timeout(500)
    assert draws(page, lambda: act(page)) == [(name, 1) for name in drawn]
