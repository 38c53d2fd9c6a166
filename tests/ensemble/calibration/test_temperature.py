"""The fitted temperature, beside scikit-learn and sixty digits; scores over temperatures."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

from ensemble import InputError
from ensemble.calibration.decomposition import decompose_brier, decompose_nll, over_epochs
from ensemble.calibration.temperature import at_temperature_of_other_rows, fit_temperature, over_temperatures, split_rows
from ensemble.probability.scoring import brier_score, expected_calibration_error
from ensemble.probability.vectors import log_softmax, softmax
from tests.ensemble.calibration.made_up import CLASSES, SEEDS, mean_nll, sample


class Scores(ClassifierMixin, BaseEstimator):
    """A classifier whose features are its scores, for scikit-learn."""

    def __init__(self, classes=2):
        self.classes = classes
        self.classes_ = np.arange(classes)

    def __sklearn_is_fitted__(self):
        return True

    def fit(self, x, y):
        return self

    def decision_function(self, x):
        return x if self.classes > 2 else (x[:, 1] - x[:, 0]) / 2  # of two classes it makes the scores -d and d

    def predict(self, x):
        return x.argmax(axis=1)


def temperature_of_scikit_learn(logits, y):
    calibrated = CalibratedClassifierCV(FrozenEstimator(Scores(logits.shape[1])), method="temperature").fit(logits, y)
    return 1 / calibrated.calibrated_classifiers_[0].calibrators[0].beta_


@pytest.mark.parametrize("classes", [2, 3, 6])
@pytest.mark.parametrize("wrong", [0.05, 1.0, 20.0])
def test_the_fitted_temperature_is_that_of_scikit_learn(classes, wrong):
    logits, y = sample(0, classes=classes, wrong=wrong)
    assert fit_temperature(logits, y) == pytest.approx(temperature_of_scikit_learn(logits, y), rel=1e-6)


@pytest.mark.parametrize("missing", [False, True])
def test_no_temperature_on_a_fine_grid_is_better(missing):
    logits, y = sample(1, wrong=3.0)
    if missing:
        logits, y = logits[y < 2], y[y < 2]
    best = mean_nll(logits, y, fit_temperature(logits, y))
    assert all(mean_nll(logits, y, temperature) >= best for temperature in np.geomspace(0.01, 100, 2001))


def test_the_fitted_temperature_equals_sixty_digits():
    logits, y = sample(2, n=12, wrong=1e3)

    def slope(beta):
        rows = []
        for row, truth in zip(logits, y, strict=True):
            z = [mpmath.mpf(float(score)) for score in row]
            weights = [mpmath.e ** (beta * (score - max(z))) for score in z]
            rows.append(mpmath.fdot(weights, z) / mpmath.fsum(weights) - z[truth])
        return mpmath.fsum(rows)

    temperature = fit_temperature(logits * 0.05, y)
    with mpmath.workdps(60):
        exact = 1 / mpmath.findroot(slope, 0.05 / temperature)
    assert temperature == pytest.approx(0.05 * float(exact), rel=1e-10)


@given(SEEDS, CLASSES, st.floats(0.05, 20))
def test_scores_times_a_factor_give_the_temperature_times_it(seed, classes, factor):
    logits, y = sample(seed, n=60, classes=classes)
    temperature = fit_temperature(logits, y)
    assume(0.2 < temperature < 5 and 0.01 < temperature * factor < 100)
    assert fit_temperature(logits * factor, y) == pytest.approx(temperature * factor, rel=1e-9)


@given(SEEDS, st.floats(-1e4, 1e4))
def test_log_probabilities_and_shifted_scores_give_the_same_temperature(seed, shift):
    logits, y = sample(seed, n=40)
    temperature = fit_temperature(logits, y)
    assert fit_temperature(log_softmax(logits), y) == pytest.approx(temperature, rel=1e-6)
    assert fit_temperature(logits + shift, y) == pytest.approx(temperature, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-6, 1, 1e4, 1e30])
def test_all_rows_right_give_the_lowest_temperature_all_wrong_the_highest(scale):
    logits = np.array([[0, 1, 2], [5, 1, 0]]) * scale
    assert fit_temperature(logits, [2, 0]) == 0.01
    assert fit_temperature(logits, [0, 2]) == 100
    assert fit_temperature(logits[:1], [2]) == 0.01


@pytest.mark.parametrize("level", [0.0, -7.5, 1e6])
def test_scores_that_are_all_equal_leave_the_temperature_at_one(level):
    """A flat likelihood has nothing to say, and gave the coldest temperature."""
    logits = np.full((5, 3), level)
    assert fit_temperature(logits, [0, 1, 2, 0, 1]) == 1
    assert fit_temperature(log_softmax(logits), [0, 1, 2, 0, 1]) == 1
    split = decompose_nll(logits, [0, 1, 2, 0, 1])
    assert (split.temperature, split.calibration) == (1, 0)


def test_scores_of_any_size_stay_between_the_coldest_and_the_hottest_temperature():
    logits, y = sample(3)
    assert fit_temperature(logits * 1e4, y) == 100
    assert fit_temperature(logits * 1e-4, y) == 0.01
    assert fit_temperature(logits * 30, y) == pytest.approx(30 * fit_temperature(logits, y))


def test_scores_that_sum_to_one_are_scores_all_the_same():
    logits = np.array([[0.5, 0.3, 0.2]] * 50)
    y = np.array([0] * 20 + [1] * 15 + [2] * 15)
    best = mean_nll(logits, y, fit_temperature(logits, y))
    assert best < mean_nll(logits, y, temperature_of_scikit_learn(logits, y)) - 0.003


@given(SEEDS, CLASSES, st.sampled_from([1.0, 1e4]))
def test_no_temperature_changes_the_accuracy(seed, classes, width):
    logits, y = sample(seed, n=30, classes=classes, width=width)
    table = over_temperatures(logits, y, [0.01, 0.3, 1, 100])
    assert (table["accuracy"] == np.mean(logits.argmax(axis=1) == y)).all()
    assert np.isfinite(table.to_numpy()).all()
    for row in table.itertuples():
        proba = softmax(logits, row.temperature)
        assert row.nll == pytest.approx(mean_nll(logits, y, row.temperature))
        assert row.brier == pytest.approx(brier_score(proba, y))
        assert row.ece == pytest.approx(expected_calibration_error(proba, y), abs=1e-9)
        assert row.confidence == pytest.approx(proba.max(axis=1).mean())


def test_every_epoch_is_scored_as_if_alone():
    logits, y = sample(11, n=50)
    epochs = np.stack([log_softmax(logits, temperature) for temperature in (5, 1, 0.2)])
    table = over_epochs(epochs, y)
    assert len(table) == 3
    for row, epoch in zip(table.itertuples(), epochs, strict=True):
        proba = np.exp(epoch)
        assert (row.nll, row.calibration, row.refinement, row.temperature) == pytest.approx(decompose_nll(epoch, y))
        parts = (row.brier, row.brier_miscalibration, row.brier_discrimination, row.brier_uncertainty)
        assert parts == pytest.approx(decompose_brier(proba, y))
        assert row.accuracy == np.mean(proba.argmax(axis=1) == y)
    assert table["refinement"].to_numpy() == pytest.approx(table["refinement"][0])


def test_each_half_of_the_rows_uses_the_temperature_of_the_other_half():
    rng = np.random.default_rng(8)
    scores, y = rng.normal(0, 3, (60, 3)), rng.integers(3, size=60)
    made = at_temperature_of_other_rows(scores, y, np.random.default_rng(1))
    half = split_rows(60, 0.5, np.random.default_rng(1))
    assert made.temperatures == (fit_temperature(scores[~half], y[~half]), fit_temperature(scores[half], y[half]))
    for rows, temperature in zip((half, ~half), made.temperatures, strict=True):
        np.testing.assert_allclose(np.exp(made.log_proba[rows]), softmax(scores[rows], temperature))
    with pytest.raises(InputError, match="One row"):
        at_temperature_of_other_rows(scores[:1], y[:1], rng)
