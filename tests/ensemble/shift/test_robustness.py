"""Scores of rows that get worse, against plain sums, and a temperature that has not seen the rows it is judged on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_softmax

from ensemble import EnsembleConfig, InputError, Run, load_dataset
from ensemble.calibration import expected_calibration_error, fit_temperature
from ensemble.runs.weights import weight_shapes
from ensemble.shift.robustness import METHODS, corrupted_rows, measure_robustness, rows_to_show

SINGLE, MC_DROPOUT, ENSEMBLE, AT_TEMPERATURE = METHODS


def drawn_run(data, scale=0.3, **settings):
    """A run of random weights: what is measured does not depend on training."""
    config = EnsembleConfig(**{"members": 3, "training": "independent", "seed": 4} | settings)
    rng = np.random.default_rng(1)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple((scale * rng.normal(size=one)).astype(np.float32) for one in shapes))


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def measured(digits):
    return measure_robustness(drawn_run(digits), digits)


def test_scores_are_those_of_the_corrupted_rows(digits, measured):
    run = drawn_run(digits)
    for corruption, severity in (("rotation", 0), ("rotation", 3), ("noise", 5), ("stuck", 2)):
        rows = corrupted_rows(run.config, digits, corruption)[severity]
        for method, proba in ((SINGLE, run.member_proba(rows)[0]), (ENSEMBLE, run.predict_proba(rows))):
            accuracy, nll, ece = measured[f"{corruption}/{severity}/{method}"]
            assert accuracy == pytest.approx((proba.argmax(axis=1) == digits.y_test).mean())
            assert nll == pytest.approx(-np.log(proba[np.arange(len(proba)), digits.y_test]).mean(), rel=1e-5)
            assert ece == pytest.approx(expected_calibration_error(proba, digits.y_test), abs=1e-5)


def test_mc_dropout_has_as_many_passes_as_the_ensemble_has_members(digits, monkeypatch):
    asked = []
    monkeypatch.setattr("ensemble.shift.robustness.mc_dropout_log_proba", lambda run, x, masks: _kept(asked, run, x, masks))
    measure_robustness(drawn_run(digits), digits)
    assert {shape for shape, _ in asked} == {(3, 1, 10)}
    assert {members for _, members in asked} == {1}


def _kept(asked, run, x, masks):
    asked.append((masks.shape, run.config.members))
    return log_softmax(run.logits(x), axis=1)


def test_without_dropout_mc_dropout_is_the_single_network(digits):
    found = measure_robustness(drawn_run(digits, dropout=0.0), digits)
    for corruption in ("blur", "drift"):
        single, passes = (found[f"{corruption}/4/{method}"] for method in (SINGLE, MC_DROPOUT))
        assert passes == pytest.approx(single, abs=1e-5)


def test_clean_scores_are_the_same_under_each_corruption(measured):
    for method in METHODS:
        assert len({measured[f"{corruption}/0/{method}"] for corruption in ("rotation", "noise", "drift")}) == 1


def test_the_temperature_of_each_half_is_fitted_on_clean_rows_of_the_other_half(digits):
    """Labels of half of the rows are changed: only the temperature that is used for the other half changes."""
    run = drawn_run(digits)
    first, second = measure_robustness(run, digits)["temperature"]
    from ensemble.shift.robustness import _halves

    half, other = _halves(run.config, len(digits.y_test))
    assert not (half & other).any()
    assert half.sum() == other.sum() == 180
    logits = run.logits(digits.x_test)
    assert first == pytest.approx(fit_temperature(logits[other], digits.y_test[other]))
    relabelled = replace(digits, y_test=np.where(half, logits.argmax(axis=1), digits.y_test))
    own, others = measure_robustness(run, relabelled)["temperature"]
    assert own == first
    assert others != second


def test_rows_are_judged_at_the_temperature_of_the_other_half(digits, measured):
    from ensemble.shift.robustness import _halves

    run = drawn_run(digits)
    of_row = np.where(_halves(run.config, 360)[0], *measured["temperature"])[:, None]
    rows = corrupted_rows(run.config, digits, "noise")[4]
    log_proba = log_softmax(run.logits(rows) / of_row, axis=1)
    nll = -log_proba[np.arange(360), digits.y_test].mean()
    assert measured[f"noise/4/{AT_TEMPERATURE}"][1] == pytest.approx(nll, rel=1e-5)


def test_rows_that_are_all_right_choose_no_temperature(digits):
    run = drawn_run(digits)
    right = replace(digits, y_test=run.logits(digits.x_test).argmax(axis=1))
    found = measure_robustness(run, right)
    assert found["temperature"] == (1.0, 1.0)
    assert found[f"blur/5/{AT_TEMPERATURE}"] == pytest.approx(found[f"blur/5/{ENSEMBLE}"], abs=1e-6)


def test_the_rows_that_are_shown_come_with_their_probabilities(digits, measured):
    shown = rows_to_show(digits)
    assert len(set(digits.y_test[shown])) == len(shown) == 4
    run = drawn_run(digits)
    proba = run.predict_proba(corrupted_rows(run.config, digits, "blur")[2][shown])
    given = np.reshape(measured[f"shown/blur/2/{ENSEMBLE}"], proba.shape) / 1000
    np.testing.assert_allclose(given, proba, atol=0.0006)


def test_at_most_400_rows_are_used():
    from ensemble.datasets.builtin import load_table
    from ensemble.datasets.splits import split

    data = split(load_table("blobs", points=2000), 0.5)
    run = drawn_run(data)
    assert measure_robustness(run, data) == measure_robustness(run, data.with_at_most(400))
    assert corrupted_rows(run.config, data, "noise").shape == (6, 400, 2)


def test_only_independent_members_can_be_compared_with_one_of_them(digits):
    with pytest.raises(InputError, match="independent"):
        measure_robustness(drawn_run(digits, training="joint"), digits)
