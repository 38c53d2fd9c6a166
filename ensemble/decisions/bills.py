"""Promised and paid: expected costs of the cheapest actions, and their costs once the classes are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.decisions.actions import best_actions, cost_table
from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, numbers, probability_rows
from ensemble.probability.vectors import Floats

LEVEL = 0.95
DRAWS, FEWER_DRAWS = 999, 199
"""So many that the ends of a 95 % band are order statistics: one more draw lies between them with just that probability."""
MANY_ROWS = 2000
LISTS = 200
CHEAPEST, DEAREST = 0.05, 20.0
MAX_AT_ONCE = 4_000_000


class Bill(NamedTuple):
    """Mean costs per row, in the unit of the prices.

    Attributes
    ----------
    promised : float
        What the forecasts expect of the actions.
    paid : float
        What the actions cost, with the classes as they are.
    low, high : float
        The 95 % band of what would be paid were each class drawn from its forecast.
    """

    promised: float
    paid: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether the paid cost is inside the band."""
        return not _outside(np.array(self.paid), np.array(self.low), np.array(self.high))


class Bills(NamedTuple):
    """The bills of many price lists for the same forecasts; arrays of shape (lists,), as the fields of ``Bill``.

    Attributes
    ----------
    promised, paid, low, high : ndarray of shape (lists,)
    outside_if_calibrated : ndarray of shape (draws,), int
        For each simulated data set of calibrated forecasts, how many lists are paid outside the bands that the other simulated
        data sets make: one that helped to make a band would leave it less often than new data do.
    """

    promised: Floats
    paid: Floats
    low: Floats
    high: Floats
    outside_if_calibrated: NDArray[np.int64]

    @property
    def outside(self) -> NDArray[np.bool_]:
        """A mask of shape (lists,), True where the paid cost is outside its band."""
        return _outside(self.paid, self.low, self.high)

    @property
    def is_unusual(self) -> bool:
        """Whether at most 5 % of calibrated forecasts leave as many bands as these: a Monte Carlo test.

        Fewer than 19 simulated data sets are never enough for that.

        References
        ----------
        Davison, A. C. and Hinkley, D. V. (1997). Bootstrap methods and their application, section 4.2.
        """
        as_many = (self.outside_if_calibrated >= self.outside.sum()).sum()
        return bool((1 + as_many) / (1 + len(self.outside_if_calibrated)) <= 1 - LEVEL)


def bill(
    proba: ArrayLike,
    y: ArrayLike,
    costs: ArrayLike,
    rng: np.random.Generator,
    actions: ArrayLike | None = None,
    draws: int = 0,
) -> Bill:
    """The promised cost, ``mean_i R(a_i | q_i)``, and the paid cost, ``mean_i C[a_i, y_i]``.

    If each class is drawn from its forecast, what is paid is one more draw like the simulated ones. It then lies in the band
    with a probability of 95 %; with a higher one where many draws pay the same, as with few rows and equal prices.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts.
    y : array_like of shape (n,)
        True classes.
    costs : array_like of shape (A, K)
        As ``Prices.costs`` gives them.
    rng : Generator
        Draws classes from the forecasts.
    actions : array_like of shape (n,), optional
        What is done, a row of ``costs`` for each forecast; the Bayes actions if nothing is given.
    draws : int, optional
        How often; 999 times if nothing is given, for more than 2,000 rows 199 times.

    Returns
    -------
    Bill
        In the unit of the costs.

    Raises
    ------
    InputError
        If shapes do not fit, a row is not a probability vector, a cost is not finite or a class or action does not exist.

    References
    ----------
    Zhao, S., Kim, M. P., Sahoo, R., Ma, T. and Ermon, S. (2021). Calibrating predictions to decisions.

    Examples
    --------
    >>> made = bill([[0.75, 0.25]] * 4, [0, 0, 0, 1], [[0, 1], [20, 0]], np.random.default_rng(0))
    >>> made.promised, made.paid, made.is_inside
    (0.25, 0.25, True)
    """
    rows, table = probability_rows(proba), cost_table(costs, np.shape(proba)[-1])
    truth = class_numbers(y, *rows.shape)
    done = best_actions(rows, table) if actions is None else _actions(actions, len(rows), len(table))
    of_rows = table[done]
    promised = (rows * of_rows).sum(axis=1).mean()
    simulated = _simulated(rows, of_rows[:, :, None], rng, draws or (DRAWS if len(rows) <= MANY_ROWS else FEWER_DRAWS))
    low, high = _band(simulated)
    return Bill(float(promised), float(of_rows[np.arange(len(truth)), truth].mean()), float(low[0]), float(high[0]))


