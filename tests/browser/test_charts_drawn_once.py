"""A new figure is drawn once, with room for its words from the beginning."""

import pytest

from testing.browser_parts import key, part_button
from testing.chart_draws import draws

BILLS = ["bills", "promised_and_paid", "promised_and_paid_calibrated"]


def choose_event(page):
    page.locator(".st-key-event").get_by_role("radio").nth(1).click()


def choose_rows(page):
    page.locator(".st-key-judged_on").get_by_role("radio", checked=False).first.click()


def choose_part(name):
    return lambda page: part_button(page, name).click()


VISITS = [
    (
        "calibration",
        [
            (choose_event, ["reliability"]),
            (choose_rows, ["ece_by_luck", "reliability"]),
            (choose_part("Temperature"), ["over_temperatures"]),
        ],
    ),
    ("calibration", [(choose_part("Prediction sets"), ["promise", "set_sizes"])]),
    ("decide", [(choose_part("The bill"), BILLS), (choose_part("Abstain"), ["risk_and_coverage"])]),
    ("regression", [(lambda page: key(page, "Prior width s", "ArrowRight"), ["map_coefficients", "path"])]),
    ("experiments", [(choose_part("Sweep"), ["sweep_effect", "sweep_spreads"])]),
    ("members", [(choose_part("Disagreement"), ["entropy_split", "triangle"])]),
]


@pytest.mark.parametrize(("address", "acts"), VISITS, ids=[f"{address}-{len(acts)}" for address, acts in VISITS])
def test_a_new_figure_is_drawn_once(app, open_page, address, acts):
    page = open_page(f"{app.url}/{address}")
    page.locator(".js-plotly-plot .main-svg, .simplex, canvas").first.wait_for()
    page.wait_for_timeout(500)
    for act, drawn in acts:
        assert draws(page, lambda act=act: act(page)) == [(name, 1) for name in drawn]
