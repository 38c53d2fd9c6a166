"""The one look of the pictures: colours by meaning, axes with the app's numbers, labels instead of legends."""

import re

import numpy as np
import pandas as pd
import pytest
from plotly.colors import sample_colorscale

from ensemble.shift.priors import PriorInterval, PriorSteps
from testing import ROOT
from ui import charts
from ui.charts import calibration, heat_map, members, overview, regression, reliability, scores, shares
from ui.charts.calibration import TEMPERATURE_TICKS
from ui.charts.run_axes import in_percent, on_axis, round_steps

MEMBERS = pd.DataFrame({"members": [1, 2, 8], "mean": [0.4, 0.3, 0.2], "low": [0.3, 0.25, 0.2], "high": [0.6, 0.4, 0.2]})
BOARD = pd.DataFrame(
    {"name": ["joint", "bootstrap"]}
    | {
        f"{score}{end}": [value, value]
        for score, low, middle, high in (("nll", 0.1, 0.2, 0.5), ("brier", 0.05, 0.1, 0.3), ("accuracy", 0.85, 0.95, 0.99))
        for end, value in (("_low", low), ("", middle), ("_high", high))
    }
)


@pytest.fixture(autouse=True)
def always_light():
    with charts.in_light():
        yield


def test_no_picture_of_data_has_the_colour_of_controls():
    """Teal meant eight things. It marks where a control stands, in ``promise`` and in regression's path."""
    for script in ("calibration", "members", "outputs", "plane", "reliability", "scores"):
        source = (ROOT / "ui" / "charts" / f"{script}.py").read_text(encoding="utf-8")
        assert source.count("charts.accent()") == (script == "calibration")


@pytest.mark.parametrize("score", ["nll", "brier", "accuracy"])
def test_members_beyond_the_axis_stand_at_its_end_and_are_counted(score):
    own = {"joint": np.array([0.1, 0.2, 9.0]) if score != "accuracy" else np.array([0.3, 0.9, 1.0])}
    figure = scores.scoreboard(BOARD, score, own, levels={"base rate": 1.0} if score == "nll" else None)
    low, high = figure.checked().layout.xaxis.range
    dots = figure.checked().data[0]
    assert ((np.array(dots.x) >= low) & (np.array(dots.x) <= high)).all()
    assert low <= BOARD[f"{score}_low"].min()
    assert high >= BOARD[f"{score}_high"].max()
    beyond = [note.text for note in figure.checked().layout.annotations if "beyond" in note.text]
    assert beyond == ([] if score == "accuracy" else ["1 beyond"])
    if score == "nll":
        assert [shape.x0 for shape in figure.checked().layout.shapes] == [1.0]
    assert dots.customdata[-1] == ("1" if score == "accuracy" else "9")


def test_both_bars_of_the_log_pool_end_in_one_line():
    figure = scores.identity(0.3845, 0.1606, 0.2239)
    assert figure.checked().layout.shapes[0].x0 == 0.3845
    assert [text for bar in figure.checked().data for text in bar.text if text] == ["0.385", "0.161", "0.224"]


def test_the_own_ensemble_is_a_line_with_its_size():
    figure = members.with_own_size(scores.nll_by_size(MEMBERS, {"base rate": 1.09}), MEMBERS, 2)
    assert {(shape.x0, shape.x1) for shape in figure.checked().layout.shapes if shape.x0 == shape.x1} == {(2, 2)}
    assert figure.checked().data[-1].text == "your ensemble: 2"


def test_names_at_the_ends_of_curves_do_not_touch():
    way = np.linspace(0, 1, 5)[:, None] * np.array([[1.0, 1.01, 1.02]])
    heights = [note.y for note in members.ways_between(way, ["a", "b", "c"]).checked().layout.annotations]
    assert (np.diff(sorted(heights)) > 0.06).all()


def test_the_diagram_begins_where_the_forecasts_do():
    table = pd.DataFrame({"forecast": [0.83, 0.97], "frequency": [0.75, 1.0], "hits": [3, 9], "count": [4, 9]})
    figure = reliability.in_bins(table.assign(low=[0.5, 0.9], high=1.0), "right")
    assert 0.7 < figure.checked().layout.xaxis.range[0] < 0.83
    assert 0.4 < figure.checked().layout.yaxis.range[0] < 0.5
    assert figure.checked().layout.xaxis.ticktext[-1] == "100 %"


