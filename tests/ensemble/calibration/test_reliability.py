"""Reliability curves and bins, beside model-diagnostics."""

import model_diagnostics
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_diagnostics.calibration import plot_reliability_diagram
from sklearn.isotonic import IsotonicRegression

from ensemble.calibration.reliability import forecast_counts, reliability, reliability_by_luck, reliability_in_bins
from ensemble.probability.scoring import one_vs_rest, top_label
from ensemble.probability.vectors import softmax
from testing.fuzz import examples
from tests.ensemble.calibration.made_up import SEEDS, sample


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
    """The bootstrap of isotonic regression held the truth in 53 to 66 of 100 data sets instead of 90."""
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


def test_the_band_of_luck_covers_calibrated_curves_at_its_level():
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
