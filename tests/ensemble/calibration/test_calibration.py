"""Calibration against scikit-learn, scipy, model-diagnostics, closed forms and sixty digits; by properties and at extremes."""

import itertools
import math

import model_diagnostics
import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from model_diagnostics.calibration import plot_reliability_diagram
from model_diagnostics.scoring import LogLoss, SquaredError, decompose
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from ensemble import InputError
from ensemble.calibration.decomposition import (
    decompose_brier,
    decompose_log_loss,
    decompose_nll,
    lowest_epochs,
    over_epochs,
)
from ensemble.calibration.reliability import (
    forecast_counts,
    fullest_bin,
    reliability,
    reliability_by_luck,
    reliability_in_bins,
    simulated_calibration_error,
)
from ensemble.calibration.temperature import calibrate_and_pool, fit_temperature, over_temperatures, split_rows
from ensemble.probability.intervals import accuracy_difference, mean_interval
from ensemble.probability.scoring import (
    bin_numbers,
    brier_score,
    brier_scores,
    ece_by_luck,
    expected_calibration_error,
    negative_log_likelihood,
    one_vs_rest,
    top_label,
)
from ensemble.probability.vectors import log_softmax, softmax
from testing.fuzz import examples

SEEDS = st.integers(0, 10_000)
CLASSES = st.integers(2, 5)


def outcomes(proba, rng):
    return (proba.cumsum(axis=1) > rng.random((len(proba), 1))).argmax(axis=1)


