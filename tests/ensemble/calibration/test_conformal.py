"""Conformal sets against the textbook formula, on simulated rows and at the small numbers where MAPIE refuses."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.classification import SplitConformalClassifier
from scipy import stats
from sklearn.naive_bayes import GaussianNB

from ensemble import InputError
from ensemble.calibration.conformal import conformal_sets, coverage_promise, rows_at_threshold, smallest_calibration_set
from ensemble.probability.vectors import softmax
from testing.fuzz import examples

COVERAGES = st.integers(51, 99).map(lambda percent: percent / 100)


def rows(rng, n, classes=3, sharpness=1.5, wrong=1.0):
    """Forecasts that are too sure or not sure enough by the factor ``wrong``, and outcomes."""
    z = rng.normal(size=(n, classes)) * sharpness
    y = (softmax(z).cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return softmax(z * wrong), y


def textbook(proba_calibration, y, proba, percent):
    n = len(y)
    rank = -(-(n + 1) * percent // 100)
    if rank > n:
        return np.ones(proba.shape, dtype=bool)
    return proba >= np.sort(proba_calibration[np.arange(n), y])[n - rank]


@examples(60)
@given(st.integers(1, 60), st.integers(2, 4), st.integers(51, 99), st.integers(0, 1000))
def test_sets_are_those_of_the_textbook_formula(n, classes, percent, seed):
    rng = np.random.default_rng(seed)
    proba, y = rows(rng, n, classes)
    new, _ = rows(rng, 20, classes)
    np.testing.assert_array_equal(conformal_sets(proba, y, new, percent / 100), textbook(proba, y, new, percent))


def test_a_class_just_below_the_threshold_is_left_out():
    """No tolerance of 1e-8, as MAPIE's own comparison has."""
    calibration, below = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]], 5e-9
    sets = conformal_sets(calibration, [0, 0, 0], [[0.7 - below, 0.3 + below], [0.7, 0.3]], 0.6)
    assert sets.tolist() == [[False, False], [True, False]]


def test_sets_follow_the_definition_where_probabilities_nearly_tie():
    """Forecasts a few 1e-9 apart, each class compared with the threshold itself."""
    rng = np.random.default_rng(0)
    for n in range(3, 60):
        low = rng.choice([0.2, 0.4, 0.45], (2 * n, 1)) + rng.integers(-9, 10, (2 * n, 1)) * 1e-9
        proba, y = np.hstack([low, 1 - low]), rng.integers(0, 2, n)
        expected = textbook(proba[:n], y, proba[n:], 80)
        np.testing.assert_array_equal(conformal_sets(proba[:n], y, proba[n:], 0.8), expected)


@pytest.mark.parametrize(("n", "coverage"), [(1, 0.51), (8, 0.9), (18, 0.95), (98, 0.99)])
def test_with_too_few_calibration_rows_every_set_holds_all_classes(n, coverage):
    proba, y = rows(np.random.default_rng(n), n)
    assert conformal_sets(proba, y, proba, coverage).all()
    assert smallest_calibration_set(coverage) == n + 1
    assert coverage_promise(n, coverage) == (1, 1, 1, 1)


@pytest.mark.parametrize(("n", "coverage"), [(9, 0.9), (19, 0.95), (4, 0.8), (99, 0.99)])
def test_the_smallest_calibration_set_works_where_mapie_refuses(n, coverage):
    assert smallest_calibration_set(coverage) <= n
    proba, y = np.tile([0.9, 0.06, 0.04], (n, 1)), np.zeros(n, dtype=int)
    np.testing.assert_array_equal(conformal_sets(proba, y, proba[:1], coverage), [[True, False, False]])
    mapie = SplitConformalClassifier(GaussianNB().fit(np.eye(2), [0, 1]), confidence_level=coverage)
    mapie.conformalize(np.eye(2)[np.arange(n) % 2], np.arange(n) % 2)
    with pytest.raises(ValueError, match="samples"):
        mapie.predict_set(np.eye(2))


@pytest.mark.parametrize("wrong", [0.3, 1.0, 5.0])
def test_sets_cover_as_promised_however_wrong_the_model_is(wrong):
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(150):
        proba, y = rows(rng, 400, wrong=wrong)
        sets = conformal_sets(proba[:50], y[:50], proba[50:], 0.9)
        shares.append(sets[np.arange(350), y[50:]].mean())
    promise = coverage_promise(50, 0.9)
    noise = np.std(shares) / math.sqrt(len(shares))
    assert abs(np.mean(shares) - promise.mean) < 4 * noise
    assert promise.mean >= 0.9
    finite = coverage_promise(50, 0.9, n_test=350)
    assert np.mean(np.array(shares) < finite.low) < 0.12
    assert np.mean(np.array(shares) > finite.high) < 0.12


@given(st.integers(1, 40), COVERAGES, COVERAGES, st.integers(0, 1000))
def test_more_coverage_never_makes_a_set_smaller(n, one, other, seed):
    rng = np.random.default_rng(seed)
    proba, y = rows(rng, n)
    small, large = (conformal_sets(proba, y, proba, coverage) for coverage in sorted((one, other)))
    assert (small <= large).all()


