"""The action that costs least under a forecast."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.checks import numbers, probability_rows
from ensemble.probability.vectors import Floats


def expected_costs(proba: ArrayLike, costs: ArrayLike) -> Floats:
    """Expected cost of each action under each forecast: ``R(a | q) = sum_k C[a, k] q_k``.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts: rows of probabilities.
    costs : array_like of shape (A, K)
        What each of the A actions costs where each class is true, as ``Prices.costs`` gives it.

    Returns
    -------
    ndarray of shape (n, A)
        In the unit of the costs.

    Raises
    ------
    InputError
        If a row is not a probability vector, or the costs are not finite numbers for each of the classes.

    References
    ----------
    Chow, C. K. (1970). On optimum recognition error and reject tradeoff.

    Examples
    --------
    >>> expected_costs([[0.75, 0.25]], [[0, 1], [20, 0]])
    array([[ 0.25, 15.  ]])
    """
    rows = probability_rows(proba)
    return rows @ cost_table(costs, rows.shape[1]).T


def best_actions(proba: ArrayLike, costs: ArrayLike) -> NDArray[np.intp]:
    """The Bayes action of each forecast, which has the smallest expected cost.

    With 0/1 costs it is the likeliest class, also where two are equal to the last digit. With an expert at price lambda beside
    them it is the expert exactly where ``max q < 1 - lambda`` (Chow's rule).

    Parameters
    ----------
    proba, costs : array_like
        As ``expected_costs``.

    Returns
    -------
    ndarray of shape (n,), int
        Row of ``costs``; of equally cheap actions the first.

    Raises
    ------
    InputError
        As ``expected_costs``.

    References
    ----------
    Chow, C. K. (1970). On optimum recognition error and reject tradeoff.

    Examples
    --------
    >>> best_actions([[0.75, 0.25], [0.99, 0.01]], [[0, 1], [20, 0], [0.1, 0.1]]).tolist()
    [2, 0]
    """
    rows = probability_rows(proba)
    table = cost_table(costs, rows.shape[1])
    # What a class costs whatever is done changes no choice. Without it 0/1 costs leave -q, which rounding cannot make equal.
    return (rows @ (table - table.max(axis=0)).T).argmin(axis=1)


def cost_table(costs: ArrayLike, classes: int) -> Floats:
    """Costs (A, K) as float64, or an ``InputError`` if they are not finite numbers for each of the classes."""
    table = numbers(costs, "Costs", "actions", "classes")
    if table.shape[1] != classes or not np.isfinite(table).all():
        raise InputError(f"Costs need a finite number for each action and each of the {classes} classes.")
    return table