def test_the_largest_dot_has_room_above_and_the_count_at_the_edge_ends_with_its_dot():
    """On a phone the dot at 100 % was cut off by the legend, and its count by the edge."""
    table = pd.DataFrame({"forecast": [0.55, 0.999], "frequency": [0.5, 0.99], "hits": [1, 170], "count": [2, 172]})
    figure = reliability.in_bins(table.assign(low=[0.1, 0.98], high=1.0), "right").checked()
    bottom, top = figure.layout.yaxis.range
    assert (top - 1) / (top - bottom) > 0.08
    middle, at_the_edge = figure.layout.annotations
    assert (middle.xanchor, middle.xshift) == ("center", 0)
    assert (at_the_edge.text, at_the_edge.xanchor, at_the_edge.xshift) == ("170 of 172", "right", 22)


def test_differences_stand_on_an_axis_with_zero_in_its_middle():
    table = pd.DataFrame({"name": ["one", "two"], "nll": [0.1, -0.2], "nll_low": [-0.1, -0.5], "nll_high": [0.2, 0.1]})
    figure = calibration.differences(table, "three")
    low, high = figure.checked().layout.xaxis.range
    assert low == -high < -0.5
    assert "−0.4" in figure.checked().layout.xaxis.ticktext


@pytest.mark.parametrize(("low", "high"), [(0, 1e-7), (-3, 5), (0.92, 1.0), (0, 1e9), (1.4e-3, 1.5e-3)])
def test_numbers_on_an_axis_are_few_round_and_within(low, high):
    ticks = round_steps(low, high)
    assert 2 <= len(ticks) <= 6
    assert ((ticks >= low - 1e-9 * (high - low)) & (ticks <= high * (1 + 1e-9))).all()
    assert not [text for text in map(on_axis, ticks) if re.search("[e-]|μ", text)]


def test_in_the_presenters_view_text_is_large_and_the_figure_still_fits(monkeypatch):
    """House: every text at least 22 px at 1920 x 1080."""
    monkeypatch.setattr(charts, "presents", lambda: True)
    plain = charts.empty_figure(430, x="x", y="y")
    charts.say(plain, 0, 0, "a label")
    figure = charts.legible(plain)
    layout = figure.checked().layout
    sizes = [layout.xaxis.tickfont.size, layout.yaxis.title.font.size, layout.annotations[0].font.size]
    assert min(sizes) >= 22
    assert 430 < layout.height <= 620
    assert plain.layout["height"] == 430


def test_in_the_presenters_view_the_corners_of_the_triangle_are_named_as_large(monkeypatch):
    monkeypatch.setattr(charts, "presents", lambda: True)
    member_proba = np.random.default_rng(0).dirichlet(np.ones(3), (4, 5))
    ternary = (
        charts.legible(members.triangle(member_proba, np.array([0, 1, 2, 0, 1]), ["a", "b", "c"], 0)).checked().layout.ternary
    )
    assert min(ternary[axis].title.font.size for axis in ("aaxis", "baxis", "caxis")) >= 22


def test_the_losses_to_beat_are_one_line_where_classes_are_equally_frequent():
    assert list(charts.loss_references([0, 1, 2], 3)) == ["base rate H(π) ≈ ln 3"]
    skewed = charts.loss_references([0, 0, 0, 0, 1, 2], 3)
    assert list(skewed) == ["base rate H(π)", "uniform ln 3"]
    assert skewed["base rate H(π)"] < skewed["uniform ln 3"] == pytest.approx(np.log(3))


def test_in_the_presenters_view_the_numbers_below_a_picture_stand_upright(monkeypatch):
    monkeypatch.setattr(charts, "presents", lambda: True)
    figure = charts.empty_figure(300)
    figure.add_scatter(x=[0.1], y=[1], marker_size=8, line_width=2)
    figure.add_scatter(x=[0.1], y=[1], marker_size=np.array([3, 30]))
    in_percent(figure.update_xaxes, 0.78, 1.01)
    shown = charts.legible(figure)
    axis = shown.layout["xaxis"]
    assert (axis["tickangle"], len(axis["tickvals"])) == (0, len(axis["ticktext"]))
    assert sum(map(len, axis["ticktext"])) <= charts.MAX_PRESENTED_LETTERS < sum(map(len, figure.layout["xaxis"]["ticktext"]))
    assert (shown.traces[0]["marker"]["size"], shown.traces[0]["line"]["width"]) == (12, 3)
    np.testing.assert_equal(shown.traces[1]["marker"]["size"], [3, 30], "a size that carries a number")