def test_a_class_without_calibration_row_is_no_cause_for_a_warning():
    proba, y = rows(np.random.default_rng(0), 30)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        conformal_sets(proba[y < 2], y[y < 2], proba, 0.8)


def test_certain_forecasts_give_single_classes_and_unusual_ones_an_empty_set():
    sure = np.eye(3)[[0, 1, 2] * 5]
    np.testing.assert_array_equal(conformal_sets(sure, [0, 1, 2] * 5, sure, 0.9), sure.astype(bool))
    assert not conformal_sets(sure, [0, 1, 2] * 5, [[0.5, 0.3, 0.2]], 0.9).any()


def test_the_promise_is_a_beta_distribution_and_on_few_rows_a_beta_binomial_one():
    promise = coverage_promise(35, 0.9)
    assert promise[:3] == pytest.approx(stats.beta(33, 3).ppf([0.05, 0.5, 0.95]))
    assert promise.mean == pytest.approx(33 / 36)
    counted = coverage_promise(35, 0.9, n_test=36)
    rng = np.random.default_rng(0)
    simulated = rng.binomial(36, rng.beta(33, 3, size=200_000)) / 36
    assert counted[:3] == pytest.approx(np.quantile(simulated, [0.05, 0.5, 0.95]), abs=1 / 36)
    assert counted.low < promise.low
    assert coverage_promise(35, 0.9, n_test=20_000)[:3] == pytest.approx(promise[:3], abs=2e-3)


@given(st.integers(1, 500), COVERAGES)
def test_the_promise_holds_on_average(n, coverage):
    promise = coverage_promise(n, coverage)
    assert coverage <= promise.mean <= coverage + 1 / (n + 1) + 1e-12
    assert promise.low <= promise.median <= promise.high


@given(st.integers(501, 999).map(lambda mille: mille / 1000))
def test_one_row_fewer_than_the_smallest_calibration_set_is_too_few(coverage):
    n = smallest_calibration_set(coverage)
    assert coverage_promise(n, coverage).low < 1
    assert n == 1 or coverage_promise(n - 1, coverage).low == 1


@pytest.mark.parametrize("coverage", [0.5, 0, 1, 1.5, -1, float("nan")])
def test_a_coverage_out_of_range_is_refused(coverage):
    proba = [[0.5, 0.5]]
    for function in (
        smallest_calibration_set,
        lambda c: coverage_promise(10, c),
        lambda c: conformal_sets(proba, [0], proba, c),
    ):
        with pytest.raises(InputError, match="coverage"):
            function(coverage)


def test_what_does_not_fit_is_refused_in_words():
    two, three = [[0.5, 0.5]], [[0.2, 0.3, 0.5]]
    with pytest.raises(InputError, match="2 classes and the others 3"):
        conformal_sets(two, [0], three, 0.9)
    with pytest.raises(InputError, match="one class number"):
        conformal_sets(two, [2], two, 0.9)
    with pytest.raises(InputError, match="sum of 1"):
        conformal_sets(two, [0], [[0.5, 0.6]], 0.9)
    for n, n_test in ((0, None), (10, 0)):
        with pytest.raises(InputError, match="at least one"):
            coverage_promise(n, 0.9, n_test)


def test_the_promise_covers_nine_of_ten_splits_where_probabilities_are_equal():
    """Forecasts of 0 and 1 alone: more sets were right than the range said, in one split of seven."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 180)
    proba = np.eye(3)[np.where(rng.random(180) < 0.97, y, (y + 1) % 3)]
    outside = {True: 0, False: 0}
    for _ in range(400):
        first = rng.permutation(180) < 90
        parts = proba[first], y[first], proba[~first]
        share = conformal_sets(*parts, 0.9)[np.arange(90), y[~first]].mean()
        is_shared = rows_at_threshold(*parts, y[~first], 0.9) > 1
        for told in outside:
            promise = coverage_promise(90, 0.9, 90, is_shared=told and is_shared)
            outside[told] += not promise.low <= share <= promise.high
    assert outside[True] <= 40 < outside[False]


def test_different_probabilities_have_one_row_at_the_threshold():
    proba, y = rows(np.random.default_rng(0), 80)
    assert rows_at_threshold(proba[:40], y[:40], proba[40:], y[40:], 0.9) == 1
    assert rows_at_threshold(proba[:5], y[:5], proba[40:], y[40:], 0.9) == 0


def test_classes_with_the_same_forecast_are_in_or_out_whatever_the_rounding_of_its_logarithm():
    """One wine's 0.7 was in its set and another's, 0.6999999999999998, was not."""
    rng = np.random.default_rng(0)
    top = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], 200)
    second = ((1 - top) * rng.choice([0.25, 0.5, 0.75], 200)).round(3)
    given = np.stack([top, second, 1 - top - second], axis=1)
    proba, y = softmax(np.log(given)), np.where(rng.random(200) < top, 0, 1)
    for coverage in (0.6, 0.7, 0.8, 0.9):
        sets = conformal_sets(proba[:100], y[:100], proba[100:], coverage)
        np.testing.assert_array_equal(
            sets, textbook(given[:100].round(9), y[:100], given[100:].round(9), round(100 * coverage))
        )
