"""The report of a run: one file that holds its numbers and asks for nothing."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.calibration.reliability import reliability_in_bins
from ensemble.classic import outcome
from ensemble.probability.scoring import top_label
from ensemble.probability.vectors import entropy
from ensemble.rng import evaluation_rng
from ensemble.runs.curves import curve_names
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes
from ui import charts
from ui.report.document import ROWS_SHOWN, report
from ui.text.format import number, percent

MADE_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HOSTILE = ("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "&lt;b&gt; %{x} $x^2$ <b>bold</b>")


class Tables(HTMLParser):
    """Cells of the tables, row by row, and the tags that there are."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.tags, self.cell = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        self.cell = self.cell and tag not in ("td", "th")

    def handle_data(self, data):
        if self.cell:
            self.tables[-1][-1][-1] += data


def run_on(data, epochs=5, **settings):
    config, rng = EnsembleConfig(members=2, epochs=max(epochs, 1), **settings), np.random.default_rng(0)
    shapes = weight_shapes(config, data.features, data.classes)
    weights = tuple(rng.normal(0, 0.6, shape).astype(np.float32) for shape in shapes)
    curves = rng.uniform(0.1, 1, (epochs, len(curve_names(config)))).astype(np.float32)
    kept = np.zeros((epochs, len(data.y_test), data.classes), np.float32)
    return Run.before_training(config, data, weights).extended(weights, curves, kept)


def without_plotly(text):
    """The report less its scripts."""
    return re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without_plotly(text))).split())


@pytest.fixture(scope="module")
def run(wine):
    return run_on(wine, dropout=0.5)


@pytest.fixture(scope="module")
def text(run, wine):
    return report(run, wine, MADE_AT)


def test_its_numbers_are_those_of_the_run(text, run, wine):
    result = outcome(run, wine)
    said = words(text)
    for figure in (f"{number(result.test_loss)} nats", f"{number(result.train_loss)} nats", percent(result.mean_confidence, 1)):
        assert figure in said
    assert f"{result.test_hits} of {result.test_rows}" in said
    low, high = result.test_accuracy_band
    assert f"on further wines like these: {percent(low)} to {percent(high)}" in said
    assert "2026-03-01 12:30 UTC" in said


def test_the_diagram_says_how_often_luck_leaves_the_band(text, run, wine):
    """“would lie in the grey band” is said of each bin by itself; that somewhere one leaves it is computed."""
    said = words(text)
    scores, hits = top_label(run.predict_proba(wine.x_test), wine.y_test)
    left = reliability_in_bins(scores, hits, evaluation_rng(run.config)).left
    assert "would lie in the grey band" not in said
    assert "each dot would lie on its grey bar in at least nine data sets of ten" in said
    assert f"a dot would miss its bar in {percent(left)} of data sets" in said


def test_every_test_row_stands_there_with_its_probabilities(text, run, wine):
    titles, *rows = Tables(text).tables[-1]
    assert titles == [
        "Wine" if hasattr(wine, "row_name") else "Row",
        "True class",
        "Likeliest",
        *wine.class_names,
        "Entropy",
        "NLL",
    ]
    assert len(rows) == len(wine.y_test)
    proba = run.predict_proba(wine.x_test)
    np.testing.assert_allclose([[float(cell) for cell in row[3:6]] for row in rows], proba, atol=6e-4)
    np.testing.assert_allclose([float(row[6]) for row in rows], entropy(proba), atol=6e-4)
    assert [row[1] for row in rows] == [wine.class_names[k] for k in wine.y_test]
    assert ["✗" in row[2] for row in rows] == (proba.argmax(axis=1) != wine.y_test).tolist()


def test_every_setting_stands_there_and_what_differs_from_the_classic_example(text, run):
    _, *rows = Tables(text).tables[0]
    assert [row[0] for row in rows] == [field.title for field in EnsembleConfig.model_fields.values()]
    assert {row[0]: row[1:] for row in rows}["Dropout"] == ["0.5", "0.25"]
    assert {row[0]: row[1:] for row in rows}["Seed"] == ["0", ""]


def test_classes_are_counted_on_both_sides_of_the_split(text, wine):
    _, *rows = Tables(text).tables[1]
    for k, row in enumerate(rows):
        assert row == [wine.class_names[k], str(np.sum(wine.y_train == k)), str(np.sum(wine.y_test == k))]


def test_plotly_is_in_it_once_and_nothing_is_fetched(text):
    assert text.count("* plotly.js v") == 1
    tags = Tables(text).tags
    assert not [attributes for _, attributes in tags if {"src", "href", "data", "action"} & set(attributes)]
    assert "default-src 'none'" in text
    assert [name["id"] for tag, name in tags if tag == "div" and "id" in name] == ["losses", "reliability", "triangle"]


def test_the_same_run_gives_the_same_file(text, run, wine):
    assert report(run, wine, MADE_AT) == text


def test_names_from_the_data_stay_text(wine):
    data = replace(wine, name=HOSTILE[1], class_names=HOSTILE, feature_names=(*HOSTILE, *wine.feature_names[3:]))
    text = report(run_on(data), data, MADE_AT)
    plain = Tables(text)
    assert not [tag for tag, _ in plain.tags if tag == "img"]
    assert {tag for tag, _ in plain.tags if tag == "script"} == {"script"}
    assert len(re.findall("<script", text)) == len(re.findall("<script", report(run_on(wine), wine, MADE_AT)))
    assert {row[1] for row in plain.tables[-1][1:]} == set(HOSTILE)
    assert all(name in words(text) for name in HOSTILE if "<" in name)


@pytest.mark.parametrize("name", ["moons", "digits"])
def test_two_classes_or_ten_have_no_triangle(name):
    data = load_dataset(name)
    text = report(run_on(data), data, MADE_AT)
    assert 'id="triangle"' not in text
    titles, *rows = Tables(text).tables[-1]
    assert len(titles) == {"moons": 7, "digits": 7}[name]
    assert len(rows) == min(len(data.y_test), ROWS_SHOWN)


def test_of_very_many_rows_the_first_are_shown_and_that_is_said(wine):
    many = np.resize(np.arange(len(wine.y_test)), ROWS_SHOWN + 1)
    data = replace(wine, x_test=wine.x_test[many], y_test=wine.y_test[many], test_rows=wine.test_rows[many])
    text = report(run_on(data, epochs=1), data, MADE_AT)
    assert len(Tables(text).tables[-1]) == ROWS_SHOWN + 1
    assert "the first 1,000 of 1,001" in words(text)


def test_a_single_test_row_has_no_intervals_and_no_diagram(wine):
    data = replace(wine, x_test=wine.x_test[:1], y_test=wine.y_test[:1], test_rows=wine.test_rows[:1])
    text = report(run_on(data), data, MADE_AT)
    assert "gives no interval" in words(text)
    assert 'id="reliability"' not in text


def test_the_button_of_a_page_makes_the_report(wine):
    from ui.widgets import downloads

    assert downloads._report(run_on(wine), wine).startswith("<!DOCTYPE html>")


def test_a_run_that_has_not_begun_has_no_report(wine):
    with pytest.raises(InputError, match="no epoch yet"):
        report(run_on(wine, epochs=0), wine, MADE_AT)


def test_its_charts_are_light_where_the_page_is_dark(run, wine, text, monkeypatch):
    dark = SimpleNamespace(theme=SimpleNamespace(type="dark"))
    monkeypatch.setattr(charts.st, "context", dark)
    assert charts.scheme() == "dark"
    assert report(run, wine, MADE_AT) == text
    assert charts.scheme() == "dark"
