"""The cheapest action: against the arg max, Chow's rule and a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ensemble import InputError
from ensemble.decisions import Prices, best_actions, expected_costs
from ensemble.probability.vectors import softmax


@st.composite
def forecasts(draw: st.DrawFn) -> np.ndarray:
    """Rows of probabilities, among them certain ones, zeros, ties and some that differ in their last digit."""
    classes = draw(st.integers(2, 30))
    rows, scores = draw(st.integers(1, 8)), st.sampled_from([0, -1e-16, 1.0, 2.5, -800.0, 50.0])
    return softmax(draw(arrays(float, (rows, classes), elements=scores)))


@given(forecasts())
def test_alike_prices_give_the_arg_max_on_every_row(proba):
    assert np.array_equal(best_actions(proba, Prices.preset("All errors alike", proba.shape[1]).costs()), proba.argmax(axis=1))


@given(forecasts(), st.floats(0, 1))
def test_an_expert_gives_chows_rule(proba, price):
    costs = Prices(1 - np.eye(proba.shape[1]), expert=price).costs()
    top = proba.max(axis=1)
    clear = abs(top - (1 - price)) > 1e-12
    chow = np.where(top < 1 - price, proba.shape[1], proba.argmax(axis=1))
    assert np.array_equal(best_actions(proba, costs)[clear], chow[clear])


@pytest.mark.parametrize("classes", [2, 3, 30])
def test_expected_costs_equal_a_plain_loop_and_the_best_action_is_their_minimum(classes):
    rng = np.random.default_rng(classes)
    proba, costs = rng.dirichlet(np.full(classes, 0.3), 40), rng.uniform(0, 20, (classes + 2, classes))
    by_hand = [[sum(costs[a][k] * q[k] for k in range(classes)) for a in range(classes + 2)] for q in proba]
    assert np.allclose(expected_costs(proba, costs), by_hand, rtol=1e-12)
    assert best_actions(proba, costs).tolist() == [row.index(min(row)) for row in by_hand]


def test_of_equal_actions_the_first_is_chosen():
    assert best_actions([[0.5, 0.5], [0.9, 0.1]], [[0, 1], [1, 0], [0.1, 0.1]]).tolist() == [2, 0]
    assert best_actions([[0.5, 0.5]], [[0, 1], [1, 0]]).tolist() == [0]


@pytest.mark.parametrize("costs", [[[0, 1, 1]], [[0, float("inf")]], [], [[0, "x"]]])
def test_costs_that_do_not_fit_are_refused(costs):
    with pytest.raises(InputError):
        best_actions([[0.5, 0.5]], costs)
    with pytest.raises(InputError):
        expected_costs([[0.5, 0.5]], costs)
