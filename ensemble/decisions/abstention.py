"""Abstaining: risk against coverage, and how well uncertainty detects errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, numbers
from ensemble.probability.vectors import Floats

if TYPE_CHECKING:
    import pandas as pd


TINY = 1e-9


class RiskCoverage(NamedTuple):
    """Curves with a point for each number of rows that are answered, the most certain first.

    Attributes
    ----------
    coverage : ndarray of shape (n,)
        The fraction of rows that are answered: 1/n, 2/n, ... 1.
    risk : ndarray of shape (n,)
        The fraction of these answers that is wrong, 0..1.
    """

    coverage: Floats
    risk: Floats

    def wrong(self, answered: int) -> float:
        """How many of the surest rows are answered wrongly.

        Parameters
        ----------
        answered : int
            How many rows are answered, 1..n.

        Returns
        -------
        float
            In 0..answered; of equally sure rows the mean over all orders, which need not be whole.
        """
        return float(self.risk[answered - 1] * answered)

    @property
    def area(self) -> float:
        """The mean risk over all coverages, 0..1: the area under the curve."""
        return float(self.risk.mean())


class Auroc(NamedTuple):
    """The chance that a wrong answer is less certain than a right one, with the ends of its interval; all 0..1."""

    value: float
    low: float
    high: float


def risk_coverage(order: ArrayLike, wrong: ArrayLike) -> RiskCoverage:
    """How often answers are wrong if only the most certain rows are answered, for each number of them.

    Parameters
    ----------
    order : array_like of shape (n,)
        How uncertain each row is, in any unit: rows with a small number are answered first, and equal ones in random order, of
        which this is the mean. Integers that are the row numbers 0 to n - 1 are the order itself, the most certain row first.
    wrong : array_like of shape (n,), bool
        Whether each row's answer is wrong.

    Returns
    -------
    RiskCoverage
        ``coverage`` (n,) and ``risk`` (n,).

    Raises
    ------
    InputError
        If there is no row, the shapes differ, an uncertainty is no number, or ``wrong`` is not True or False.

    References
    ----------
    Geifman, Y. and El-Yaniv, R. (2017). Selective classification for deep neural networks.

    Examples
    --------
    >>> risk_coverage([0.1, 0.9, 0.4, 0.2], [False, True, True, False]).risk.round(3).tolist()
    [0.0, 0.0, 0.333, 0.5]
    """
    uncertainty, errors = _rows(order, wrong)
    n = len(errors)
    if _are_row_numbers(order):
        positions = np.argsort(np.asarray(order), kind="stable")
        uncertainty = positions.astype(np.float64)
    _, group, size = np.unique(uncertainty, return_inverse=True, return_counts=True)
    rate = np.bincount(group, errors) / size
    answered = np.arange(1, n + 1)
    return RiskCoverage(answered / n, np.minimum(np.repeat(rate, size).cumsum() / answered, 1))


def risk_band(curve: RiskCoverage, level: float = 0.95) -> tuple[Floats, Floats]:
    """At each coverage, the interval of the risk of new rows (Clopper and Pearson): it holds the luck of these rows.

    Of rows drawn from the app's own forecasts it holds the true risk in 92 to 100 % of data sets (``benchmarks.coverage``).

    A bootstrap of rows without an error among the most certain would give an interval of no width there; this one does not.

    Parameters
    ----------
    curve : RiskCoverage
        Of ``risk_coverage``.
    level : float, default 0.95
        At each coverage by itself.

    Returns
    -------
    low, high : ndarray of shape (n,)
        0..1.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the binomial.

    Examples
    --------
    >>> low, high = risk_band(risk_coverage([0.1, 0.2, 0.3], [False] * 3))
    >>> low.tolist(), high.round(2).tolist()
    ([0.0, 0.0, 0.0], [0.98, 0.84, 0.71])
    """
    outside = (1 - checked_level(level)) / 2
    answered = np.arange(1, len(curve.risk) + 1)
    wrong = np.clip(curve.risk * answered, 0, answered)
    right = answered - wrong
    none_wrong, none_right = wrong < 1e-9, right < 1e-9
    low = special.betaincinv(np.where(none_wrong, 1, wrong), right + 1, outside)
    high = special.betaincinv(wrong + 1, np.where(none_right, 1, right), 1 - outside)
    return np.where(none_wrong, 0.0, low), np.where(none_right, 1.0, high)


def auroc_of_error(uncertainty: ArrayLike, wrong: ArrayLike) -> float:
    """The chance that a wrong answer, drawn at random, is less certain than a right one; a tie counts half.

    Parameters
    ----------
    uncertainty : array_like of shape (n,)
        How uncertain each row is, in any unit.
    wrong : array_like of shape (n,), bool
        Whether each row's answer is wrong.

    Returns
    -------
    float
        In 0..1: the area under the ROC curve of "this answer is wrong". 0.5 is no better than chance.

    Raises
    ------
    InputError
        As ``risk_coverage``, and if no answer is wrong or none is right.

    References
    ----------
    Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a receiver operating characteristic curve.

    Examples
    --------
    >>> auroc_of_error([0.1, 0.9, 0.4, 0.2], [False, True, True, False])
    1.0
    """
    values, errors = _rows(uncertainty, wrong)
    count = int(errors.sum())
    if not 0 < count < len(errors):
        raise InputError(f"{'No' if not count else 'Every'} answer is wrong: the AUROC needs answers of both kinds.")
    ranks = stats.rankdata(values)
    return float((ranks[errors].sum() - count * (count + 1) / 2) / (count * (len(errors) - count)))


def auroc_interval(uncertainty: ArrayLike, wrong: ArrayLike, level: float = 0.95) -> Auroc:
    """``auroc_of_error`` with its interval over rows, which has a width also where every wrong answer is the least certain.

    Of rows drawn from the app's own forecasts it holds the true value in 93 to 100 % of data sets (``benchmarks.coverage``).

    Parameters
    ----------
    uncertainty, wrong : array_like of shape (n,)
        As ``auroc_of_error``.
    level : float, default 0.95

    Returns
    -------
    Auroc

    Raises
    ------
    InputError
        As ``auroc_of_error``, and if the level is not between 0 and 1.

    References
    ----------
    Newcombe, R. G. (2006). Confidence intervals for an effect size measure based on the Mann-Whitney statistic, method 5.

    Examples
    --------
    >>> [round(value, 2) for value in auroc_interval([0.1, 0.9, 0.4, 0.2], [False, True, True, False])]
    [1.0, 0.39, 1.0]
    """
    value = auroc_of_error(uncertainty, wrong)
    errors = np.asarray(wrong, dtype=bool)
    pairs, mean_less_one = errors.sum() * (~errors).sum(), len(errors) / 2 - 1
    quantile = float(stats.norm.ppf(1 - (1 - checked_level(level)) / 2))

    def beyond(other: float) -> float:
        """How far another value is from this one, less how far it may be: its variance decides, not this one's."""
        spread = 1 + mean_less_one * (1 - other) / (2 - other) + mean_less_one * other / (1 + other)
        return abs(value - other) - quantile * float(np.sqrt(max(other * (1 - other) * spread / pairs, 0)))

    # At 0 and 1 nothing varies, so that a value there would itself be an end.
    low = optimize.brentq(beyond, 0.0, min(value, 1 - TINY)) if value > TINY else 0.0
    high = optimize.brentq(beyond, max(value, TINY), 1.0) if value < 1 - TINY else 1.0
    return Auroc(value, float(low), float(high))


