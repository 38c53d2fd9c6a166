"""What was ruled out and came true costs infinitely much, and is never clipped in silence."""

import numpy as np
import pytest

from ensemble.calibration.models import models_at_a_glance
from ensemble.forecasts import read_forecasts
from ensemble.probability.intervals import mean_interval, mean_interval_or_infinity
from ensemble.probability.scoreboard import scoreboard
from ensemble.runs.comparison import differences_from_first

RULED_OUT = b"y,one: a,one: b,other: a,other: b\n" + b"a,0.5,0.5,0,1\nb,0.25,0.75,0.5,0.5\n" * 4


@pytest.fixture(scope="module")
def forecasts():
    return read_forecasts(RULED_OUT)[0]


def log_probas(forecasts):
    return dict(zip(forecasts.model_names, forecasts.log_proba, strict=True))


def test_a_mean_of_finite_values_has_its_interval_and_one_with_infinity_none():
    values = np.random.default_rng(0).random(20)
    draw = [np.random.default_rng(1) for _ in range(2)]
    assert mean_interval_or_infinity(values, 0, 1, draw[0]) == mean_interval(values, 0, 1, draw[1])
    assert mean_interval_or_infinity(np.append(values, np.inf), 0, 1, draw[0]) == (np.inf, np.inf, np.inf)
    assert np.isnan(mean_interval_or_infinity(np.array([np.inf, -np.inf, 0]), 0, 1, draw[0])).all()


def test_a_scoreboard_holds_infinity_for_the_loss_alone(forecasts):
    board = scoreboard(log_probas(forecasts), forecasts.y, np.random.default_rng(0)).set_index("name")
    assert board.loc["other", ["nll", "nll_low", "nll_high"]].tolist() == [np.inf] * 3
    assert np.isfinite(board.drop(columns=["nll", "nll_low", "nll_high"]).to_numpy()).all()
    assert board.loc["one", "nll"] == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2)


def test_differences_from_and_of_an_infinite_loss_are_infinite(forecasts):
    one, other = log_probas(forecasts).values()
    tables = [
        differences_from_first({"A": a, "B": b}, forecasts.y, np.random.default_rng(0)).iloc[0]
        for a, b in ((one, other), (other, one), (other, other))
    ]
    assert [row["nll"] for row in tables[:2]] == [np.inf, -np.inf]
    assert [row["ruled_out_by_both"] for row in tables] == [0, 0, 4]
    assert np.isfinite([row["brier_high"] for row in tables]).all()


def test_rows_ruled_out_by_both_are_counted_and_left_out():
    rng = np.random.default_rng(0)
    one, other = rng.dirichlet([1, 1], (2, 20))
    y = rng.integers(2, size=20)
    for proba in (one, other):
        proba[np.arange(3), y[:3]], proba[np.arange(3), 1 - y[:3]] = 0, 1

    def difference(a, b, truth):
        with np.errstate(divide="ignore"):
            return differences_from_first({"A": np.log(a), "B": np.log(b)}, truth, np.random.default_rng(1)).iloc[0]

    found, of_others = difference(one, other, y), difference(one[3:], other[3:], y[3:])
    columns = ["nll", "nll_low", "nll_high"]
    assert found["ruled_out_by_both"] == 3
    assert of_others["ruled_out_by_both"] == 0
    np.testing.assert_allclose(found[columns].astype(float), of_others[columns].astype(float))
    assert np.isnan(difference(one[:4], other[:4], y[:4])["nll"])
    one[3, y[3]], one[3, 1 - y[3]] = 0, 1
    other[4, y[4]], other[4, 1 - y[4]] = 0, 1
    assert difference(one, other, y)["ruled_out_by_both"] == 3
    assert difference(one, other, y)[columns].isna().all()


def test_forecasts_that_rule_each_other_out_differ_without_bounds():
    certain = np.array([[0.0, -np.inf]] * 4)
    row = differences_from_first({"A": certain, "B": certain[:, ::-1]}, [0] * 4, np.random.default_rng(0)).iloc[0]
    assert row["nll_low"] == row["nll_high"] == np.inf


def test_the_glance_fits_the_temperature_to_the_possible_rows(forecasts):
    table = models_at_a_glance(forecasts.log_proba, forecasts.y)
    assert np.isinf(table["nll"]).tolist() == [False, True]
    assert np.isfinite(table.drop(columns="nll").to_numpy()).all()
    np.testing.assert_allclose(table["confidence"], [(0.5 + 0.75) / 2, (1 + 0.5) / 2])


def test_rows_whose_true_class_was_ruled_out_are_told_from_the_others(forecasts):
    seen = forecasts.held_out("one")
    assert seen.has_finite_loss().all()
    possible = seen.has_finite_loss(members=True)
    assert possible.tolist() == [False, True] * 4
    rest = seen.only(possible)
    assert rest.y.tolist() == [1] * 4
    assert rest.logits.shape == (4, 2)
    assert rest.member_own_logits.shape == (2, 4, 2)
    assert rest.rows.tolist() == seen.rows[1::2].tolist()
