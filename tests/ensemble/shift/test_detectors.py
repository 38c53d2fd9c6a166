"""What detectors say of rows, beside what their formulas say."""

import json

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import leave_out, split
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes
from ensemble.shift import detectors
from ensemble.shift.detectors import DETECTORS, distance_to_training_rows, energy, measure_novelty, novelty_scores
from ensemble.shift.roc import GRID, roc_on_grid, with_interval


@pytest.fixture(scope="module")
def left_out():
    rest, rows = leave_out(load_table("wine"), 1)
    data = split(rest)
    return data, data.scaled(rows)


def untrained(data, seed=0, scale=1.0, **settings):
    config = EnsembleConfig(**{"training": "independent", "members": 3, "activation": "relu", **settings})
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(0, scale, shape).astype(np.float32) for shape in shapes))


@pytest.mark.parametrize("training", ["independent", "joint", "bootstrap"])
def test_scores_are_what_their_formulas_say(left_out, training):
    data, novel = left_out
    run = untrained(data, training=training)
    q, members = run.predict_proba(novel), run.member_proba(novel)
    pool = members.mean(axis=0)
    scores = novelty_scores(run, novel, data.x_train)
    assert tuple(scores) == DETECTORS
    np.testing.assert_allclose(scores["top probability"], 1 - q.max(axis=1), atol=1e-12)
    np.testing.assert_allclose(scores["entropy"], -(q * np.log(q)).sum(axis=1), rtol=1e-9)
    information = (members * np.log(members / pool)).sum(axis=2).mean(axis=0)
    np.testing.assert_allclose(scores["mutual information"], information, atol=1e-12)
    logits = run.member_own_logits(novel) if training == "independent" else run.logits(novel)[None]
    np.testing.assert_allclose(scores["energy"], -np.log(np.exp(logits.astype(float)).sum(axis=2)).mean(axis=0), rtol=1e-6)
    nearest = np.sort(cdist(novel, data.x_train), axis=1)[:, :5].mean(axis=1)
    np.testing.assert_allclose(scores["distance"], nearest, rtol=1e-6)


def test_one_member_has_nobody_to_disagree_with(left_out):
    data, novel = left_out
    assert "mutual information" not in novelty_scores(untrained(data, members=1), novel, data.x_train)


def test_a_constant_on_all_scores_changes_the_energy_alone(left_out):
    data, novel = left_out
    run = untrained(data, training="joint")
    shifted = Run(**run.__dict__ | {"weights": (*run.weights[:-1], run.weights[-1] + np.float32(3))})
    before, after = (novelty_scores(one, novel, data.x_train) for one in (run, shifted))
    np.testing.assert_allclose(after["energy"], before["energy"] - 3, atol=1e-4)
    for name in set(DETECTORS) - {"energy"}:
        np.testing.assert_allclose(after[name], before[name], atol=1e-5)


def test_probabilities_near_1_keep_their_order(left_out):
    data, _ = left_out
    run = untrained(data, training="joint", scale=20.0)
    far = 100 * data.x_train[:5]
    top = novelty_scores(run, far, data.x_train)["top probability"]
    assert (top > 0).any() or run.predict_proba(far).max() == 1
    assert (top >= 0).all()


def test_energy_takes_a_temperature():
    z = [[1.0, 2.0, 3.0]]
    assert energy(z, 2.0) == pytest.approx(-2 * np.log(np.exp(np.array(z) / 2).sum()))
    with pytest.raises(InputError, match="positive"):
        energy(z, 0.0)


def test_a_training_row_is_as_near_as_rows_can_be():
    rows = np.eye(3)
    np.testing.assert_allclose(distance_to_training_rows(rows, rows, neighbours=1), 0)
    np.testing.assert_allclose(distance_to_training_rows(rows, rows, neighbours=9), 2 * np.sqrt(2) / 3)


def test_a_measurement_is_flat_and_says_what_the_scores_say(left_out):
    data, novel = left_out
    run = untrained(data)
    found = measure_novelty(run, data, novel)
    assert json.loads(json.dumps(found)) == {name: list(values) for name, values in found.items()}
    assert found["rows"] == (len(data.y_test), len(novel))
    of_known, of_novel = (novelty_scores(run, rows, data.x_train) for rows in (data.x_test, novel))
    for name in DETECTORS:
        np.testing.assert_allclose(found[f"roc {name}"], roc_on_grid(of_known[name], of_novel[name]), rtol=6e-3)
        assert len(found[f"roc {name}"]) == len(GRID)
        assert found[f"auroc {name}"] == with_interval(of_known[name], of_novel[name])
        np.testing.assert_allclose(found[f"known {name}"], np.sort(of_known[name]), rtol=6e-3)
        np.testing.assert_allclose(found[f"novel {name}"], of_novel[name], rtol=6e-3)
    np.testing.assert_array_equal(found["called"], run.predict_proba(novel).argmax(axis=1))
    assert len(found["auroc covariance"]) == len(DETECTORS) ** 2


def test_large_data_keep_no_more_than_is_shown(left_out, monkeypatch):
    data, novel = left_out
    monkeypatch.setattr(detectors, "MAX_KNOWN_KEPT", 7)
    monkeypatch.setattr(detectors, "MAX_NOVEL_KEPT", 7)
    found = measure_novelty(untrained(data), data, novel)
    assert found["rows"] == (len(data.y_test), len(novel))
    assert {len(found[name]) for name in ("known entropy", "novel entropy", "called")} == {7}


def test_without_a_class_that_was_left_out_there_is_nothing_to_measure(left_out):
    data, novel = left_out
    for none in (None, novel[:0]):
        with pytest.raises(InputError, match="left out"):
            measure_novelty(untrained(data), data, none)
