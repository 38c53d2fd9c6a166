"""The calibration error that luck alone brings to rows that are weighted for other shares of the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ensemble.probability.checks import checked_level, class_numbers, probability_rows
from ensemble.probability.scoring import bin_numbers
from ensemble.shift.priors import shares_of
from ensemble.shift.weighted import row_weights


def calibration_error_by_luck(
    proba: ArrayLike,
    y: ArrayLike,
    shares: ArrayLike,
    rng: np.random.Generator,
    level: float = 0.95,
    draws: int = 199,
    bins: int = 10,
) -> float:
    """Which ``weighted_calibration_error`` forecasts of these rows stay below in 95 % of data sets if they are calibrated.

    Classes are drawn from the forecasts, carried over to the shares that the rows have, and weighted again.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts for these shares.
    y, shares : array_like
        As ``row_weights``.
    rng : Generator
    level : float, default 0.95
    draws : int, default 199
        So many that the end is an order statistic: one more draw lies below it with just that probability.
    bins : int, default 10

    Returns
    -------
    float
        In 0..1.

    Raises
    ------
    InputError
        As ``weighted_calibration_error``, and if the level is not between 0 and 1.

    References
    ----------
    Broecker, J. and Smith, L. A. (2007). Increasing the reliability of reliability diagrams.

    Examples
    --------
    >>> proba = np.tile([[0.6, 0.4], [0.4, 0.6]], (200, 1))
    >>> round(calibration_error_by_luck(proba, [0, 1] * 200, [0.5, 0.5], np.random.default_rng(0)), 2)
    0.05
    """
    outside, rows = 1 - checked_level(level), probability_rows(proba)
    truth, wanted = class_numbers(y, *rows.shape), shares_of(shares, rows.shape[1])
    rows, count = rows[row_weights(truth, wanted) > 0], np.bincount(truth, minlength=len(wanted))
    here = rows * np.divide(count, wanted, out=np.zeros(len(wanted)), where=wanted > 0)
    ends = here.cumsum(axis=1)
    confidence, top = rows.max(axis=1), rows.argmax(axis=1)
    index, errors = bin_numbers(confidence, bins), np.empty(draws)
    for draw in range(draws):
        drawn = np.minimum((ends < rng.random((len(rows), 1)) * ends[:, -1:]).sum(axis=1), len(wanted) - 1)
        weights = (wanted / np.maximum(np.bincount(drawn, minlength=len(wanted)), 1))[drawn]
        gaps = np.bincount(index, weights * ((drawn == top) - confidence), minlength=bins)
        errors[draw] = np.abs(gaps).sum() / weights.sum()
    return float(np.quantile(errors, 1 - outside, method="higher"))
