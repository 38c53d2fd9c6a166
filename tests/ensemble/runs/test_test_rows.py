import base64

import numpy as np
import pytest

from ensemble import EnsembleConfig, Run
from ensemble.datasets import table
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.probability.vectors import cross_entropy
from ensemble.runs import test_rows
from ensemble.runs.weights import weight_shapes
from ui.components import reading as reading_component
from ui.components import what_if


def test_the_telling_wines_are_the_extremes_of_the_table(wine, short_run):
    table = test_rows.table(short_run, wine)
    assert table["NLL (nats)"].idxmax() == test_rows.most_wrong(short_run, wine)
    confidence = table[list(wine.class_names)].max(axis=1)
    assert confidence.idxmin() == test_rows.least_certain(short_run, wine)


def test_the_loss_of_a_row_is_its_cross_entropy_with_the_one_hot_target(wine, short_run):
    expected = cross_entropy(np.eye(3)[wine.y_test], short_run.predict_proba(wine.x_test))
    np.testing.assert_allclose(test_rows.nll_of_test_rows(short_run, wine), expected, rtol=1e-9)


def test_the_table_names_true_and_likeliest_class(wine, short_run):
    table = test_rows.table(short_run, wine)
    assert list(table["True class"]) == [wine.class_names[label] for label in wine.y_test]
    likeliest = short_run.predict_proba(wine.x_test).argmax(axis=1)
    assert list(table["Likeliest"]) == [wine.class_names[label] for label in likeliest]


@pytest.fixture
def scaled(monkeypatch):
    """How many rows of large tables have been scaled, call by call."""
    rows, scale = [], table._Rows.scaled
    monkeypatch.setattr(table._Rows, "scaled", lambda kept: (rows.append(len(kept.numbers)), scale(kept))[1])
    return rows


@pytest.fixture
def large(monkeypatch):
    """A split that shares its table's memory, as those of large uploads do."""
    monkeypatch.setattr(table, "MAX_VALUES_KEPT", 0)
    rng = np.random.default_rng(0)
    return split(Table("upload", rng.normal(size=(300, 4)), np.arange(300) % 3, tuple("abcd"), ("x", "y", "z")), 0.2, 0)


def untrained(data):
    config, rng = EnsembleConfig(members=2), np.random.default_rng(1)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def test_some_rows_are_those_of_all(large):
    assert isinstance(large.__dict__["x_test"], table._Rows)
    np.testing.assert_array_equal(large.x_test_at(slice(7, 9)), large.x_test[7:9])
    np.testing.assert_array_equal(large.x_train_at(slice(5)), large.x_train[:5])
    fewer = large.only(["d", "b"])
    np.testing.assert_array_equal(fewer.x_test_at(slice(3)), large.x_test[:3][:, [3, 1]])
    assert large.x_train_at(slice(0)).shape == (0, 4)


def test_test_rows_of_a_large_upload_are_scaled_once(large, scaled):
    run = untrained(large)
    for _ in range(3):
        test_rows.table(run, large)
        test_rows.least_certain(run, large)
        test_rows.most_wrong(run, large)
    assert scaled == [60]
    np.testing.assert_array_equal(test_rows.logits_of_test_rows(run, large), run.logits(large.x_test))


def test_a_row_that_is_read_is_scaled_alone(large, scaled, monkeypatch):
    run, shown = untrained(large), []
    test_rows.logits_of_test_rows(run, large)
    scaled.clear()
    monkeypatch.setattr(reading_component, "_component", lambda **given: shown.append(given["data"]))
    for row in (3, 50):
        reading_component.reading(run, large, row, run_id="", key="read")
    assert scaled == [1, 1]
    np.testing.assert_allclose(shown[1]["z"], run.logits(large.x_test)[50], rtol=1e-5)


def test_what_if_scales_the_row_and_the_training_rows_that_it_sends(large, scaled, monkeypatch):
    run, shown = untrained(large), []
    monkeypatch.setattr(what_if, "_component", lambda **given: shown.append(given["data"]))
    monkeypatch.setattr(what_if, "MAX_NUMBERS_SENT", 40)
    what_if.what_if(run, large, 8, run_id="", key="dragged")
    assert sorted(scaled) == [1, 10]
    np.testing.assert_array_equal(np.float32(shown[0]["row"]), large.x_test[8])
    sent = np.frombuffer(base64.b64decode(shown[0]["train"]), "<f4").reshape(-1, 4)
    np.testing.assert_array_equal(sent, large.x_train[:10])
