"""The loss of forecasts less the base rate, with its interval over rows."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.probability.scoreboard import loss_beyond_base_rate
from ensemble.probability.scoring import base_rate_loss, negative_log_likelihood
from ensemble.probability.vectors import log_softmax


def made_up(rng, n, sharpness):
    """Log-probabilities of a calibrated forecaster of three classes, and what happens."""
    logs = log_softmax(sharpness * rng.normal(size=(n, 3)))
    return logs, (rng.random((n, 1)) > np.exp(logs).cumsum(axis=1)).sum(axis=1).clip(max=2)


def test_the_difference_is_that_of_the_two_losses():
    logs, y = made_up(np.random.default_rng(0), 60, 1.0)
    y[y == 1] = 2  # a class that no row has
    band = loss_beyond_base_rate(logs, y, np.random.default_rng(1))
    assert band.mean == pytest.approx(negative_log_likelihood(logs, y).mean() - base_rate_loss(y, 3))
    assert band.low < band.mean < band.high


@pytest.mark.parametrize(("n", "sharpness"), [(36, 0.3), (36, 2.0), (150, 1.0)])
def test_the_interval_holds_the_expected_difference_in_95_of_100_data_sets(n, sharpness):
    many, y = made_up(np.random.default_rng(1), 100_000, sharpness)
    expected = negative_log_likelihood(many, y).mean() - base_rate_loss(y, 3)
    held = 0
    for seed in range(200):
        band = loss_beyond_base_rate(*made_up(np.random.default_rng(100 + seed), n, sharpness), np.random.default_rng(seed))
        held += band.low <= expected <= band.high
    assert held >= 0.93 * 200


def test_a_true_class_without_probability_is_infinitely_worse():
    logs = np.log(np.array([[0.5, 0.5, 1e-300]] * 3))
    logs[:, 2] = -np.inf
    assert loss_beyond_base_rate(logs, [0, 1, 2], np.random.default_rng(0)).low == np.inf


def test_scores_that_are_no_numbers_are_refused():
    with pytest.raises(InputError):
        loss_beyond_base_rate([[np.nan, np.nan]] * 3, [0, 1, 0], np.random.default_rng(0))
