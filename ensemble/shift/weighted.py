"""Test rows weighted as if their classes came in other shares: losses, bills, calibration, and how many rows that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.decisions.actions import best_actions, cost_table
from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, class_numbers, numbers, probability_rows
from ensemble.probability.intervals import MAX_AT_ONCE, Band, wilson_intervals
from ensemble.probability.scoring import bin_numbers, one_vs_rest, top_label
from ensemble.probability.vectors import Floats
from ensemble.shift.priors import shares_of

if TYPE_CHECKING:
    import pandas as pd

FEW_ROWS = 10
"""Below so many effective rows a number of other shares says little."""


def row_weights(y: ArrayLike, shares: ArrayLike) -> Floats:
    """Weights of rows that give their classes these shares: ``pi'_k / f_k``, with ``f`` the shares among the rows.

    Parameters
    ----------
    y : array_like of shape (n,)
        True classes.
    shares : array_like of shape (K,)
        Shares of the classes at use, or numbers in proportion to them.

    Returns
    -------
    ndarray of shape (n,)
        At least 0; their mean is 1.

    Raises
    ------
    InputError
        If shares are negative or all 0, or a class that has one has no row.

    References
    ----------
    Horvitz, D. G. and Thompson, D. J. (1952). A generalization of sampling without replacement from a finite universe.

    Examples
    --------
    >>> row_weights([0, 0, 0, 1], [0.5, 0.5]).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    wanted, count = _shares_and_counts(y, shares)
    return (wanted / np.maximum(count, 1) * count.sum())[np.asarray(y, dtype=np.intp)]


def effective_rows(y: ArrayLike, shares: ArrayLike) -> float:
    """Effective number of rows: ``(sum w)^2 / sum w^2``.

    Returns
    -------
    float
        Above 0, at most the number of rows.

    Raises
    ------
    InputError
        As ``row_weights``.

    References
    ----------
    Kish, L. (1965). Survey sampling.

    Examples
    --------
    >>> effective_rows([0, 0, 1, 1], [0.5, 0.5]), round(effective_rows([0, 0, 0, 1], [0.1, 0.9]), 2)
    (4.0, 1.23)
    """
    weights = row_weights(y, shares)
    return float(weights.sum() ** 2 / (weights**2).sum())


def weighted_mean(outcomes: ArrayLike, y: ArrayLike, shares: ArrayLike) -> float:
    """Mean outcome of the true classes over rows, at other class shares.

    Parameters
    ----------
    outcomes : array_like of shape (n, K)
        What each class would bring to each row: losses, costs, or differences of them.
    y : array_like of shape (n,)
        True classes.
    shares : array_like of shape (K,)
        As ``row_weights``.

    Returns
    -------
    float
        In the unit of the outcomes. Infinite where one is, of a class that has a share.

    Raises
    ------
    InputError
        As ``row_weights``, or if shapes do not fit.

    Examples
    --------
    >>> weighted_mean([[1.0, 0.0], [1.0, 0.0], [0.0, 4.0]], [0, 0, 1], [0.5, 0.5])
    2.5
    """
    table, truth = _outcomes(outcomes, y)
    weights, values = row_weights(truth, shares), table[np.arange(len(truth)), truth]
    counts = weights > 0
    return float((weights[counts] * values[counts]).sum() / len(truth))


def weighted_interval(
    outcomes: ArrayLike, y: ArrayLike, shares: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 2000
) -> Band:
    """``weighted_mean`` with its interval over rows: Gaffke's, class by class.

    The rows of each class are a sample of that class, which counts ``pi'_k``. To each of them joins an unseen row, the worst
    (or best) that this class would have brought to any of the rows; weights are uniform on the simplex, as in
    ``ensemble.probability.mean_interval``. ``benchmarks.coverage`` simulates it.

    Parameters
    ----------
    outcomes, y, shares : array_like
        As ``weighted_mean``.
    rng : Generator
    level : float, default 0.95
    draws : int, default 2000

    Returns
    -------
    Band
        In the unit of the outcomes; all three infinite where the mean is.

    Raises
    ------
    InputError
        As ``weighted_mean``, and if the level is not between 0 and 1.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.

    Examples
    --------
    >>> losses = [[0.1, 2.3]] * 30 + [[2.3, 0.1]] * 30
    >>> band = weighted_interval(losses, [0] * 27 + [1] * 33, [0.5, 0.5], np.random.default_rng(0))
    >>> band.low < band.mean < band.high
    True
    """
    table, truth = _outcomes(outcomes, y)
    return weighted_intervals(table[None], truth, shares, rng, level, draws)[0]