def sample(seed, n=178, classes=3, wrong=1.0, width=2.0):
    """Scores that are off by the factor ``wrong``, and outcomes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, classes)) * width
    return z * wrong, outcomes(softmax(z), rng)


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


def mean_nll(logits, y, temperature):
    return negative_log_likelihood(log_softmax(logits, temperature), y).mean()


# Temperature


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
def test_with_every_row_right_the_coldest_temperature_wins_and_with_every_row_wrong_the_hottest(scale):
    logits = np.array([[0, 1, 2], [5, 1, 0]]) * scale
    assert fit_temperature(logits, [2, 0]) == 0.01
    assert fit_temperature(logits, [0, 2]) == 100
    assert fit_temperature(logits[:1], [2]) == 0.01


@pytest.mark.parametrize("level", [0.0, -7.5, 1e6])
def test_scores_that_are_all_equal_leave_the_temperature_at_one(level):
    """Truth B3: a flat likelihood has nothing to say, and gave the coldest temperature."""
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


# Scores


@given(SEEDS, CLASSES)
def test_scores_agree_with_scikit_learn(seed, classes):
    logits, y = sample(seed, n=30, classes=classes)
    proba, labels = softmax(logits), list(range(classes))
    assert negative_log_likelihood(log_softmax(logits), y).mean() == pytest.approx(log_loss(y, proba, labels=labels))
    assert brier_score(proba, y) == pytest.approx(brier_score_loss(y, proba, labels=labels, scale_by_half=False))
    assert brier_scores(proba, y).mean() == brier_score(proba, y)


def test_scores_of_certain_forecasts_are_at_their_ends():
    proba = np.eye(3)[[0, 1]]
    np.testing.assert_array_equal(brier_scores(proba, [0, 0]), [0, 2])
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(negative_log_likelihood(np.log(proba), [0, 0]), [0, np.inf])
    assert negative_log_likelihood(log_softmax([[0.0, 1e4]], 0.01), [0])[0] == pytest.approx(1e6)


def test_single_precision_probabilities_that_exceed_one_by_rounding_are_taken():
    proba = np.array([[1.0000001, 0.0], [0.5, 0.5]], dtype=np.float32)
    assert brier_score(proba, [0, 1]) == pytest.approx(0.25)
    assert top_label(proba, [0, 0])[0].max() == 1
    assert decompose_log_loss(proba, [0, 0], 0).score == pytest.approx(math.log(2) / 2)


# Calibration error


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
    """Cases 16a: 5/7 is the right end of the fifth of seven bins; the same of every k / bins."""
    assert expected_calibration_error([[5 / 7, 2 / 7], [0.6, 0.4]], [0, 1], bins=7) == pytest.approx(abs(1 - 5 / 7 - 0.6) / 2)
    for bins in range(1, 60):
        assert bin_numbers(np.arange(1, bins + 1) / bins, bins).tolist() == list(range(bins))


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


# Reliability


def test_reduction_to_one_event_by_hand():
    proba = [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]]
    confidence, hit = top_label(proba, [1, 2])
    np.testing.assert_array_equal(confidence, [0.5, 0.6])
    np.testing.assert_array_equal(hit, [True, False])
    scores, hits = one_vs_rest(proba, [1, 2], 2)
    np.testing.assert_array_equal(scores, [0.3, 0.3])
    np.testing.assert_array_equal(hits, [False, True])


@pytest.mark.parametrize("event", ["top", 0, 2])
@pytest.mark.parametrize("width", [0.5, 2, 8])
def test_the_curve_is_that_model_diagnostics_draws(event, width):
    logits, y = sample(6, wrong=1.7, width=width)
    proba = softmax(logits)
    scores, hits = top_label(proba, y) if event == "top" else one_vs_rest(proba, y, event)
    table = reliability(scores, hits)
    with model_diagnostics.config_context(plot_backend="plotly"):
        curve = plot_reliability_diagram(hits.astype(float), scores.round(12)).data[-1]
    np.testing.assert_allclose(table["forecast"], curve.x, atol=1e-12)
    np.testing.assert_allclose(table["frequency"], curve.y, atol=1e-12)


def test_the_curve_has_no_band_of_a_bootstrap_that_does_not_cover():
    """Truth A3: the bootstrap of isotonic regression held the truth in 53 to 66 of 100 data sets instead of 90."""
    assert list(reliability([0.1, 0.9], [0, 1])) == ["forecast", "frequency"]


@examples(30)
@given(SEEDS, st.integers(1, 60), st.sampled_from([0.5, 3, 100]))
def test_the_curve_grows_from_forecast_to_forecast_within_zero_and_one(seed, n, width):
    logits, y = sample(seed, n=n, classes=2, width=width)
    scores, hits = one_vs_rest(softmax(logits), y, 1)
    table = reliability(scores, hits)
    assert table["forecast"].is_monotonic_increasing
    assert (np.diff(table["frequency"]) >= -1e-12).all()
    assert table["frequency"].between(0, 1).all()
    curve = np.interp(scores, table["forecast"], table["frequency"])
    assert curve.mean() == pytest.approx(hits.mean())


def test_forecasts_all_alike_give_one_corner():
    assert reliability([0.3] * 10, [True] * 4 + [False] * 6).values.tolist() == [[0.3, 0.4]]
    assert not reliability([0.1, 0.2, 0.3], [0, 0, 0])["frequency"].any()


@examples(30)
@given(SEEDS, st.integers(1, 60), st.integers(1, 20))
def test_bins_hold_every_forecast_once_and_their_band_is_within_zero_and_one(seed, n, bins):
    logits, y = sample(seed, n=n, classes=2)
    scores, hits = one_vs_rest(softmax(logits), y, 1)
    table, left = reliability_in_bins(scores, hits, np.random.default_rng(seed), bins, draws=30)
    assert table["count"].sum() == n
    assert table["hits"].sum() == hits.sum()
    np.testing.assert_allclose(table["frequency"], table["hits"] / table["count"])
    assert np.dot(table["forecast"], table["count"]) == pytest.approx(scores.sum())
    assert ((table["low"] >= 0) & (table["low"] <= table["high"]) & (table["high"] <= 1)).all()
    assert 0 <= left <= 1
    assert table["count"].tolist() == [count for count in forecast_counts(scores, bins)["count"] if count]


def test_the_band_of_luck_holds_the_curve_of_a_calibrated_model_as_often_as_its_level_says():
    scores = np.repeat(np.linspace(0.05, 0.95, 10), 300)
    band, _ = reliability_by_luck(scores, np.random.default_rng(0), level=0.8)
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(200):
        curve = IsotonicRegression().fit(scores, rng.random(3000) < scores).predict(band["forecast"])
        inside.append((band["low"] - 1e-12 <= curve) & (curve <= band["high"] + 1e-12))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.05)
    assert (band["low"] <= band["forecast"]).all()
    assert (band["forecast"] <= band["high"]).all()


def test_forecasts_of_almost_never_are_surprising_when_they_come_true():
    scores, hits = np.full(50, 0.001), np.arange(50) < 5
    band = reliability_by_luck(scores, np.random.default_rng(0)).table
    assert band["high"].item() < 0.1 == reliability(scores, hits)["frequency"].item()


def test_counts_hold_every_forecast_once():
    table = forecast_counts([0.0, 0.1, 0.10001, 0.95, 1.0])
    assert table["count"].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert table["low"].tolist()[1:] == table["high"].tolist()[:-1]
    scores = np.random.default_rng(0).random(500)
    np.testing.assert_array_equal(forecast_counts(scores, 7)["count"], np.histogram(scores, 7, (0, 1))[0])


# Decompositions


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


def test_forecasts_nearer_than_scikit_learn_can_tell_are_taken_apart_all_the_same():
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


# Over temperatures and epochs


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


# Pools


def members_of(seed, members=5, n=120):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, 3)) * 2
    return log_softmax(z + rng.normal(size=(members, n, 3)) * 2), outcomes(softmax(z), rng)


@examples(40)
@given(SEEDS, st.integers(1, 6))
def test_a_pool_of_equal_members_is_the_member(seed, members):
    logits, y = sample(seed, n=40)
    chosen = np.arange(40) < 20
    pooled = calibrate_and_pool(np.stack([log_softmax(logits)] * members), y, chosen)
    temperature = fit_temperature(logits[chosen], y[chosen])
    scores = pooled.scores.set_index("way")
    assert pooled.pool_temperature == pytest.approx(temperature, rel=1e-9)
    assert pooled.member_temperatures == pytest.approx(np.full(members, temperature), rel=1e-9)
    assert scores.loc["pool", "nll"] == pytest.approx(mean_nll(logits[20:], y[20:], 1))
    assert pooled.log_proba["pool"] == pytest.approx(log_softmax(logits[20:]))
    assert list(pooled.log_proba) == list(scores.index)
    for way in ("pool, then calibrate", "calibrate, then pool"):
        assert scores.loc[way, "nll"] == pytest.approx(mean_nll(logits[20:], y[20:], temperature))
        assert scores.loc[way, "brier"] == pytest.approx(brier_score(softmax(logits[20:], temperature), y[20:]))


def test_the_fullest_bin_is_one_of_unsure_forecasts_if_that_holds_enough():
    table = reliability_in_bins([0.65] * 4 + [0.75] * 5 + [0.99] * 9, [1] * 18, np.random.default_rng(0)).table
    assert fullest_bin(table) == (0.75, 5, 5)
    assert fullest_bin(table, least=6) == (0.99, 9, 9)


def test_the_three_ways_by_hand():
    logs, y = members_of(12)
    chosen = split_rows(len(y), 0.5, np.random.default_rng(0))
    pooled = calibrate_and_pool(logs, y, chosen)
    pool = np.exp(logs).mean(axis=0)
    temperature = fit_temperature(np.log(pool[chosen]), y[chosen])
    temperatures = [fit_temperature(member[chosen], y[chosen]) for member in logs]
    ways = [
        pool,
        softmax(np.log(pool), temperature),
        np.mean([softmax(member, t) for member, t in zip(logs, temperatures, strict=True)], axis=0),
    ]
    assert pooled.pool_temperature == pytest.approx(temperature)
    assert pooled.member_temperatures == pytest.approx(np.array(temperatures))
    for row, proba in zip(pooled.scores.itertuples(), ways, strict=True):
        assert row.nll == pytest.approx(log_loss(y[~chosen], proba[~chosen]))
        assert row.brier == pytest.approx(brier_score(proba[~chosen], y[~chosen]))
        assert row.ece == pytest.approx(expected_calibration_error(proba[~chosen], y[~chosen]))


def test_members_calibrated_one_by_one_make_a_pool_that_is_not_sure_enough():
    logs, y = members_of(13, members=10, n=4000)
    chosen = np.arange(4000) < 2000
    nll = calibrate_and_pool(logs, y, chosen).scores.set_index("way")["nll"]
    assert nll["pool, then calibrate"] < nll["calibrate, then pool"] - 0.01
    calibrated = np.stack([log_softmax(member, fit_temperature(member, y)) for member in logs])
    assert fit_temperature(np.log(np.exp(calibrated).mean(axis=0)), y) < 0.95


# Rows and bands


@given(st.integers(1, 60), st.floats(0.01, 0.99), SEEDS)
def test_of_two_rows_or_more_there_is_one_on_each_side(n, fraction, seed):
    chosen = split_rows(n, fraction, np.random.default_rng(seed))
    assert chosen.shape == (n,)
    assert n == 1 or (0 < chosen.sum() < n and abs(chosen.sum() - fraction * n) <= 1)


def test_every_choice_of_rows_is_as_likely():
    """Truth B5: rows drawn class by class are not exchangeable, and conformal sets of rare classes then hold too little."""
    rng = np.random.default_rng(0)
    chosen = np.array([split_rows(5, 0.4, rng) for _ in range(6000)])
    _, counts = np.unique(chosen, axis=0, return_counts=True)
    assert len(counts) == 10
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize(("n", "hits"), [(36, 0), (36, 2), (36, 30), (178, 5), (3, 3)])
def test_the_interval_of_zeros_and_ones_is_clopper_and_pearsons(n, hits):
    band = mean_interval([1.0] * hits + [0.0] * (n - hits), 0, 1, np.random.default_rng(0), draws=40_000)
    exact = stats.binomtest(hits, n).proportion_ci(method="exact")
    np.testing.assert_allclose(band, (hits / n, exact.low, exact.high), atol=0.01)


def test_the_interval_of_many_rows_is_about_two_standard_errors_wide():
    values = np.random.default_rng(0).uniform(-2, 2, size=4000)
    band = mean_interval(values, -2, 2, np.random.default_rng(1))
    assert band.mean == values.mean()
    assert (band.high - band.low) / 2 == pytest.approx(1.96 * values.std() / np.sqrt(4000), rel=0.1)


def test_intervals_of_the_same_draws_are_the_same():
    values = np.random.default_rng(0).random(50)
    one, other = (mean_interval(values, 0, 1, np.random.default_rng(1)) for _ in range(2))
    assert one == other


# At the door


@pytest.mark.parametrize(
    "proba", [[], [0.5, 0.5], np.zeros((0, 2)), [[0.5, 0.6]], [[-0.1, 1.1]], [[np.nan, 1]], [["a"]], [[1], [0, 1]]]
)
def test_what_are_no_probability_rows_is_refused_in_words(proba):
    for function in (brier_score, top_label, expected_calibration_error, decompose_brier):
        with pytest.raises(InputError, match="robabilities"):
            function(proba, [0])
    with pytest.raises(InputError, match="robabilities"):
        ece_by_luck(proba, np.random.default_rng(0))


@pytest.mark.parametrize("y", [[], [0], [0, 2], [0, -1], [0, 0.5], ["a", "b"], [[0], [1]], None])
def test_classes_that_do_not_fit_are_refused_in_words(y):
    half, logs = [[0.5, 0.5]] * 2, np.log([[0.5, 0.5]] * 2)
    for function, rows in (
        (brier_score, half),
        (top_label, half),
        (fit_temperature, half),
        (negative_log_likelihood, logs),
        (decompose_nll, half),
        (over_epochs, logs[None]),
    ):
        with pytest.raises(InputError, match="class"):
            function(rows, y)


def test_a_class_with_probability_0_takes_no_part_in_the_fitted_temperature():
    finite, y = [[0.0, 2 * np.log(3)]] * 4, [1, 1, 1, 0]
    with_a_third = [[*row, -np.inf] for row in finite]
    assert fit_temperature(with_a_third, y) == fit_temperature(finite, y)
    np.testing.assert_array_equal(over_temperatures(with_a_third, y, [0.5, 2]), over_temperatures(finite, y, [0.5, 2]))


def test_a_row_that_ruled_out_what_happened_costs_infinitely_much_and_leaves_the_temperature_to_the_others():
    logits, y = [[0.0, 2 * np.log(3)]] * 4, [1, 1, 1, 0]
    with_another = [*logits, [0.0, -np.inf]]
    assert fit_temperature(with_another, [*y, 1]) == fit_temperature(logits, y)
    of_possible, parts = decompose_nll(logits, y), decompose_nll(with_another, [*y, 1])
    assert parts.score == parts.refinement == math.inf
    assert parts.calibration == pytest.approx(of_possible.calibration * 4 / 5)
    assert np.isinf(over_temperatures(with_another, [*y, 1], [0.5, 2])["nll"]).all()
    assert fit_temperature([[0.0, -np.inf]], [1]) == 1


@pytest.mark.parametrize("logits", [[1.0, 2.0], [[np.inf, 0]], [[np.nan, 0]], np.zeros((0, 3)), [[]]])
def test_what_are_no_scores_is_refused_in_words(logits):
    for function in (fit_temperature, decompose_nll):
        with pytest.raises(InputError, match="Scores"):
            function(logits, [0])


@pytest.mark.parametrize("logs", [[[0.0, 0.0]], [[0.5, 0.5]], [[-np.inf, -np.inf]], [[np.nan, 0.0]], [0.0]])
def test_what_are_no_log_probabilities_is_refused_in_words(logs):
    with pytest.raises(InputError, match=r"log_softmax|Log-probabilities"):
        negative_log_likelihood(logs, [0])


@pytest.mark.parametrize(
    ("scores", "hits"), [([1.1, 0], [0, 1]), ([0.5, np.nan], [0, 1]), ([0.5, 0.5], [0, 2]), ([0.5], [0, 1])]
)
def test_forecasts_and_hits_that_do_not_fit_are_refused_in_words(scores, hits):
    with pytest.raises(InputError, match="orecasts"):
        reliability(scores, hits)


RNG, HALF = np.random.default_rng(0), [[0.5, 0.5]] * 2


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ("no class 2", lambda: one_vs_rest(HALF, [0, 1], 2)),
        ("at least one bin", lambda: expected_calibration_error(HALF, [0, 1], bins=0)),
        ("temperature", lambda: over_temperatures(HALF, [0, 1], [1.0, 0.0])),
        ("level", lambda: mean_interval([1.0, 2.0], 0, 2, RNG, level=1)),
        ("level", lambda: reliability_in_bins([0.5, 0.5], [0, 1], RNG, level=0)),
        ("level", lambda: reliability_by_luck([0.5], RNG, level=1.5)),
        ("One row is too few for an interval over rows: raise the test share", lambda: mean_interval([1.0], 0, 1, RNG)),
        ("finite values", lambda: mean_interval([1.0, np.inf], 0, 1, RNG)),
        ("bounds", lambda: mean_interval([0.5, 1.5], 0, 1, RNG)),
        ("bounds", lambda: mean_interval([0.5, 1.5], 0, np.inf, RNG)),
        ("True or False", lambda: accuracy_difference([True], [True, False], RNG)),
        ("True or False", lambda: accuracy_difference([0.5], [1.0], RNG)),
        ("share", lambda: split_rows(2, 1, RNG)),
        ("no row", lambda: split_rows(0, 0.5, RNG)),
        ("at least one of each", lambda: calibrate_and_pool(np.log([HALF]), [0, 1], [True, True])),
        ("each of the 2 rows", lambda: calibrate_and_pool(np.log([HALF]), [0, 1], [1, 0])),
    ],
)
def test_numbers_out_of_range_are_refused_in_words(message, wrong):
    with pytest.raises(InputError, match=message):
        wrong()


def test_a_calibration_error_is_compared_with_those_of_calibrated_forecasts():
    logits, y = sample(0, wrong=3.0)
    proba = softmax(logits)
    found = simulated_calibration_error(proba, y, np.random.default_rng(1), draws=50)
    np.testing.assert_array_equal(found.simulated, ece_by_luck(proba, np.random.default_rng(1), draws=50))
    assert found.error == expected_calibration_error(proba, y)
    assert found.reached == sum(one >= found.error for one in found.simulated.tolist())
    assert found.mean == pytest.approx(math.fsum(found.simulated) / 50)


def test_the_lowest_epochs_are_the_first_with_the_smallest_loss_and_parts():
    logits, y = sample(2)
    table = over_epochs([log_softmax(logits * factor) for factor in (0.1, 1.0, 5.0, 1.0)], y).assign(epoch=[1, 4, 7, 10])
    lowest = lowest_epochs(table)
    assert lowest["nll"] == 4
    for name, epoch in lowest.items():
        column = table[name].tolist()
        assert epoch == [1, 4, 7, 10][column.index(min(column))]
