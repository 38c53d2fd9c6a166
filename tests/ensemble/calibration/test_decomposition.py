"""Scores taken apart into calibration, resolution and uncertainty."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError, decompose
from scipy import stats
from sklearn.metrics import log_loss

from ensemble.calibration.decomposition import decompose_brier, decompose_log_loss, decompose_nll, lowest_epochs, over_epochs
from ensemble.probability.scoring import brier_score, negative_log_likelihood
from ensemble.probability.vectors import log_softmax, softmax
from testing.fuzz import examples
from tests.ensemble.calibration.made_up import CLASSES, SEEDS, mean_nll, sample


@examples(60)
@given(SEEDS, st.integers(1, 40), CLASSES, st.sampled_from([0.0, 1.0, 30.0, 1e4]))
def test_parts_add_up_and_none_is_negative(seed, n, classes, width):
    logits, y = sample(seed, n=n, classes=classes, width=width)
    proba = softmax(logits)
    parts = decompose_brier(proba, y)
    assert parts.score == pytest.approx(brier_score(proba, y), abs=1e-12)
    assert parts.score == pytest.approx(parts.miscalibration - parts.discrimination + parts.uncertainty, abs=1e-12)
    assert min(parts) >= 0
    frequency = np.bincount(y, minlength=classes) / n
    assert parts.uncertainty == pytest.approx(1 - (frequency**2).sum(), abs=1e-12)

    parts = decompose_nll(logits, y)
    assert parts.score == pytest.approx(negative_log_likelihood(log_softmax(logits), y).mean())
    assert parts.score == pytest.approx(parts.calibration + parts.refinement, rel=1e-12)
    assert min(parts) >= 0
    assert parts.refinement <= mean_nll(logits, y, parts.temperature) + 1e-12


@examples(60)
@given(SEEDS, st.integers(1, 40), st.integers(0, 2))
def test_parts_of_the_log_loss_add_up_and_none_is_negative(seed, n, k):
    logits, y = sample(seed, n=n)
    proba = softmax(logits)
    parts = decompose_log_loss(proba, y, k)
    hit = y == k
    assert parts.score == pytest.approx(log_loss(hit, proba[:, k], labels=[False, True]))
    assert parts.score == pytest.approx(parts.miscalibration - parts.discrimination + parts.uncertainty)
    assert min(parts) >= 0
    assert parts.uncertainty == pytest.approx(stats.entropy([hit.mean(), 1 - hit.mean()]))


def test_forecasts_with_few_values_are_taken_apart_as_murphy_did():
    rng = np.random.default_rng(8)
    p = rng.choice([0.1, 0.4, 0.7, 0.95], size=4000)
    hit = rng.random(4000) < 0.2 + 0.6 * p
    parts = decompose_brier(np.stack([1 - p, p], axis=1), hit.astype(int))
    values, count = np.unique(p, return_counts=True)
    frequency = np.array([hit[p == value].mean() for value in values])
    assert (np.diff(frequency) > 0).all()
    assert parts.miscalibration == pytest.approx(2 * np.sum(count * (values - frequency) ** 2) / 4000)
    assert parts.discrimination == pytest.approx(2 * np.sum(count * (frequency - hit.mean()) ** 2) / 4000)


@pytest.mark.parametrize("rule", [SquaredError, LogLoss])
def test_parts_are_those_of_model_diagnostics(rule):
    logits, y = sample(14, wrong=2)
    proba = softmax(logits)
    reference = decompose((y == 1).astype(float), proba[:, 1], scoring_function=rule()).row(0, named=True)
    rest = np.stack([1 - proba[:, 1], proba[:, 1]], axis=1)
    parts = decompose_log_loss(proba, y, 1) if rule is LogLoss else decompose_brier(rest, y == 1)
    for name in parts._fields:
        assert getattr(parts, name) == pytest.approx(reference[name] * (1 if rule is LogLoss else 2))


def test_nearly_equal_forecasts_are_decomposed_exactly():
    p = np.array([1e-17, 1e-16, 3e-15, 0.5, 0.5, 1 - 3e-16, 1 - 1e-16])
    proba, y = np.stack([1 - p, p], axis=1), np.array([0, 1, 0, 0, 1, 1, 1])
    for parts in (decompose_brier(proba, y), decompose_log_loss(proba, y, 1)):
        assert np.isfinite(parts).all()
        assert parts.score == pytest.approx(parts.miscalibration - parts.discrimination + parts.uncertainty)
    assert decompose_log_loss(proba, y, 1).score == pytest.approx((-math.log(1e-16) + 2 * math.log(2)) / 7)


def test_what_was_ruled_out_and_came_true_costs_infinitely_much_log_loss():
    parts = decompose_log_loss([[1.0, 0.0], [1.0, 0.0]], [0, 1], 1)
    assert parts == (math.inf, math.inf, 0, pytest.approx(math.log(2)))
    assert decompose_log_loss([[1.0, 0.0]], [0], 0) == (0, 0, 0, 0)


def test_one_class_present_leaves_no_uncertainty():
    proba = softmax(sample(9, n=20)[0])
    parts = decompose_brier(proba, [1] * 20)
    assert (parts.discrimination, parts.uncertainty) == (0, 0)
    assert parts.miscalibration == pytest.approx(brier_score(proba, [1] * 20))


def test_a_model_off_by_a_factor_loses_by_calibration_what_the_factor_costs():
    logits, y = sample(10, n=4000, wrong=5)
    assert decompose_nll(logits, y).temperature == pytest.approx(5, rel=0.1)
    assert decompose_nll(logits, y).calibration == pytest.approx(mean_nll(logits, y, 1) - mean_nll(logits, y, 5), abs=0.01)
    assert decompose_nll(logits / 5, y).calibration < 0.01


def test_the_lowest_epochs_are_the_first_with_the_smallest_loss_and_parts():
    logits, y = sample(2)
    table = over_epochs([log_softmax(logits * factor) for factor in (0.1, 1.0, 5.0, 1.0)], y).assign(epoch=[1, 4, 7, 10])
    lowest = lowest_epochs(table)
    assert lowest["nll"] == 4
    for name, epoch in lowest.items():
        column = table[name].tolist()
        assert epoch == [1, 4, 7, 10][column.index(min(column))]