@pytest.mark.parametrize(
    ("taken", "rate", "drawn"), [(0, 0.5, 0), (33, 0.5, 33), (100, 0.5, 100), (900, 0.5, 100), (900, 0.97, 211)]
)
def test_all_steps_of_em_are_drawn_or_the_axis_says_how_many(taken, rate, drawn):
    first = 0.5 + 0.3 * rate ** np.arange(taken + 1)
    steps = PriorSteps(np.stack([first, 1 - first], axis=1), np.zeros(taken + 1), 0.0)
    end = first[-1] + np.array([-0.1, 0.1])
    interval = PriorInterval(*(np.array([one, 1 - one]) for one in end))
    figure = shares.em_steps(steps, interval, steps.estimate, ["a", "b"])
    lines = [trace for trace in figure.checked().data if trace.name]
    assert [len(line.x) - 1 for line in lines] == [drawn, drawn]
    says = figure.checked().layout.xaxis.title.text
    assert says == ("step of EM" if drawn == taken else f"step of EM, the first {drawn} of {taken}")


def test_the_numbers_of_a_matrix_are_written_in_black_or_white_whichever_can_be_read():
    matrix = np.array([[-2.0, 0.1], [2.0, -1.0]])
    figure = members.coefficients(matrix, ["a", "b"], ["A", "B"], "score per span")
    black, white = (set(figure.checked().data[place].text) for place in (1, 2))
    assert (figure.checked().data[1].textfont.color, black) == ("#000000", {"0.10", "−1.00"})
    assert (figure.checked().data[2].textfont.color, white) == ("#FFFFFF", {"−2.00", "2.00"})
    assert figure.checked().data[0].colorbar.tickfont.color == charts.quiet()


@pytest.mark.parametrize("metric", ["accuracy", "test_loss"])
def test_the_numbers_of_a_map_of_runs_are_in_black_or_white_whichever_can_be_read(metric):
    shares = np.array([0.0, 0.455, 0.46, 1.0])
    values = shares if metric == "accuracy" else 10.0**-shares
    table = pd.DataFrame({"members": [1, 1, 2, 2], "dropout": [0.0, 0.5] * 2, "used": 3, "runs": 3})
    table = table.assign(**{f"{metric}{end}": values for end in ("", "_low", "_high")})
    drawn, *written = heat_map.heat_map(table, ["members", "dropout"], ["x", "y"], metric).traces
    is_black = {words: trace["textfont"]["color"] == "#000000" for trace in written for words in trace["text"]}
    for cell, words in zip(np.ravel(drawn["z"]), np.ravel(drawn["text"]), strict=True):
        share = (cell - np.min(drawn["z"])) / np.ptp(drawn["z"])
        (colour,) = sample_colorscale(drawn["colorscale"], [share], colortype="tuple")
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert is_black[words] == ((light + 0.05) / 0.05 > 1.05 / (light + 0.05)), words


def test_in_the_presenters_view_numbers_out_of_sight_take_no_room_from_those_in_sight(monkeypatch):
    """ux: below the temperatures from 0.6 to 9 only a 5 was left of 1, 2 and 5."""
    monkeypatch.setattr(charts, "presents", lambda: True)
    figure = charts.empty_figure(300)
    figure.update_xaxes(type="log", range=[-0.2, 0.95], tickvals=TEMPERATURE_TICKS, ticktext=list(map(str, TEMPERATURE_TICKS)))
    assert charts.legible(figure).layout["xaxis"].get("tickvals", TEMPERATURE_TICKS) == TEMPERATURE_TICKS
    figure.update_xaxes(range=[-2, 2])
    assert len(charts.legible(figure).layout["xaxis"]["tickvals"]) <= charts.MAX_PRESENTED_TICKS


def test_in_the_presenters_view_a_long_title_of_an_axis_takes_two_lines(monkeypatch):
    shown = scores.scoreboard(BOARD, "brier", {})
    assert "<br>" not in charts.legible(shown).layout["xaxis"]["title"]["text"]
    monkeypatch.setattr(charts, "presents", lambda: True)
    assert charts.legible(shown).layout["xaxis"]["title"]["text"] == "Brier score (0 to 2),<br>lower is better"


def test_nets_and_regressions_stand_at_one_height_in_all_three_pictures():
    levels = {"nll": {"uniform": 1.1}}
    drawn = [regression.beside(BOARD, BOARD, score, levels.get(score)) for score in ("nll", "brier", "accuracy")]
    assert len({(figure.layout["height"], figure.layout["margin"]["t"]) for figure in drawn}) == 1


