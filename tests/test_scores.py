"""Scores side by side."""

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.metrics import accuracy_score, log_loss

from ensemble.scores import compare, expected_calibration_error, scoreboard, scores_alone


def noisy_forecasts(rng, n=200):
    y = rng.integers(3, size=n)
    return [log_softmax(1.5 * np.eye(3)[y] + rng.normal(0, noise, (n, 3)), axis=-1) for noise in (1.0, 2.0)], y


def test_the_scoreboard_agrees_with_scikit_learn():
    rng = np.random.default_rng(4)
    forecasts, y = noisy_forecasts(rng)
    table = scoreboard(dict(zip(("one", "two"), forecasts, strict=True)), y, rng).set_index("name")
    for name, forecast in zip(("one", "two"), forecasts, strict=True):
        row = table.loc[name]
        assert row["nll"] == pytest.approx(log_loss(y, np.exp(forecast)))
        assert row["accuracy"] == accuracy_score(y, forecast.argmax(axis=1))
        assert row["brier"] == pytest.approx(((np.exp(forecast) - np.eye(3)[y]) ** 2).sum(axis=1).mean())
        for score in ("nll", "brier", "accuracy"):
            assert row[f"{score}_low"] < row[score] < row[f"{score}_high"]


def test_two_forecasts_are_compared_row_by_row():
    rng = np.random.default_rng(5)
    (sharp, noisy), y = noisy_forecasts(rng)
    table = compare(noisy, sharp, y, rng).set_index("score")
    assert table.loc["NLL (nats)", "before"] == pytest.approx(log_loss(y, np.exp(noisy)))
    assert table.loc["NLL (nats)", "after"] == pytest.approx(log_loss(y, np.exp(sharp)))
    assert table.loc["NLL (nats)", "high"] < 0
    assert table.loc["ECE", "after"] == expected_calibration_error(np.exp(sharp), y)
    change = table["after"] - table["before"]
    for score in ("NLL (nats)", "Brier score", "accuracy"):
        assert table.loc[score, "low"] <= change[score] <= table.loc[score, "high"]


def test_a_forecast_compared_with_itself_changes_nothing():
    rng = np.random.default_rng(6)
    (forecast, _), y = noisy_forecasts(rng)
    table = compare(forecast, forecast, y, rng)
    assert (table["before"] == table["after"]).all()
    assert (table[["low", "high"]].dropna() == 0).all(axis=None)


def test_scores_without_bands_are_those_of_the_scoreboard():
    rng = np.random.default_rng(7)
    forecasts, y = noisy_forecasts(rng)
    table = scoreboard({"one": forecasts[0], "two": forecasts[1]}, y, rng)
    alone = scores_alone(forecasts, y)
    np.testing.assert_allclose(alone, table[["nll", "brier", "accuracy"]])
