"""Two forecasters with the same answers but different confidence: equal accuracy, unequal bills."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ensemble.decisions.bills import Bill, bill
from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, log_probability_rows
from ensemble.probability.scoring import negative_log_likelihood
from ensemble.probability.vectors import Floats


class Forecaster(NamedTuple):
    """Forecasts with their accuracy, loss and bill.

    Attributes
    ----------
    proba : ndarray of shape (n, K)
    accuracy : float
        0..1.
    loss : float
        Mean negative log-likelihood in nats, infinite where a true class has probability 0.
    bill : Bill
        Of the chosen costs.
    """

    proba: Floats
    accuracy: float
    loss: float
    bill: Bill


def two_forecasters(
    log_proba: ArrayLike, sureness: float, y: ArrayLike, costs: ArrayLike, rng: np.random.Generator
) -> tuple[Forecaster, Forecaster]:
    """Forecasts and ``same_answers`` of them, each with its accuracy, loss and bill.

    Parameters
    ----------
    log_proba, sureness
        As ``same_answers``.
    y : array_like of shape (n,)
        True classes.
    costs : array_like of shape (A, K)
        As ``Prices.costs`` gives them.
    rng : Generator

    Raises
    ------
    InputError
        As ``same_answers`` and ``ensemble.decisions.bill``.

    References
    ----------
    Murphy, A. H. (1973). A new vector partition of the probability score.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a, b = two_forecasters(np.log([[0.75, 0.25]] * 4), 5, [0, 0, 0, 1], [[0, 1], [20, 0]], rng)
    >>> a.accuracy == b.accuracy, round(a.loss, 2), round(b.loss, 2)
    (True, 0.56, 1.38)
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    truth = class_numbers(y, *logs.shape)
    return _measured(logs, truth, costs, rng), _measured(same_answers(logs, sureness), truth, costs, rng)


def _measured(logs: Floats, truth: ArrayLike, costs: ArrayLike, rng: np.random.Generator) -> Forecaster:
    proba = np.exp(logs)
    accuracy = float((logs.argmax(axis=1) == truth).mean())
    loss = float(negative_log_likelihood(logs, truth).mean())
    return Forecaster(proba, accuracy, loss, bill(proba, truth, costs, rng))


def same_answers(log_proba: ArrayLike, sureness: float) -> Floats:
    """Forecasts whose scores are multiplied by a number: ``q_k`` proportional to ``p_k ** sureness``.

    In each row the classes keep their order, so accuracy stays what it is. Above 1 they are surer than the others, below 1 less
    sure. (It is ``softmax`` at the temperature ``1 / sureness``.)

    Parameters
    ----------
    log_proba : array_like of shape (n, K)
        Log-probabilities in nats; -inf where a probability is 0, and stays so.
    sureness : float
        Positive and finite.

    Returns
    -------
    ndarray of shape (n, K)
        Log-probabilities in nats. The likeliest class of each row, the first of equals, is what it was, to the last digit.

    Raises
    ------
    InputError
        If a row is not the logarithm of a probability vector, or ``sureness`` is not positive and finite.

    References
    ----------
    Murphy, A. H. (1973). A new vector partition of the probability score.

    Examples
    --------
    >>> np.exp(same_answers(np.log([[0.75, 0.25]]), 2)).round(2)
    array([[0.9, 0.1]])
    """
    if not (math.isfinite(sureness) and sureness > 0):
        raise InputError(f"How sure the second is has to be a positive number, not {sureness}.")
    logs = log_probability_rows(log_proba, "rows", "classes")
    top = logs.argmax(axis=1)
    scores = sureness * (logs - logs.max(axis=1, keepdims=True))
    made = scores - special.logsumexp(scores, axis=1, keepdims=True)
    # Rounding can make a class that was behind by its last digit equal to the likeliest: where that comes later, it is raised.
    overtaken = np.flatnonzero(np.exp(made).argmax(axis=1) != top)
    made[overtaken, top[overtaken]] += 4 * np.finfo(float).eps
    return made
