"""Figures as plain values are those that Plotly makes of the same calls, and no page makes Plotly's own."""

import json
from unittest.mock import patch

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly import tools
from plotly.basedatatypes import BaseFigure
from plotly.subplots import make_subplots
from streamlit.delta_generator import DeltaGenerator

from ui import charts
from ui.charts.figure import Figure
from ui.charts.theme import with_theme
from ui.report.still.axes import unpacked
from ui.server import plotly_internals
from ui.server.first_paint import style_sheet


def draw(figure, **place):
    """Each kind of trace and of words, with values of each kind."""
    table = pd.DataFrame({"x": [1.0, np.nan, 3.0], "count": [1, 200, 70_000], "name": ["a", "b", "c"]})
    marker = {"size": table["count"]}
    figure.add_scatter(x=table["x"], y=np.array([0.5, 1]), text=table["name"], marker_color="#112233", marker=marker, **place)
    figure.add_bar(x=["a", "b"], y=[1, 2], error_x={"array": [1, 2]}, unselected_marker_opacity=1, customdata=table, **place)
    figure.add_heatmap(z=np.arange(6).reshape(2, 3), colorbar_title={"text": "nats"}, **place)
    figure.add_histogram(x=np.arange(300), nbinsx=40, **place)
    figure.add_annotation(x=1, y=np.float64(2), text="here", font={"size": 12}, font_color="red", **place)
    figure.update_yaxes(title={"font": {"size": 13}}, tickvals=np.array([1, 2]), ticktext=("one", "two"), **place)
    return figure


def draw_lines(figure, **place):
    """Each kind of line, and what all traces and axes have in common."""
    figure.add_hline(y=2, line={"width": 1}, **place)
    figure.add_vline(x=3, line={"width": 1}, line_dash="dot")
    figure.add_vrect(x0=0, x1=1, fillcolor="red", line_width=0, layer="below")
    figure.add_shape(type="rect", x0=0, x1=1, y0=0, y1=1)
    figure.update_traces(opacity=0.5)
    figure.update_xaxes(title_text="x", range=np.log10([1, 10]), zeroline=False)
    figure.update_layout(margin_t=28, legend={"itemsizing": "constant"}, barmode="stack", showlegend=None)
    return figure


def values(content):
    """Without templates and what is empty; arrays as lists, whatever their bytes."""
    if isinstance(content, dict):
        kept = {name: values(value) for name, value in content.items() if name != "template"}
        return {name: value for name, value in kept.items() if value not in (None, {})}
    if isinstance(content, list | tuple):
        return [values(value) for value in content]
    return values(content.tolist()) if isinstance(content, np.ndarray) else None if content != content else content


def test_a_figure_is_the_one_that_plotly_makes_of_the_same_calls():
    axes = {"xaxis": {"automargin": True}, "yaxis": {"title": {"text": "y"}}, "height": 300}
    own, plotlys = (draw_lines(draw(figure)) for figure in (Figure(axes), go.Figure(layout=axes)))
    assert values(unpacked(own.to_dict())) == values(unpacked(plotlys.to_dict()))


def test_a_figure_of_two_rows_is_the_one_that_plotly_makes_of_the_same_calls():
    own = charts.two_rows(430, above=0.76, between=0.05)
    plotlys = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.05)
    plotlys.update_layout(**{name: value for name, value in own.layout.items() if "axis" not in name})
    for row in (1, 2):
        draw(own, row=row)
        draw(plotlys, row=row, col=1)
    draw_lines(own, row=2)
    draw_lines(plotlys, row=2, col=1)
    found, wanted = values(unpacked(own.to_dict())), values(unpacked(plotlys.to_dict()))
    for axis in ("yaxis", "yaxis2"):
        assert found["layout"][axis].pop("domain") == pytest.approx(wanted["layout"][axis].pop("domain"))
    assert found == wanted


def test_a_property_that_plotly_does_not_know_is_refused_where_figures_are_checked():
    figure = Figure()
    figure.add_scatter(x=[1], y=[1], marker_colour="red")
    with pytest.raises(ValueError, match="colour"):
        figure.checked()


def test_a_copy_is_changed_alone():
    figure = Figure({"legend": {"y": 1}})
    figure.add_scatter(x=[1], y=[1], textfont={"size": 9})
    charts.say(figure, 1, 1, "label", font={"size": 9})
    copied = charts.legible(figure)
    copied.update_layout(legend_y=2)
    assert (figure.layout["legend"], figure.traces[0]["textfont"]) == ({"y": 1}, {"size": 9})
    assert copied.fonts()[0]["size"] == copied.fonts()[1]["size"] == charts.MIN_TEXT


def test_arrays_are_written_as_lists_which_plotly_does_not_take_for_new_values():
    figure = Figure()
    figure.add_scatter(x=pd.Series([1, 2]), y=np.array([0.5, 1]))
    assert figure.to_dict()["data"] == [{"type": "scatter", "x": [1, 2], "y": [0.5, 1.0]}]


def test_a_figure_has_the_themes_values_where_it_has_none_and_no_template():
    figure = draw(charts.empty_figure(300, x="x"))
    drawn = with_theme(figure.to_dict(), "dark")
    assert drawn["layout"]["paper_bgcolor"] == "#171614"
    assert drawn["layout"]["xaxis"]["gridcolor"] == charts.FAINT
    assert drawn["layout"]["xaxis"]["title"]["standoff"] == 20
    assert drawn["data"][0]["marker"] == {"color": "#112233", "size": [1, 200, 70_000], "line": {"width": 0}}
    assert drawn["layout"]["datarevision"] == with_theme(figure.to_dict(), "light")["layout"]["datarevision"]
    assert "template" not in drawn["layout"]
    assert drawn["layout"]["xaxis"]["tickcolor"] == "#31333F"


def test_only_a_heat_map_has_the_colour_of_ticks_which_makes_plotly_draw_them():
    figure = charts.empty_figure(300)
    figure.add_scatter(x=[1], y=[1])
    assert "tickcolor" not in with_theme(figure.to_dict(), "light")["layout"]["xaxis"]


def test_what_is_no_number_is_null_in_json():
    figure = Figure()
    figure.add_scatter(y=[1.0, float("nan")])
    assert json.loads(figure.to_json())["data"][0]["y"] == [1.0, None]


def test_a_page_makes_no_figure_of_plotlys(monkeypatch):
    made, make = [], BaseFigure.__init__
    monkeypatch.setattr(BaseFigure, "__init__", lambda self, *given, **more: made.append(self) or make(self, *given, **more))
    monkeypatch.setattr(tools, "return_figure_from_figure_or_data", tools.return_figure_from_figure_or_data)
    plotly_internals.send_figures_unchecked()
    with patch.object(DeltaGenerator, "_enqueue") as sent:
        charts.show(draw_lines(draw(charts.empty_figure(300, x="x"))), key="picture", alt="A picture")
    assert sent.called
    assert not made
    go.Figure()
    assert made


def test_figures_have_the_unit_of_length_of_the_presenters_view():
    sheet = style_sheet(presents=True)
    assert f"html {{ font-size: {charts.PRESENTED_REM}px;" in sheet