def curve_table(curve: RiskCoverage, most: int = 200) -> pd.DataFrame:
    """At most so many points of a curve, evenly spread, with their band.

    Returns
    -------
    DataFrame
        Columns ``coverage``, ``risk``, ``low``, ``high`` (all 0..1) and ``answered``, the number of rows.

    Examples
    --------
    >>> curve_table(risk_coverage([0.1, 0.9], [False, True])).round(2).values.tolist()
    [[0.5, 0.0, 0.0, 0.98, 1.0], [1.0, 0.5, 0.01, 0.99, 2.0]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    n = len(curve.risk)
    chosen = np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
    low, high = risk_band(RiskCoverage(curve.coverage, curve.risk))
    return pd.DataFrame(
        {
            "coverage": curve.coverage[chosen],
            "risk": curve.risk[chosen],
            "low": low[chosen],
            "high": high[chosen],
            "answered": chosen + 1,
        }
    )


def _are_row_numbers(order: ArrayLike) -> bool:
    values = np.asarray(order)
    return values.dtype.kind in "iu" and np.array_equal(np.sort(values), np.arange(len(values)))


def _rows(uncertainty: ArrayLike, wrong: ArrayLike) -> tuple[Floats, np.ndarray]:
    values, errors = numbers(uncertainty, "Uncertainties", "rows"), numbers(wrong, "Errors", "rows")
    if np.isnan(values).any():
        raise InputError("Each row needs an uncertainty; one of them is not a number.")
    if errors.shape != values.shape or not np.isin(errors, [0, 1]).all():
        raise InputError(f"Give True or False for each of the {len(values)} rows.")
    return values, errors.astype(bool)
