"""A new figure is drawn once, with room for its words from the beginning."""

import pytest

from testing.browser_parts import key, part_button
from testing.chart_draws import draws

BILLS = ["bills", "promised_and_paid", "promised_and_paid_calibrated"]


def choose_event(page):
    page.locator(".st-key-event").get_by_role("radio").nth(1).click()


def choose_rows(page):
    page.locator(".st-key-judged_on").get_by_role("radio", checked=False).first.click()


@pytest.mark.parametrize(
    ("address", "act", "drawn"),
    [
        ("calibration", choose_event, ["reliability"]),
        ("calibration", choose_rows, ["ece_by_luck", "reliability"]),
        ("calibration", lambda page: part_button(page, "Temperature").click(), ["over_temperatures"]),
        ("calibration", lambda page: part_button(page, "Prediction sets").click(), ["promise", "set_sizes"]),
        ("decide", lambda page: part_button(page, "The bill").click(), BILLS),
        ("decide", lambda page: part_button(page, "Abstain").click(), ["risk_and_coverage"]),
        ("regression", lambda page: key(page, "Prior width s", "ArrowRight"), ["map_coefficients", "path"]),
        ("experiments", lambda page: part_button(page, "Sweep").click(), ["sweep_effect", "sweep_spreads"]),
        ("members", lambda page: part_button(page, "Disagreement").click(), ["entropy_split", "triangle"]),
    ],
)
def test_a_new_figure_is_drawn_once(app, open_page, address, act, drawn):
    page = open_page(f"{app.url}/{address}")
    page.locator(".js-plotly-plot .main-svg, .simplex, canvas").first.wait_for()
    page.wait_for_timeout(500)
    assert draws(page, lambda: act(page)) == [(name, 1) for name in drawn]
