"""ROC curves and the areas under them, beside scikit-learn's; what their intervals hold, simulated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from ensemble import InputError
from ensemble.shift.roc import GRID, auroc_covariance, roc, roc_on_grid, with_interval

# Few different values, so that most rows are tied with others.
TIED = st.lists(st.integers(0, 4).map(lambda step: step / 4), min_size=1, max_size=12)
FREE = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)
SCORES = st.one_of(TIED, FREE)
REPLICATES = 1000


def labels(known, novel):
    return np.r_[np.zeros(len(known)), np.ones(len(novel))], np.r_[known, novel]


@given(SCORES, SCORES)
def test_the_area_is_that_of_scikit_learn_with_ties_too(known, novel):
    assert with_interval(known, novel).value == pytest.approx(roc_auc_score(*labels(known, novel)), abs=1e-12)


@given(SCORES, SCORES)
def test_every_point_of_the_curve_is_that_of_scikit_learn(known, novel):
    for ours, theirs in zip(roc(known, novel), roc_curve(*labels(known, novel), drop_intermediate=False), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@given(SCORES, SCORES)
def test_the_grid_holds_the_curve(known, novel):
    curve = roc(known, novel)
    for level in np.unique(curve.false_alarms):
        assert roc_on_grid(known, novel, [level])[0] == curve.caught[curve.false_alarms == level].max()
    grid = roc_on_grid(known, novel)
    assert (np.diff(grid) >= -1e-12).all()
    assert grid[-1] == 1


@given(FREE, FREE)
def test_between_its_points_a_curve_without_ties_is_level(known, novel):
    known, novel = np.unique(known), np.setdiff1d(novel, known)
    if not len(novel):
        return
    between = (np.arange(len(known)) + 0.5) / len(known)
    thresholds = np.sort(known)[::-1]
    expected = [(novel > threshold).mean() for threshold in thresholds]
    np.testing.assert_allclose(roc_on_grid(known, novel, between), expected)


def test_a_grid_of_a_fine_curve_has_its_area():
    rng = np.random.default_rng(0)
    known, novel = rng.normal(size=3000), rng.normal(1, 1, 3000)
    assert np.trapezoid(roc_on_grid(known, novel), GRID) == pytest.approx(with_interval(known, novel).value, abs=2e-3)


@given(TIED, TIED)
def test_the_area_of_the_opposite_score_is_the_rest(known, novel):
    opposite = with_interval(-np.array(known), -np.array(novel)).value
    assert with_interval(known, novel).value + opposite == pytest.approx(1)


def test_a_score_that_is_not_finite_is_refused():
    for known, novel in (([], [1.0]), ([1.0], []), ([np.nan, 1.0], [1.0]), ([1.0], [np.inf])):
        with pytest.raises(InputError):
            roc(known, novel)


def test_the_covariance_is_that_of_delong_written_out():
    rng = np.random.default_rng(1)
    known, novel = rng.integers(0, 6, (2, 9)).astype(float), rng.integers(2, 9, (2, 7)).astype(float)
    wins = (novel[:, :, None] > known[:, None]) + 0.5 * (novel[:, :, None] == known[:, None])
    expected = np.cov(wins.mean(axis=2)) / 7 + np.cov(wins.mean(axis=1)) / 9
    np.testing.assert_allclose(auroc_covariance(known, novel), expected)


def test_equal_scores_have_areas_that_do_not_differ():
    rng = np.random.default_rng(2)
    known, novel = rng.normal(size=30), rng.normal(size=20)
    (one, both), (_, other) = auroc_covariance([known, 2 * known], [novel, 2 * novel])
    assert one == pytest.approx(other) == pytest.approx(both)


@pytest.mark.parametrize("shift", [0.5, 1.5, 2.5])
def test_the_interval_holds_the_area_at_the_sizes_at_which_it_is_drawn(shift):
    """324 known and 36 novel rows, as of digits; the truth of two normal scores is known."""
    from scipy.stats import norm

    rng = np.random.default_rng(3)
    true = norm.cdf(shift / np.sqrt(2))
    found = [with_interval(rng.normal(size=324), rng.normal(shift, 1, 36)) for _ in range(REPLICATES)]
    assert np.mean([one.low <= true <= one.high for one in found]) >= 0.92
