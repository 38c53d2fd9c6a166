"""Figures as SVG without scripts: every chart of the reports, dark ones made light, hostile names, and a bound on the size."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from ensemble.calibration.temperature import over_temperatures
from ensemble.related import example
from ui import charts
from ui.charts import by_hand, calibration, comparison, members, reliability, scores
from ui.report.still import svg_of
from ui.report.still.axes import Axis, axis_of, unpacked
from ui.report.still.picture import MAX_BYTES

HOSTILE = '<script>alert(1)</script>" onload="alert(2)'
NUMBER = re.compile(r"nan|inf(?!o)", re.IGNORECASE)


def drawn(figure, **options):
    """The SVG's root; it is well-formed, and no number in it is missing."""
    text = svg_of(figure, **options)
    assert not NUMBER.search(re.sub(r"<text.*?</text>|base64,[^\"]*|aria-label=\"[^\"]*\"", "", text))
    return ElementTree.fromstring(text)


def words(root):
    return " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))


def count(root, tag):
    return len(list(root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")))


def figures():
    run, data = example.run(), example.data()
    levels = charts.loss_references(data.y_test, data.classes)
    table = over_temperatures(run.logits(data.x_test), data.y_test, np.geomspace(0.05, 20, 40))
    sizes = pd.DataFrame({"members": [1, 2, 5], "mean": [0.3, 0.2, 0.1], "low": [0.2, 0.1, 0.1], "high": [0.4, 0.3, 0.2]})
    names = charts.labels(data.class_names)
    return {
        "losses": comparison.losses(run.history, levels),
        "triangle": members.triangle(run.member_proba(data.x_test), data.y_test, names, 3),
        "temperatures": calibration.over_temperatures(table, {"T = 1": 1.0, "fitted": 0.6}, levels),
        "sizes": members.with_own_size(scores.nll_by_size(sizes, levels), sizes, 2),
        "coefficients": members.coefficients(np.eye(13, 3), data.feature_names, data.class_names),
        "identity": scores.identity(0.2, 0.15, 0.05),
        "histogram": reliability.simulated_errors(np.linspace(0, 0.1, 200), 0.04),
        "scores": by_hand.probabilities([2, 1, -1], 2.0, []),
        "vectors": by_hand.vectors([0.5, 0.5], [0.9, 0.1]),
    }


@pytest.mark.parametrize("name", figures())
def test_a_figure_is_drawn_with_its_words_and_again_as_it_was_packed(name):
    figure = figures()[name]
    text = svg_of(figure, "What it shows")
    root = drawn(figure, alt="What it shows")
    assert root.get("aria-label") == "What it shows"
    assert count(root, "path") + count(root, "rect") + count(root, "image") > 1
    assert svg_of(json.loads(figure.to_json()), "What it shows") == text
    title = figure.checked().layout.xaxis.title.text or figure.checked().layout.yaxis.title.text
    assert not title or title in words(root)
    assert "script" not in text


def test_bars_are_as_high_as_their_numbers():
    root = drawn(by_hand.vectors([0.2, 0.8], [0.4, 0.6]))
    heights = [float(bar.get("height")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    bars = sorted(height for height in heights if height != 10)
    np.testing.assert_allclose(np.array(bars) / bars[-1] * 0.8, [0.2, 0.4, 0.6, 0.8], atol=0.002)


def test_points_stand_where_the_axes_say():
    axis = Axis({}, "log", low=-2, high=0, start=100, end=300)
    np.testing.assert_allclose(axis.at([0.01, 0.1, 1]), [100, 200, 300])
    assert axis.of_note(-1) == pytest.approx(200)
    up = axis_of({"autorange": "reversed", "type": "category"}, [["a", "b"]], False, False)
    up.start, up.end = 100, 0
    assert up.at(["a", "b"]).tolist() == [25.0, 75.0]
    assert np.isnan(axis.at([0, -1])).sum() == 1, "the logarithm of 0 is beyond every end"


def test_a_figure_of_the_dark_theme_becomes_that_of_the_light_one(monkeypatch):
    with charts.in_light():
        light = svg_of(by_hand.vectors([0.2, 0.8], [0.4, 0.6]))
    monkeypatch.setattr(charts, "scheme", lambda: "dark")
    dark = by_hand.vectors([0.2, 0.8], [0.4, 0.6])
    assert svg_of(dark) != light
    assert svg_of(dark, from_dark=True) == light


def test_names_from_the_data_stay_words():
    figure = by_hand.probabilities([1, 2], 1.0, [HOSTILE, "<b>x</b>"])
    root = drawn(figure, alt=HOSTILE)
    assert "script" not in {element.tag.partition("}")[2] for element in root.iter()}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert root.get("aria-label") == HOSTILE


def test_hostile_colours_dashes_and_signs_reach_no_attribute():
    trace = {"type": "scatter", "x": [1, 2], "y": [1, 2], "name": HOSTILE, "mode": "lines+markers+text", "text": HOSTILE}
    look = {"line": {"color": HOSTILE, "dash": HOSTILE}, "marker": {"symbol": HOSTILE, "color": HOSTILE}}
    note = {"text": HOSTILE, "x": 1, "y": 1, "bgcolor": HOSTILE, "font": {"color": HOSTILE}}
    layout = {"xaxis": {"title": {"text": HOSTILE}}, "annotations": [note]}
    figure = {"data": [trace | look], "layout": layout}
    root = drawn(figure)
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert "alert(1)" in words(root)


@pytest.mark.parametrize("points", [10, 20_000])
def test_of_very_many_points_fewer_are_drawn(points):
    rng = np.random.default_rng(0)
    figure = charts.empty_figure(400)
    for _ in range(6):
        figure.add_scatter(x=rng.normal(size=points), y=rng.normal(size=points), mode="markers", marker={"symbol": "star"})
    assert 500 < len(svg_of(figure)) <= MAX_BYTES


def test_a_plane_is_one_small_image():
    x = np.linspace(-1, 1, 90)
    figure = charts.empty_figure(400)
    figure.add_heatmap(x=x, y=x, z=np.outer(x, x), colorscale=charts.diverging(), showscale=False)
    assert count(drawn(figure), "image") == 1


def test_arrays_of_bytes_are_read_back():
    figure = charts.empty_figure(100)
    figure.add_heatmap(z=np.arange(6.0).reshape(2, 3))
    z = unpacked(json.loads(figure.to_json()))["data"][0]["z"]
    assert np.asarray(z).tolist() == [[0, 1, 2], [3, 4, 5]]
