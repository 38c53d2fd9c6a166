"""Paired intervals, the gain of pairing, and how many seeds it takes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower

from ensemble import InputError
from ensemble.sweeps.paired_runs import paired, seeds_needed
from tests.ensemble.sweeps.made_up import coverage

FINITE = st.floats(-100, 100).map(lambda value: round(value, 6))


@given(st.lists(st.tuples(FINITE, FINITE), min_size=3, max_size=30))
def test_the_paired_interval_is_students(pairs):
    a, b = np.array(pairs).T
    found = paired(a, b)
    differences = b - a
    assert found.mean == pytest.approx(differences.mean())
    if found.sd:
        interval = stats.ttest_rel(b, a).confidence_interval()
        assert (found.low, found.high) == (pytest.approx(interval.low, abs=1e-7), pytest.approx(interval.high, abs=1e-7))
        assert found.gain == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / differences.var(ddof=1))


@pytest.mark.parametrize(("shared", "spread", "least"), [(0.5, 1, 0.92), (0.9, 1, 0.92), (0.5, math.e, 0.86)])
def test_the_gain_of_pairing_is_held_by_its_interval(shared, spread, least):
    """Normal and lognormal(1) outcomes that have so much in common."""
    seed = np.random.default_rng(11)
    covariance = math.expm1(shared) / math.expm1(1) if spread > 1 else shared

    def interval(pair):
        found = paired(*pair)
        return found.gain_low, found.gain_high

    def pair():
        luck = seed.multivariate_normal([0, 0], [[1, shared], [shared, 1]], 15).T
        return np.exp(luck) if spread > 1 else luck

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ensemble.sweeps.paired_runs.seeds_needed", lambda *_: 0.0)
        assert coverage(pair, 1 / (1 - covariance), interval)[0] >= least


def test_pairing_that_gains_nothing_is_seldom_said_to_gain():
    draw, claimed, times = np.random.default_rng(7), 0, 200
    for _ in range(times):
        a, b = draw.normal(size=(2, 30))
        claimed += paired(a, b).gain_low > 1
    assert claimed / times < 0.08


def test_pairs_that_differ_by_the_same_leave_nothing_to_average():
    found = paired([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert found.sd == 0
    assert found.low == found.high == found.mean
    assert found.gain == math.inf
    same = paired([0.5] * 3, [0.5] * 3)
    assert same.seeds == math.inf
    assert math.isnan(same.gain)


@pytest.mark.parametrize(("a", "b"), [([1.0], [2.0]), ([1.0, 2.0], [1.0]), ([1.0, math.nan], [1.0, 2.0])])
def test_what_is_no_pair_is_refused(a, b):
    with pytest.raises(InputError):
        paired(a, b)


@given(st.floats(0.02, 3))
def test_the_number_of_seeds_is_the_smallest_with_that_power(effect):
    pairs = seeds_needed(effect, 1.0)
    power = TTestPower()
    assert power.power(effect, pairs, 0.05) >= 0.8
    if pairs > 2:
        assert power.power(effect, pairs - 1, 0.05) < 0.8
    if effect < 1.5:
        assert pairs == math.ceil(power.solve_power(effect, alpha=0.05, power=0.8) - 1e-6)
    assert seeds_needed(-effect, 1.0) == pairs


def test_the_number_of_seeds_at_the_ends():
    assert seeds_needed(0.0, 1.0) == math.inf
    assert seeds_needed(1e-9, 1.0) == math.inf
    assert seeds_needed(1.0, 0.0) == 2


@pytest.mark.parametrize("effect", [3.0, 4.5, 6.0, 1e9])
def test_large_effects_need_four_pairs_even_where_the_noncentral_t_is_nan(effect):
    assert seeds_needed(effect, 1.0) == 4