@pytest.mark.parametrize(("confidence", "at", "beside"), [([0.99, 0.8], "left", "top"), ([0.9, 0.8], "right", "bottom")])
def test_the_accuracy_is_named_where_the_falling_confidence_is_not(confidence, at, beside):
    table = pd.DataFrame({"temperature": [0.5, 2.0], "nll": [0.2, 0.1], "confidence": confidence, "accuracy": 0.95})
    notes = calibration.over_temperatures(table, {"T = 1": 1.0, "fitted": 1.5}, {}).layout["annotations"]
    name = next(note for note in notes if note["text"].startswith("accuracy"))
    assert (name["xanchor"], name["yanchor"]) == (at, beside)


def test_no_line_runs_through_the_number_of_a_bar():
    figure = overview.class_counts(np.array([59, 71]), ["a", "b"], 24)
    assert not figure.layout["yaxis"]["showgrid"]
    assert figure.traces[0]["textfont"]["color"] == charts.text_color()


def test_long_names_that_begin_alike_are_shortened_to_both_ends():
    """ux: of an upload's classes a legend told only (2), (3) and (4)."""
    names = [f"a class whose name nobody would ever want to write out, number {k}" for k in (1, 2)]
    shown = charts.labels([*names, "another"])
    assert [(len(name), name[-8:]) for name in shown] == [(40, "number 1"), (40, "number 2"), (7, "another")]
    assert charts.labels(["same"] * 2) == ["same", "same (2)"]


def placed(figure, text):
    """Where a label begins and ends along the axis, if its letters have 12 px each 6 px wide, and the axis has 240 px."""
    note = next(note for note in figure.layout["annotations"] if note["text"].endswith(text))
    low, high = figure.layout["xaxis"]["range"]
    at, wide = 240 * (note["x"] - low) / (high - low), 6 * len(note["text"])
    left = at - {"left": 0, "center": wide / 2, "right": wide}[note["xanchor"]]
    return left, left + wide


@pytest.mark.parametrize("level", [1.1, 8000])
def test_the_name_of_a_line_begins_where_there_is_room_for_it(level):
    """ux: of a run that diverged the losses to beat are at the left end, and their names were cut off there."""
    board = BOARD.assign(nll=[1.5, 8000], nll_low=[1, 100], nll_high=[2, 9000])
    left, right = placed(scores.scoreboard(board, "nll", {}, levels={"uniform ln 3": level}), "uniform ln 3")
    assert left >= -1
    assert right <= 241


def test_at_the_end_of_an_axis_labels_stand_beside_those_of_what_goes_on():
    board = BOARD.assign(nll=[1.15, 1.2], nll_high=[1.5, 1.6])
    figure = scores.scoreboard(board, "nll", {"joint": np.array([1.1, 1.2, 1.3, 9.0])}, levels={"uniform": 1.1})
    assert placed(figure, "members alone")[1] <= placed(figure, "beyond")[0]
    assert placed(figure, "together")[1] <= min(placed(figure, "→")[0], 240)


def test_the_bars_of_a_histogram_have_one_width_even_of_equal_errors():
    """ux: of forecasts that are all 100 % the simulated errors are all 0: one bar was as wide as the picture."""
    figure = reliability.simulated_errors(np.zeros(1000), 0.04)
    low, high = figure.layout["xaxis"]["range"]
    assert figure.traces[0]["xbins"]["size"] < 0.05 * (high - low)


def test_the_names_beside_the_steps_of_em_fit_into_their_margin():
    steps = PriorSteps(np.array([[0.5, 0.5], [0.4, 0.6]]), np.zeros(2), 0.0)
    interval = PriorInterval(np.array([0.3, 0.5]), np.array([0.5, 0.7]))
    names = [f"a class whose name nobody would write out, {k}" for k in (1, 2)]
    notes = shares.em_steps(steps, interval, np.array([0.4, 0.6]), names).layout["annotations"]
    assert [(len(note["text"]), note["text"][-1]) for note in notes] == [(12, "1"), (12, "2")]


def test_pictures_beside_each_other_have_one_scale():
    bins = [
        pd.DataFrame({"forecast": [at, 0.9], "frequency": [at, 0.8], "low": [at, 0.7], "high": 1, "hits": 1, "count": counts})
        for at, counts in ((0.3, [10, 40]), (0.6, [10, 400]))
    ]
    drawn = [reliability.in_bins(table, "event", small=True, beside=bins) for table in bins]
    assert len({str([figure.layout[axis]["range"] for axis in ("xaxis", "yaxis")]) for figure in drawn}) == 1
    dots = [figure.traces[-1]["marker"]["size"] for figure in drawn]
    assert dots[0][0] == dots[1][0], "ten forecasts are as large in both"
