"""Intervals of means and of differences of accuracy over randomly drawn rows."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, numbers
from ensemble.probability.vectors import Floats

MAX_AT_ONCE = 1_000_000


class Band(NamedTuple):
    """A mean and the ends of its interval."""

    mean: float
    low: float
    high: float


def wilson_interval(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Interval for a probability of which ``hits`` of ``count`` trials came true; both ends are in 0..1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(34, 36)]
    [0.819, 0.985]
    """
    low, high = wilson_intervals(hits, count, level)
    return float(low), float(high)


def wilson_intervals(hits: ArrayLike, counts: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Ends of ``wilson_interval`` for several probabilities at once: arrays of the shape of ``hits``.

    Examples
    --------
    >>> low, high = wilson_intervals([34, 0], [36, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.819, 0.0], [0.985, 0.278])
    """
    z = NormalDist().inv_cdf((1 + checked_level(level)) / 2)
    came_true, trials = np.asarray(hits, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    middle = (came_true + z**2 / 2) / (trials + z**2)
    half = z / (trials + z**2) * np.sqrt(came_true * (trials - came_true) / trials + z**2 / 4)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def mean_interval_or_infinity(values: Floats, least: float, most: float, rng: np.random.Generator) -> Band:
    """As ``mean_interval``; where a value is infinite, so are the mean and both ends: no weight of that row is 0.

    Where values are infinite in both directions, the mean and the ends are not numbers.

    Examples
    --------
    >>> mean_interval_or_infinity(np.array([0.5, np.inf]), 0, 1, np.random.default_rng(0))
    Band(mean=inf, low=inf, high=inf)
    """
    if np.isfinite(values).all():
        return mean_interval(values, least, most, rng)
    with np.errstate(invalid="ignore"):
        mean = float(values.mean())
    return Band(mean, mean, mean)


def mean_interval(
    values: ArrayLike, least: float, most: float, rng: np.random.Generator, level: float = 0.95, draws: int = 2000
) -> Band:
    """Mean over rows with Gaffke's interval, which allows for rows worse than all that were seen.

    Losses of good forecasts are nearly all small, and the mean depends on rare large ones. A bootstrap of rows without such a
    loss cannot know of it. Here one more value joins the ``n`` rows: the largest possible for the upper end, the smallest for
    the lower one. The ends are quantiles of ``sum_i w_i x_i`` over weights ``w`` that are uniform on the simplex (Dirichlet,
    all parameters 1). For values that are 0 or 1 this is Clopper and Pearson's interval. That the level holds for every
    distribution between the bounds is a conjecture without a known counterexample; ``benchmarks.coverage`` simulates it.

    Parameters
    ----------
    values : array_like of shape (n,)
        Finite, one per row, n >= 2. For two models on the same rows, the differences row by row.
    least, most : float
        Bounds that no row can pass, in the unit of the values.
    rng : Generator
    level : float, default 0.95
        Of the interval.
    draws : int, default 2000
        How often weights are drawn.

    Returns
    -------
    Band
        ``mean``, ``low``, ``high``, in the unit of the values, from ``least`` to ``most``.

    Raises
    ------
    InputError
        If there are fewer than two values, one is not finite or not between the bounds, or ``level`` is not in 0..1.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.
    Phan, M., Thomas, P. and Learned-Miller, E. (2021). Towards practical mean bounds for small samples.

    Examples
    --------
    >>> band = mean_interval([0.0] * 36, 0, 1, np.random.default_rng(0))
    >>> band.mean, band.low, round(band.high, 1)
    (0.0, 0.0, 0.1)
    """
    rows = _finite_rows(values)
    if not least <= rows.min() <= rows.max() <= most < np.inf:
        raise InputError("The bounds of the values have to be finite numbers, and hold all values.")
    (low,), (high,) = mean_intervals(rows[None], least, most, rng, level, draws)
    return Band(float(rows.mean()), float(low), float(high))


def mean_intervals(
    samples: Floats,
    least: float | Floats,
    most: float | Floats,
    rng: np.random.Generator,
    level: float = 0.95,
    draws: int = 2000,
) -> tuple[Floats, Floats]:
    """Ends (samples,) of the intervals of ``mean_interval`` for many samples of one size (samples, n); nothing is checked.

    All are weighted with the same draws. ``least`` and ``most`` hold for all samples, or are one each: (samples,).
    """
    outside = (1 - checked_level(level)) / 2
    n = samples.shape[1]
    at_once = max(1, MAX_AT_ONCE // n)
    lows, highs = [], []
    for start in range(0, draws, at_once):
        weights = rng.standard_exponential((min(at_once, draws - start), n + 1))
        weights /= weights.sum(axis=1, keepdims=True)
        seen, unseen = weights[:, :-1] @ samples.T, weights[:, -1:]
        lows.append(seen + unseen * least)
        highs.append(seen + unseen * most)
    low = np.quantile(np.concatenate(lows), outside, axis=0, method="lower")
    high = np.quantile(np.concatenate(highs), 1 - outside, axis=0, method="higher")
    mean = samples.mean(axis=1)
    return np.minimum(low, mean), np.maximum(high, mean)


class AccuracyDifference(NamedTuple):
    """Accuracy of a second forecast less that of a first one, on the same rows.

    Attributes
    ----------
    mean, low, high : float
        The difference and its interval, -1..1.
    p : float
        McNemar's exact two-sided p-value: how often the rows that one alone gets right would divide as unevenly, or more so, if
        each were equally likely to be either one's. 1 if there are no such rows.
    """

    mean: float
    low: float
    high: float
    p: float


def accuracy_difference(
    first: ArrayLike, second: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 100_000
) -> AccuracyDifference:
    """Difference of two accuracies on the same rows, with the interval of ``mean_interval`` for values of -1, 0 and 1.

    It has a width even where no row tells the two apart. At the level 0.95 it is clear of 0 where McNemar's exact p-value is
    below 0.05: that weights of ``k`` rows exceed those of ``j + 1`` others is as likely as more than ``j`` heads in ``k + j``
    throws of a coin. The p-value, not the error of the draws, decides on which side of 0 an end lies.

    Parameters
    ----------
    first, second : bool array_like of shape (n,)
        Whether each is right.
    rng : Generator
    level : float, default 0.95
        Of the interval.
    draws : int, default 100000
        How often weights are drawn; those of rows of one kind are drawn together.

    Returns
    -------
    AccuracyDifference

    Raises
    ------
    InputError
        If there are no rows, lengths differ, a value is neither true nor false, or ``level`` is not in 0..1.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions or percentages.

    Examples
    --------
    >>> found = accuracy_difference([True] * 32 + [False] * 4, [True] * 36, np.random.default_rng(0))
    >>> round(found.mean, 2), found.low < 0 < found.high, found.p
    (0.11, True, 0.125)
    """
    from scipy.stats import binomtest

    one, other = (numbers(hits, "Hits", "rows") for hits in (first, second))
    if one.shape != other.shape or not np.isin([one, other], [0, 1]).all():
        raise InputError("Give True or False for each row, and as many of both forecasts.")
    outside = (1 - checked_level(level)) / 2
    better, worse = int((other > one).sum()), int((other < one).sum())
    up, down, alike = (rng.standard_gamma(count, draws) for count in (better, worse, len(one) - better - worse))
    unseen = rng.standard_exponential(draws)
    total = up + down + alike + unseen
    low = np.quantile((up - down - unseen) / total, outside)
    high = np.quantile((up - down + unseen) / total, 1 - outside)
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    is_clear = p < 2 * outside
    low, high = abs(low) if is_clear and better > worse else -abs(low), -abs(high) if is_clear and worse > better else abs(high)
    return AccuracyDifference((better - worse) / len(one), float(low), float(high), p)


def _finite_rows(values: ArrayLike) -> Floats:
    rows = numbers(values, "Values", "rows")
    if len(rows) < 2:
        raise InputError("One row is too few for an interval over rows: raise the test share, or bring more rows.")
    if not np.isfinite(rows).all():
        raise InputError("A band needs finite values.")
    return rows
