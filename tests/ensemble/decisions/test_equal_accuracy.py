"""Forecasters with the same answers: accuracy to the last digit, against the softmax, and with zeros."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ensemble import InputError
from ensemble.decisions import Prices, bill
from ensemble.decisions.equal_accuracy import same_answers
from ensemble.probability.vectors import log_softmax, softmax

elements = st.sampled_from([0.0, -1e-16, 1e-15, 1.0, -700.0, 30.0]) | st.floats(-5, 5)


@given(st.integers(2, 30).flatmap(lambda classes: arrays(float, (3, classes), elements=elements)), st.floats(0.01, 50))
def test_the_likeliest_class_stays_and_rows_sum_to_one(scores, sureness):
    logs = log_softmax(scores)
    made = same_answers(logs, sureness)
    assert np.array_equal(np.exp(made).argmax(axis=1), logs.argmax(axis=1))
    assert np.allclose(np.exp(made).sum(axis=1), 1)


def test_scores_times_a_number_are_a_temperature():
    scores = np.random.default_rng(0).normal(0, 3, (20, 4))
    assert np.allclose(np.exp(same_answers(log_softmax(scores), 2.5)), softmax(scores, 1 / 2.5))


def test_a_probability_of_zero_stays_zero():
    with np.errstate(divide="ignore"):
        made = same_answers(np.log([[0.8, 0.2, 0.0], [1.0, 0.0, 0.0]]), 3)
    assert np.isneginf(made[0, 2])
    assert np.exp(made[1]).tolist() == [1, 0, 0]


def test_equal_accuracy_does_not_mean_equal_bills():
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 1, (2000, 3))
    y = (softmax(scores).cumsum(axis=1) < rng.random((2000, 1))).sum(axis=1)
    honest, boaster = softmax(scores), np.exp(same_answers(log_softmax(scores), 8))
    assert (honest.argmax(axis=1) == y).mean() == (boaster.argmax(axis=1) == y).mean()
    alike, twenty = (Prices.preset(name, 3).costs() for name in ("All errors alike", "One error costs twenty"))
    assert bill(honest, y, alike, rng).paid == bill(boaster, y, alike, rng).paid
    assert bill(honest, y, twenty, rng).paid < 0.8 * bill(boaster, y, twenty, rng).paid


@pytest.mark.parametrize("sureness", [0, -1, float("nan"), float("inf")])
def test_a_sureness_that_is_no_positive_number_is_refused(sureness):
    with pytest.raises(InputError, match="positive number"):
        same_answers(np.log([[0.5, 0.5]]), sureness)