def bills(proba: ArrayLike, y: ArrayLike, costs: ArrayLike, rng: np.random.Generator, draws: int = FEWER_DRAWS) -> Bills:
    """The bills of the Bayes actions for many price lists at once, all from the same simulated classes.

    Parameters
    ----------
    proba, y : array_like
        As ``bill``.
    costs : array_like of shape (lists, A, K)
        As ``random_prices`` gives them.
    rng : Generator
    draws : int, default 199

    Returns
    -------
    Bills

    Raises
    ------
    InputError
        As ``bill``.

    References
    ----------
    Zhao, S., Kim, M. P., Sahoo, R., Ma, T. and Ermon, S. (2021). Calibrating predictions to decisions.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> proba = rng.dirichlet([1, 1, 1], 500)
    >>> y = (proba.cumsum(axis=1) < rng.random((500, 1))).sum(axis=1)
    >>> bills(proba, y, random_prices(50, 3, rng), rng).is_unusual
    False
    """
    rows = probability_rows(proba)
    truth = class_numbers(y, *rows.shape)
    lists = numbers(costs, "Costs", "lists", "actions", "classes")
    promised, paid = np.zeros(len(lists)), np.zeros(len(lists))
    simulated = np.zeros((draws, len(lists)))
    tables = [cost_table(one, rows.shape[1]) for one in lists]
    # Of so many rows at a time, because each brings a cost of each class for each list.
    step = max(1, MAX_AT_ONCE // (len(lists) * rows.shape[1]))
    for start in range(0, len(rows), step):
        part, classes = rows[start : start + step], truth[start : start + step]
        of_rows = np.stack([table[best_actions(part, table)] for table in tables], axis=2)
        promised += np.einsum("nk,nkl->l", part, of_rows)
        paid += of_rows[np.arange(len(part)), classes].sum(axis=0)
        simulated += len(part) * _simulated(part, of_rows, rng, draws)
    simulated /= len(rows)
    low, high = _band(simulated)
    outside_others = _outside(simulated, *_band_of_the_others(simulated)).sum(axis=1)
    return Bills(promised / len(rows), paid / len(rows), low, high, outside_others)


def random_prices(lists: int, classes: int, rng: np.random.Generator) -> Floats:
    """Price lists drawn at random: each error's price log-uniform over a range of 400, then scaled to a mean of 1.

    Parameters
    ----------
    lists, classes : int
    rng : Generator

    Returns
    -------
    ndarray of shape (lists, classes, classes)
        What is right costs nothing.

    Examples
    --------
    >>> costs = random_prices(5, 3, np.random.default_rng(0))
    >>> costs.shape, bool(np.allclose(costs.sum(axis=(1, 2)), 6))
    ((5, 3, 3), True)
    """
    costs = np.exp(rng.uniform(np.log(CHEAPEST), np.log(DEAREST), (lists, classes, classes))) * (1 - np.eye(classes))
    return costs / costs.sum(axis=(1, 2), keepdims=True) * (classes * (classes - 1))


def bills_of_random_prices(proba: ArrayLike, y: ArrayLike, rng: np.random.Generator, lists: int = LISTS) -> Bills:
    """``bills`` for as many price lists of ``random_prices``: generators in the same state draw the same lists.

    Examples
    --------
    >>> len(bills_of_random_prices([[0.75, 0.25]] * 4, [0, 0, 0, 1], np.random.default_rng(0)).paid)
    200
    """
    return bills(proba, y, random_prices(lists, np.shape(proba)[-1], rng), rng)


def best_constant_action(y: ArrayLike, costs: ArrayLike) -> int:
    """The one action, the same for all rows, that costs least on these rows: in hindsight, and without any forecast.

    Parameters
    ----------
    y : array_like of shape (n,)
        True classes.
    costs : array_like of shape (A, K)

    Returns
    -------
    int
        A row of ``costs``; of equally cheap ones the first.

    Raises
    ------
    InputError
        If the costs are no finite numbers, or a class is none of their columns.

    Examples
    --------
    >>> best_constant_action([0, 0, 0, 1], [[0, 1], [20, 0]])
    0
    """
    table = numbers(costs, "Costs", "actions", "classes")
    truth = class_numbers(y, len(np.atleast_1d(y)), table.shape[1])
    return int(cost_table(table, table.shape[1])[:, truth].mean(axis=1).argmin())


def _actions(actions: ArrayLike, rows: int, there: int) -> NDArray[np.intp]:
    done = numbers(actions, "Actions", "rows")
    if done.shape != (rows,) or not np.isin(done, np.arange(there)).all():
        raise InputError(f"Give an action from 0 to {there - 1} for each of the {rows} rows.")
    return done.astype(np.intp)


def _simulated(proba: Floats, of_rows: Floats, rng: np.random.Generator, draws: int) -> Floats:
    """Mean costs (draws, lists) with each class drawn from its forecast; ``of_rows`` (n, K, lists) are the costs of actions."""
    n, classes = proba.shape
    ends = proba.cumsum(axis=1)[:, :-1]
    costs = of_rows.reshape(n * classes, -1) / n
    made = np.empty((draws, costs.shape[1]))
    step = max(1, MAX_AT_ONCE // (n * classes))
    for start in range(0, draws, step):
        drawn = rng.random((min(step, draws - start), n))
        classes_drawn = np.zeros(drawn.shape, dtype=np.intp)
        for end in ends.T:
            classes_drawn += drawn >= end
        if costs.shape[1] == 1:
            made[start : start + step, 0] = costs[classes_drawn + classes * np.arange(n), 0].sum(axis=1)
        else:
            chosen = (classes_drawn[:, :, None] == np.arange(classes)).reshape(len(drawn), -1)
            made[start : start + step] = chosen.astype(np.float64) @ costs
    return made


def _band(simulated: Floats) -> tuple[Floats, Floats]:
    """Ends (lists,) of the 95 % band: the order statistics between which one more draw lies with that probability."""
    beyond = _beyond(len(simulated))
    ordered = np.sort(simulated, axis=0)
    return ordered[beyond - 1], ordered[-beyond]


def _band_of_the_others(simulated: Floats) -> tuple[Floats, Floats]:
    """Ends (lists,) that a draw lies beyond exactly if it lies beyond ``_band`` of all draws but itself.

    Without a draw that is one of the lowest, the lower end is the next higher order statistic; every other draw is above both.
    """
    beyond = min(_beyond(len(simulated)), len(simulated) - 1)
    ordered = np.sort(simulated, axis=0)
    return ordered[beyond], ordered[-1 - beyond]


def _beyond(draws: int) -> int:
    """Which order statistic, from 1, is the end of the band, counted from outside."""
    return max(1, int((draws + 1) * (1 - LEVEL) / 2 + 1e-9))


def _outside(paid: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    # Sums of the same costs in another order differ in their last digits.
    rounding = 1e-9 * (np.abs(high) + 1e-300)
    outside: NDArray[np.bool_] = (paid < low - rounding) | (paid > high + rounding)
    return outside
