"""Scores side by side."""

import itertools

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.metrics import accuracy_score, log_loss
from statsmodels.stats.contingency_tables import mcnemar

from ensemble.errors import InputError
from ensemble.probability.intervals import accuracy_difference, mean_interval
from ensemble.probability.scoreboard import change_by_temperature, scoreboard, scores_alone
from ensemble.probability.scoring import base_rate_loss, expected_calibration_error, losses_of_outcomes


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


def test_a_temperature_changes_scores_row_by_row_and_no_accuracy():
    rng = np.random.default_rng(5)
    (forecast, _), y = noisy_forecasts(rng)
    table = change_by_temperature(10 * forecast, 10.0, y, rng).set_index("score")
    assert table.loc["loss (nats)", "before"] == pytest.approx(log_loss(y, softmax(10 * forecast, axis=1)))
    assert table.loc["loss (nats)", "after"] == pytest.approx(log_loss(y, np.exp(forecast)))
    assert table.loc["loss (nats)", "high"] < 0
    assert table.loc["ECE", "after"] == expected_calibration_error(np.exp(forecast), y)
    assert table.loc["accuracy", "before"] == table.loc["accuracy", "after"] == accuracy_score(y, forecast.argmax(axis=1))
    change = table["after"] - table["before"]
    for score in ("loss (nats)", "Brier score"):
        assert table.loc[score, "low"] <= change[score] <= table.loc[score, "high"]
    assert table.loc[["ECE", "accuracy"], ["low", "high"]].isna().all(axis=None)


def test_temperature_one_changes_nothing():
    rng = np.random.default_rng(6)
    (forecast, _), y = noisy_forecasts(rng)
    table = change_by_temperature(forecast, 1.0, y, rng)
    assert (table["before"] == table["after"]).all()
    assert (table[["low", "high"]].dropna() == 0).all(axis=None)


def test_losses_of_outcomes_are_those_of_the_rows():
    (forecast, _), y = noisy_forecasts(np.random.default_rng(8))
    outcomes, rows = losses_of_outcomes(forecast), np.arange(len(y))
    alone = scores_alone(forecast[None], y)
    for score in ("nll", "brier"):
        assert outcomes[score][rows, y].mean() == pytest.approx(alone[score].item())
    assert outcomes["nll"].min() >= 0
    assert ((outcomes["brier"] >= 0) & (outcomes["brier"] <= 2)).all()


def test_an_impossible_class_bounds_no_interval():
    board = scoreboard(
        {"": [[np.log(0.5), np.log(0.5), -np.inf], [np.log(0.2), np.log(0.8), -np.inf]]}, [0, 1], np.random.default_rng(0)
    )
    assert np.isfinite(board["nll_high"].item())


@pytest.mark.parametrize(
    ("only_second", "p"), [(0, 1.0), (4, 0.125), (5, 0.0625), (6, 0.03125)], ids=["none", "four", "five", "six"]
)
def test_a_difference_of_accuracies_is_clear_of_0_where_the_exact_test_says_so(only_second, p):
    """4 of 36 rows were "clear of 0" by bootstrap, where McNemar's exact test gives 0.125, and none were [0, 0]."""
    second = np.ones(36, bool)
    first = np.arange(36) >= only_second
    found = accuracy_difference(first, second, np.random.default_rng(0))
    assert found.p == pytest.approx(p)
    assert found.p == pytest.approx(mcnemar([[36 - only_second, 0], [only_second, 0]], exact=True).pvalue)
    assert (found.low > 0) == (p < 0.05)
    assert found.low < found.mean == only_second / 36 < found.high
    back = accuracy_difference(second, first, np.random.default_rng(1))
    np.testing.assert_allclose((back.low, back.high), (-found.high, -found.low), atol=0.003)


@pytest.mark.parametrize(("better", "worse"), itertools.product((0, 1, 3, 7, 12), repeat=2))
def test_the_interval_of_accuracies_agrees_with_mcnemars_exact_test(better, worse):
    """Rows that only the first gets right count against the second."""
    first = np.arange(60) < worse
    second = (np.arange(60) >= worse) & (np.arange(60) < worse + better)
    found = accuracy_difference(first, second, np.random.default_rng(0))
    assert (found.low > 0 or found.high < 0) == (found.p < 0.05)
    band = mean_interval(second.astype(float) - first, -1, 1, np.random.default_rng(0), draws=20_000)
    np.testing.assert_allclose(band, found[:3], atol=0.01)


@pytest.mark.parametrize(("better", "worse"), [(187, 150), (188, 151), (218, 178), (219, 179)])
def test_the_draws_do_not_move_a_difference_of_accuracies_across_0(better, worse):
    """p of 0.0497 and 0.0499, 0.0504 and 0.0505: the error of the draws said the opposite of the test beside it."""
    first, second = (np.repeat([0, 1, 0], [better, worse, 50]), np.repeat([1, 0, 0], [better, worse, 50]))
    for seed in range(4):
        found = accuracy_difference(first, second, np.random.default_rng(seed))
        back = accuracy_difference(second, first, np.random.default_rng(seed))
        assert (found.low > 0) == (back.high < 0) == (found.p < 0.05)
        assert back.low < 0 < found.high


def test_no_bootstrap_without_a_large_loss_says_that_there_is_none():
    """36 rows without a large loss do not rule out that one row in fifteen has one."""
    losses = np.full(36, 0.01)
    assert mean_interval(losses, 0, 10, np.random.default_rng(0)).high > 0.01 + 10 / 15


def test_scores_without_bands_are_those_of_the_scoreboard():
    rng = np.random.default_rng(7)
    forecasts, y = noisy_forecasts(rng)
    table = scoreboard({"one": forecasts[0], "two": forecasts[1]}, y, rng)
    alone = scores_alone(forecasts, y)
    np.testing.assert_allclose(alone, table[["nll", "brier", "accuracy"]])


def test_the_base_rate_is_the_best_constant_forecast():
    y = np.random.default_rng(6).choice(4, 200, p=[0.6, 0.3, 0.1, 0])
    shares = np.bincount(y, minlength=4) / len(y)
    assert base_rate_loss(y, 4) == pytest.approx(log_loss(y, np.tile(shares[:3], (200, 1))))
    others = np.random.default_rng(7).dirichlet([6, 3, 1, 0.1], 200)
    assert all(-np.log(other[y]).mean() >= base_rate_loss(y, 4) for other in others)
    assert base_rate_loss([2, 2], 3) == 0


@pytest.mark.parametrize(("y", "classes"), [([], 2), ([0, 2], 2), ([-1], 2)])
def test_the_base_rate_loss_refuses_what_is_no_class(y, classes):
    with pytest.raises(InputError):
        base_rate_loss(y, classes)
