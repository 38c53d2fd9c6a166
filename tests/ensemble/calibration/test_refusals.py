"""What is no forecast, class or score is refused in words."""

import math

import numpy as np
import pytest

from ensemble import InputError
from ensemble.calibration.decomposition import decompose_brier, decompose_nll, over_epochs
from ensemble.calibration.reliability import reliability, reliability_by_luck, reliability_in_bins
from ensemble.calibration.temperature import calibrate_and_pool, fit_temperature, over_temperatures, split_rows
from ensemble.probability.intervals import accuracy_difference, mean_interval
from ensemble.probability.scoring import (
    brier_score,
    ece_by_luck,
    expected_calibration_error,
    negative_log_likelihood,
    one_vs_rest,
    top_label,
)


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


def test_a_ruled_out_true_class_costs_infinity_and_is_left_out_of_the_fit():
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
