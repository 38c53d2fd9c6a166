import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from benchmarks.reproduction import last_losses_and_accuracy
from ensemble import classic


def test_an_outcome_counts_what_independent_functions_count(wine, short_run):
    result = classic.outcome(short_run, wine)
    proba = short_run.predict_proba(wine.x_test)
    assert result.test_loss == pytest.approx(log_loss(wine.y_test, proba), rel=1e-4)
    assert result.train_loss == pytest.approx(log_loss(wine.y_train, short_run.predict_proba(wine.x_train)), rel=1e-4)
    assert result.test_hits / result.test_rows == accuracy_score(wine.y_test, proba.argmax(axis=1))
    assert result.mean_confidence == pytest.approx(np.mean(np.max(proba, axis=1)))
    assert result.unsure == sum(max(row) < 0.9 for row in proba)


def test_the_band_is_wilsons(wine, short_run):
    result = classic.outcome(short_run, wine)
    n, p, z = result.test_rows, result.test_hits / result.test_rows, 1.959964
    middle, half = (p + z**2 / (2 * n)) / (1 + z**2 / n), z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert result.test_accuracy_band == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_the_quoted_spread_over_seeds_is_what_the_engine_gives():
    outcomes = np.array([last_losses_and_accuracy(seed) for seed in range(classic.SEEDS)])
    for column, quoted in ((0, classic.MEASURED_TRAIN_LOSS), (1, classic.MEASURED_TEST_LOSS)):
        measured = np.quantile(outcomes[:, column], [0.05, 0.5, 0.95])
        np.testing.assert_allclose(measured, quoted, rtol=0.15)
    assert (outcomes[:, 0] > classic.REPORTED_TRAIN_LOSS).all()
