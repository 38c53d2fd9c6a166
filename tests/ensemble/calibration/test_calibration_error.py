"""The expected calibration error, by its definition and by luck."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ensemble.calibration.reliability import reliability_in_bins, simulated_calibration_error
from ensemble.probability.scoring import bin_numbers, ece_by_luck, expected_calibration_error, top_label
from ensemble.probability.vectors import softmax
from tests.ensemble.calibration.made_up import CLASSES, SEEDS, outcomes, sample


def slow_calibration_error(proba, y, bins):
    confidence, hit = proba.max(axis=1), proba.argmax(axis=1) == y
    edges = [k / bins for k in range(bins + 1)]
    error = 0.0
    for low, high in itertools.pairwise(edges):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(hit[inside].mean() - confidence[inside].mean())
    return error


def test_a_confidence_on_an_edge_lies_in_the_bin_below():
    """5/7 is the right end of the fifth of seven bins; the same of every k / bins."""
    assert expected_calibration_error([[5 / 7, 2 / 7], [0.6, 0.4]], [0, 1], bins=7) == pytest.approx(abs(1 - 5 / 7 - 0.6) / 2)
    for bins in range(1, 60):
        assert bin_numbers(np.arange(1, bins + 1) / bins, bins).tolist() == list(range(bins))


def test_forecasts_of_two_digits_are_in_the_bins_of_the_picture():
    """A forecast of 0.7 was in either of two bins, by the rounding of its logarithm: 0.0862 in place of 0.0842."""
    rng, gaps = np.random.default_rng(0), []
    for _ in range(20):
        top = rng.choice([0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 200)
        second = ((1 - top) * rng.choice([0.25, 0.5, 0.75], 200)).round(3)
        given = np.stack([top, second, 1 - top - second], axis=1)
        y = np.where(rng.random(200) < top, 0, 1)
        proba = softmax(np.log(given))
        picture = reliability_in_bins(*top_label(proba, y), rng, draws=10).table
        of_picture = (picture["count"] * (picture["frequency"] - picture["forecast"]).abs()).sum() / 200
        gaps.append(abs(expected_calibration_error(proba, y) - of_picture))
    assert max(gaps) < 1e-9


@given(SEEDS, CLASSES, st.integers(1, 30))
def test_the_calibration_error_is_its_definition(seed, classes, bins):
    logits, y = sample(seed, n=50, classes=classes, wrong=2)
    proba = softmax(logits)
    assert expected_calibration_error(proba, y, bins) == pytest.approx(slow_calibration_error(proba, y, bins))
    assert 0 <= expected_calibration_error(proba, y, bins) <= 1


def test_certain_forecasts_are_off_by_their_error_rate():
    assert expected_calibration_error(np.eye(3)[[0, 0, 0, 1]], [0, 0, 1, 1]) == 0.25
    assert expected_calibration_error([[0.0, 1.0]], [0]) == 1


def test_luck_is_what_calibrated_models_show():
    proba = softmax(sample(4)[0])
    luck = ece_by_luck(proba, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    shown = [expected_calibration_error(proba, outcomes(proba, rng)) for _ in range(400)]
    assert luck.shape == (1000,)
    assert stats.ks_2samp(luck, shown).pvalue > 0.001
    assert np.mean(luck) > 0.02
    np.testing.assert_array_equal(luck, ece_by_luck(proba, np.random.default_rng(0)))


def test_sure_forecasts_have_no_luck_and_more_rows_have_less():
    assert ece_by_luck(np.eye(3), np.random.default_rng(0)).max() == 0
    few, many = (np.median(ece_by_luck(softmax(sample(5, n=n)[0]), np.random.default_rng(0), draws=200)) for n in (36, 3600))
    assert many < few / 5


def test_a_calibration_error_is_compared_with_those_of_calibrated_forecasts():
    logits, y = sample(0, wrong=3.0)
    proba = softmax(logits)
    found = simulated_calibration_error(proba, y, np.random.default_rng(1), draws=50)
    np.testing.assert_array_equal(found.simulated, ece_by_luck(proba, np.random.default_rng(1), draws=50))
    assert found.error == expected_calibration_error(proba, y)
    assert found.reached == sum(one >= found.error for one in found.simulated.tolist())
    assert found.mean == pytest.approx(math.fsum(found.simulated) / 50)


@pytest.mark.parametrize(("p", "n", "hits"), [(0.65, 50, 25), (0.8, 25, 16), (0.9, 30, 24), (0.7, 20, 10)])
def test_equal_forecasts_reach_an_error_as_often_as_the_binomial_says(p, n, hits):
    """Data sets with the same hits, of other rows, were often counted as less wrong by a rounding error."""
    made = simulated_calibration_error([[p, 1 - p]] * n, [0] * hits + [1] * (n - hits), np.random.default_rng(0), draws=20_000)
    counts = np.arange(n + 1)
    as_wrong = np.abs(counts / n - p) >= abs(hits / n - p) - 1e-9
    assert made.reached / 20_000 == pytest.approx(stats.binom.pmf(counts, n, p)[as_wrong].sum(), abs=0.008)
