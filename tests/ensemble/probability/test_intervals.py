"""Intervals of means and of differences of accuracies."""

import numpy as np
import pytest
from scipy import stats

from ensemble.probability.intervals import mean_interval, wilson_interval


@pytest.mark.parametrize(("n", "hits"), [(36, 0), (36, 2), (36, 30), (178, 5), (3, 3)])
def test_the_interval_of_zeros_and_ones_is_clopper_and_pearsons(n, hits):
    band = mean_interval([1.0] * hits + [0.0] * (n - hits), 0, 1, np.random.default_rng(0), draws=40_000)
    exact = stats.binomtest(hits, n).proportion_ci(method="exact")
    np.testing.assert_allclose(band, (hits / n, exact.low, exact.high), atol=0.01)


@pytest.mark.parametrize(("n", "hits"), [(1, 0), (36, 0), (36, 30), (178, 5), (3, 3)])
def test_wilsons_interval_is_scipys(n, hits):
    band = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson_interval(hits, n) == pytest.approx((band.low, band.high), abs=1e-12)


def test_the_interval_of_many_rows_is_about_two_standard_errors_wide():
    values = np.random.default_rng(0).uniform(-2, 2, size=4000)
    band = mean_interval(values, -2, 2, np.random.default_rng(1))
    assert band.mean == values.mean()
    assert (band.high - band.low) / 2 == pytest.approx(1.96 * values.std() / np.sqrt(4000), rel=0.1)


def test_intervals_of_the_same_draws_are_the_same():
    values = np.random.default_rng(0).random(50)
    one, other = (mean_interval(values, 0, 1, np.random.default_rng(1)) for _ in range(2))
    assert one == other