def weighted_intervals(
    outcomes: ArrayLike, y: ArrayLike, shares: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 2000
) -> list[Band]:
    """``weighted_interval`` of several outcomes of the same rows (scores, n, K), all weighted with the same draws.

    Examples
    --------
    >>> losses = np.array([[0.1, 2.3]] * 30 + [[2.3, 0.1]] * 30)
    >>> bands = weighted_intervals([losses, 2 * losses], [0] * 27 + [1] * 33, [0.5, 0.5], np.random.default_rng(0))
    >>> round(bands[1].high / bands[0].high, 6)
    2.0
    """
    outside = (1 - checked_level(level)) / 2
    tables = numbers(outcomes, "Outcomes", "scores", "rows", "classes")
    truth = class_numbers(y, *tables.shape[1:])
    means = [weighted_mean(table, truth, shares) for table in tables]
    finite = np.flatnonzero(np.isfinite(means))
    lows, highs = np.zeros((2, draws, len(finite)))
    for k in np.flatnonzero(share := shares_of(shares, tables.shape[2])).tolist():
        of_class = tables[finite, :, k]
        possible = np.isfinite(of_class)
        least = np.where(possible, of_class, np.inf).min(axis=1)
        most = np.where(possible, of_class, -np.inf).max(axis=1)
        rows = of_class[:, truth == k].T
        at_once = max(1, MAX_AT_ONCE // (len(rows) + 1))
        for start in range(0, draws, at_once):
            part = slice(start, min(start + at_once, draws))
            weights = rng.standard_exponential((part.stop - start, len(rows) + 1))
            weights *= share[k] / weights.sum(axis=1, keepdims=True)
            seen, unseen = weights[:, :-1] @ rows, weights[:, -1:]
            lows[part] += seen + unseen * least
            highs[part] += seen + unseen * most
    bands = [Band(mean, mean, mean) for mean in means]
    for position, score in enumerate(finite.tolist()):
        low = float(np.quantile(lows[:, position], outside, method="lower"))
        high = float(np.quantile(highs[:, position], 1 - outside, method="higher"))
        bands[score] = Band(means[score], min(low, means[score]), max(high, means[score]))
    return bands


def weighted_calibration_error(proba: ArrayLike, y: ArrayLike, shares: ArrayLike, bins: int = 10) -> float:
    """``expected_calibration_error`` of rows that are weighted for other shares.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts.
    y, shares : array_like
        As ``row_weights``.
    bins : int, default 10
        Of the probability of the likeliest class, from 0 to 1, closed on the right.

    Returns
    -------
    float
        In 0..1.

    Raises
    ------
    InputError
        As ``row_weights``, or if a row is not a probability vector.

    Examples
    --------
    >>> weighted_calibration_error([[0.25, 0.75]] * 4, [1, 1, 0, 0], [0.25, 0.75])
    0.0
    """
    confidence, hit = top_label(proba, y)
    weights = row_weights(y, shares)
    gaps = np.bincount(bin_numbers(confidence, bins), weights * (hit - confidence), minlength=bins)
    return float(np.abs(gaps).sum() / len(weights))


def weighted_reliability(
    proba: ArrayLike, y: ArrayLike, shares: ArrayLike, k: int, bins: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """How often a class comes true at other shares, by the probability forecast for it.

    Rows of the class all have one weight, so a frequency and its interval at the shares of the rows (Wilson's) are carried over
    by their odds: ``odds' = odds w_k / w``, with ``w`` the mean weight of the bin's other rows. ``benchmarks.coverage``
    simulates it.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts.
    y, shares : array_like
        As ``row_weights``.
    k : int
        The class, from 0.
    bins : int, default 10
        From 0 to 1, closed on the right.
    level : float, default 0.95
        Of the interval, in each bin by itself.

    Returns
    -------
    DataFrame
        One row per bin that holds weight: ``bin`` (from 0), ``forecast`` (the weighted mean), ``frequency``, ``low``, ``high``
        (all 0..1), ``hits`` and ``count``, numbers of rows as they are, without weights.

    Raises
    ------
    InputError
        As ``row_weights``, and if there is no class ``k``.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> table = weighted_reliability([[0.4, 0.6]] * 20, [0] * 10 + [1] * 10, [0.8, 0.2], 0)
    >>> table[["frequency", "hits", "count"]].round(2).values.tolist()
    [[0.8, 10.0, 20.0]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    forecast, hit = one_vs_rest(proba, y, k)
    rows_of_forecasts = probability_rows(proba)
    weights = row_weights(y, shares)
    wanted, of_rows = _shares_and_counts(y, shares)
    of_class = wanted / np.maximum(of_rows, 1) * len(weights)
    index = bin_numbers(forecast, bins)
    total = np.bincount(index, weights, bins)
    rows = np.flatnonzero(total > 0)
    hits, count = np.bincount(index, hit, bins)[rows], np.bincount(index, minlength=bins)[rows]
    misses = count - hits
    weight_of_others = np.bincount(index, weights * ~hit, bins)[rows] / np.maximum(misses, 1)
    # Where no other class was seen, its rows would have had the weight that the forecasts give them.
    rest = np.delete(rows_of_forecasts, k, axis=1)
    forecast_of_others = np.bincount(index, rest.sum(axis=1), bins)[rows]
    weighted_others = np.bincount(index, rest @ np.delete(of_class, k), bins)[rows]
    expected = np.divide(weighted_others, forecast_of_others, out=np.ones(len(rows)), where=forecast_of_others > 0)
    others = np.where(misses > 0, weight_of_others, expected)
    low, high = wilson_intervals(hits, count, level)
    return pd.DataFrame(
        {
            "bin": rows,
            "forecast": np.bincount(index, weights * forecast, bins)[rows] / total[rows],
            "frequency": _carried_over(hits / count, of_class[k], others),
            "low": _carried_over(low, of_class[k], others),
            "high": _carried_over(high, of_class[k], others),
            "hits": hits.astype(int),
            "count": count,
        }
    )


def costs_of_outcomes(proba: ArrayLike, costs: ArrayLike) -> Floats:
    """The cost of each forecast's cheapest action, for each class as the true one.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts, which choose the actions.
    costs : array_like of shape (A, K)
        As ``Prices.costs`` gives them.

    Returns
    -------
    ndarray of shape (n, K)
        In the unit of the costs.

    Raises
    ------
    InputError
        As ``ensemble.decisions.best_actions``.

    Examples
    --------
    >>> costs_of_outcomes([[0.75, 0.25]], [[0, 1], [20, 0]])
    array([[0., 1.]])
    """
    rows = probability_rows(proba)
    return cost_table(costs, rows.shape[1])[best_actions(rows, costs)]


def _carried_over(frequency: Floats, weight: float, others: Floats) -> Floats:
    """A frequency once hits and misses have other weights; where all have none, as it was."""
    up, down = frequency * weight, (1 - frequency) * others
    return np.divide(up, up + down, out=np.array(frequency), where=up + down > 0)


def _shares_and_counts(y: ArrayLike, shares: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    classes = len(np.atleast_1d(shares))
    wanted = shares_of(shares, classes)
    count = np.bincount(class_numbers(y, np.size(y), classes), minlength=classes)
    if missing := np.flatnonzero((wanted > 0) & (count == 0)).tolist():
        raise InputError(f"No row is of class {missing[0] + 1}, so none can be given its share. Set that share to 0.")
    return wanted, count


def _outcomes(outcomes: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    table = numbers(outcomes, "Outcomes", "rows", "classes")
    return table, class_numbers(y, *table.shape)
