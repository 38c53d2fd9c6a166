"""Room for words is reckoned before Plotly measures them; ``tests/browser/test_charts_drawn_once.py`` compares."""

import pytest

from ui import charts
from ui.charts.run_axes import in_percent
from ui.charts.theme import with_theme


def margin(figure):
    return with_theme(charts.legible(figure).to_dict(), "light")["layout"]["margin"]


def drawn(height=400, title="x", **trace):
    figure = charts.empty_figure(height, x=title, y="y")
    figure.add_scatter(**({"x": [0, 1], "y": [0, 1]} | trace))
    return figure


def test_longer_words_beside_an_axis_get_more_room():
    short, long = (margin(drawn(x=[1], y=[name])) for name in ("hue", "od280/od315 of diluted wines"))
    assert long["l"] - short["l"] > 100
    assert {side: long[side] for side in "rtb"} == {side: short[side] for side in "rtb"}


def test_a_title_of_two_lines_gets_more_room_than_one():
    assert margin(drawn(title="log odds<br>per span"))["b"] > margin(drawn(title="log odds"))["b"]


def test_half_of_a_number_at_the_end_of_an_axis_is_beyond_it():
    at_the_end, before_it = drawn(), drawn()
    in_percent(at_the_end.update_xaxes, 0.0, 1.0)
    in_percent(before_it.update_xaxes, 0.0, 1.09)
    assert margin(at_the_end)["r"] > margin(before_it)["r"] == 8


def test_hidden_axes_and_those_of_no_trace_get_no_room():
    figure = drawn()
    figure.update_yaxes(visible=False)
    assert margin(figure)["l"] == 8
    triangle = charts.empty_figure(400)
    triangle.add_scatterternary(a=[1], b=[0], c=[0])
    assert all(margin(triangle)[side] == 8 for side in "lrtb")


def test_a_margin_that_was_asked_for_is_kept_and_the_plot_has_some_height():
    assert margin(drawn().update_layout(margin={"r": 84, "t": 90}))["r"] == 84
    low = margin(drawn(height=100))
    assert low["t"] + low["b"] == pytest.approx(100 - 64, abs=1)


def test_numbers_that_plotly_chooses_get_room_for_five_characters():
    assert margin(drawn())["l"] == margin(drawn(y=["0.001"]))["l"] > margin(drawn(y=["10"]))["l"]


def test_an_axis_whose_numbers_are_hidden_gets_room_for_its_title_alone():
    figure = drawn()
    figure.update_yaxes(showticklabels=False)
    assert 8 < margin(figure)["l"] < margin(drawn())["l"] - 20
