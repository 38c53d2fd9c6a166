"""Shares of the variance, spreads and their intervals, beside scipy and statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from ensemble import InputError
from ensemble.sweeps.variance import member_variance, share_above, spread_band, spread_ratio, variance_shares
from tests.ensemble.sweeps.made_up import coverage, rng
from ui.text.format import percent


@given(st.integers(1, 200), st.data())
def test_the_share_above_a_mark_has_wilsons_interval(n, data):
    hits = data.draw(st.integers(0, n))
    fraction = share_above([1.0] * hits + [0.0] * (n - hits), 0.5)
    low, high = proportion_confint(hits, n, method="wilson")
    assert (fraction.hits, fraction.of) == (hits, n)
    assert (fraction.low, fraction.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_the_same_run_trained_twice_is_not_above_itself():
    assert share_above([0.5, 0.13578552972991656], 0.1357855200767517).hits == 1


def test_variance_shares_find_what_was_put_in():
    draw = np.random.default_rng(1)
    n = 4000
    split, start, together, at_start, at_split = draw.normal(size=(5, n)) * np.sqrt([[6], [1], [3], [3], [3]])
    found = variance_shares(split + start + together, split + at_start, start + at_split, rng())
    for fraction, expected in ((found.split, 0.6), (found.start, 0.1), (found.together, 0.3)):
        assert fraction.mean == pytest.approx(expected, abs=0.05)
        assert fraction.low < fraction.mean < fraction.high
    assert found.split.mean + found.start.mean + found.together.mean == pytest.approx(1)


@given(st.integers(0, 1000))
def test_variance_shares_of_anything_are_shares(seed):
    draw = np.random.default_rng(seed)
    found = variance_shares(*draw.normal(size=(3, 10)), rng())
    shares = (found.split, found.start, found.together)
    assert all(-1e-9 <= one <= 1 + 1e-9 for fraction in shares for one in fraction)
    assert not any("-" in percent(one) for fraction in shares for one in fraction)
    assert all(fraction.low <= fraction.high for fraction in shares)
    assert sum(fraction.mean for fraction in shares) == pytest.approx(1)


def test_intervals_of_variance_shares_hold_the_truth_about_as_often_as_they_say():
    draw, held, times = np.random.default_rng(2), 0, 200
    for _ in range(times):
        split, together, at_start = draw.normal(size=(3, 40)) * np.sqrt([[8], [2], [2]])
        start = draw.normal(size=40)
        fraction = variance_shares(split + together, split + at_start, start, draw).split
        held += fraction.low <= 0.8 <= fraction.high
    assert 0.85 < held / times <= 1


def test_variance_shares_say_why_there_are_none():
    with pytest.raises(InputError, match="at least 10 seeds of each kind, not 3"):
        variance_shares([1, 2, 3], [1, 2, 3], [1, 2, 3], rng())
    with pytest.raises(InputError, match="no variance"):
        variance_shares([1.0] * 12, range(12), range(12), rng())
    with pytest.raises(InputError, match="as many"):
        variance_shares(range(12), range(11), range(12), rng())


@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 10_000))
def test_the_analysis_of_variance_is_scipys(runs, members, seed):
    draw = np.random.default_rng(seed)
    losses = draw.normal(size=(runs, members)) + draw.normal(size=(runs, 1))
    found = member_variance(losses)
    ratio = stats.f_oneway(*losses).statistic
    within = found.within**2
    expected = max(0.0, (ratio - 1) * within / members)
    assert found.between**2 == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert found.mean_of_members == pytest.approx(losses.mean(axis=1).std(ddof=1))
    assert within == pytest.approx(np.mean([np.var(run, ddof=1) for run in losses]))


def test_averaging_divides_what_is_the_members_own():
    draw = np.random.default_rng(3)
    losses = draw.normal(size=(4000, 1)) * 2 + draw.normal(size=(4000, 16)) * 3
    found = member_variance(losses)
    assert found.within == pytest.approx(3, rel=0.03)
    assert found.between == pytest.approx(2, rel=0.05)
    assert found.mean_of_members == pytest.approx(math.sqrt(4 + 9 / 16), rel=0.05)


def test_one_member_or_one_run_has_no_parts():
    assert math.isnan(member_variance([[1.0], [2.0]]).within)
    assert math.isnan(member_variance([[1.0], [2.0]]).between)
    assert math.isnan(member_variance([[1.0, 2.0]]).between)
    with pytest.raises(InputError, match="finite"):
        member_variance([[1.0, math.inf]])


@pytest.mark.parametrize("n", [5, 10, 30])
def test_the_spread_of_log_losses_is_held_by_its_interval(n):
    """Losses are lognormal, so their logarithms normal; and logarithms that are skewed themselves."""
    seed = np.random.default_rng(n)
    assert coverage(lambda: np.log(seed.lognormal(0, 1.2, n)), 1.2 * np.sqrt(2 / np.pi), spread_band)[0] >= 0.93
    assert coverage(lambda: seed.exponential(size=n), np.log(2), spread_band)[0] >= 0.9


@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_equal_spreads_are_seldom_said_to_differ(n, shared):
    """Pairs of losses, lognormal with one spread and two medians, that share a part of their luck or none."""
    seed = np.random.default_rng([n, int(10 * shared)])

    def pair():
        luck = seed.multivariate_normal([-3.0, -5.0], 1.44 * np.array([[1, shared], [shared, 1]]), n)
        return np.log(np.exp(luck)).T

    _, larger, smaller = coverage(pair, 1.0, lambda logs: spread_ratio(*logs), runs=800)
    assert larger + smaller < 0.065


def test_a_spread_that_is_three_times_as_large_is_found():
    seed = np.random.default_rng(0)
    found = [spread_ratio(seed.normal(size=30), 3 * seed.normal(size=30)).low > 1 for _ in range(100)]
    assert np.mean(found) > 0.9


def test_spreads_that_do_not_vary_claim_nothing():
    assert spread_band([2.0, 2.0, 2.0]) == (0, 0, 0)
    assert spread_ratio([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]) == (0, 0, math.inf)
    band = spread_band([0.0, 1.0])
    assert band.low <= band.mean <= band.high
    with pytest.raises(InputError, match="came out the same"):
        spread_ratio([1.0, 1.0], [1.0, 2.0])


@pytest.mark.parametrize(("function", "values"), [(spread_band, ([1.0],)), (spread_ratio, ([1.0, 1.0], [1.0, 2.0]))])
def test_spreads_that_cannot_be_measured_are_refused(function, values):
    with pytest.raises(InputError):
        function(*values)
    with pytest.raises(InputError, match="finite"):
        function(*[[*one, math.nan] for one in values])
