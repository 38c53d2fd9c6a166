"""How far both pools of masks that were drawn may be from those of all masks, for one class of one row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ensemble.dropout.pools import reaches
from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, log_probability_rows
from ensemble.probability.vectors import Floats

DRAWS = 999


class PoolBands(NamedTuple):
    """Ends of the bands after 1, 2, ... masks, probabilities of one class: arrays of shape (S,). One mask allows all of 0..1.

    Attributes
    ----------
    linear_low, linear_high, log_low, log_high : ndarray of shape (S,)
    """

    linear_low: Floats
    linear_high: Floats
    log_low: Floats
    log_high: Floats


def pool_bands(log_proba: ArrayLike, k: int, rng: np.random.Generator, level: float = 0.95, draws: int = DRAWS) -> PoolBands:
    """Bands for a class's probability in both pools of all masks, from masks that were drawn.

    The band of the linear pool is Gaffke's for a mean between 0 and 1: a few masks may all miss what some do. That of the log
    pool is Student's for the log-odds of the class, which are linear in the masks to first order (the delta method).
    ``benchmarks.coverage`` simulates both.

    Parameters
    ----------
    log_proba : array_like of shape (S, classes)
        Log-probabilities (nats) of one row under each mask, in the order of the draws.
    k : int
        The class, from 0.
    rng : Generator
    level : float, default 0.95
        Of each band.
    draws : int, default 999

    Returns
    -------
    PoolBands

    Raises
    ------
    InputError
        If there are fewer than two classes, a row does not sum to 1, or there is no such class.

    References
    ----------
    Gaffke, N. (2005). Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable.

    Examples
    --------
    >>> bands = pool_bands(np.log([[0.5, 0.5], [0.6, 0.4]] * 50), 0, np.random.default_rng(0))
    >>> [float(ends[-1].round(2)) for ends in bands]
    [0.53, 0.57, 0.54, 0.56]
    """
    logs = log_probability_rows(log_proba, "masks", "classes")
    if not 0 <= k < logs.shape[1] or logs.shape[1] < 2:
        raise InputError("Bands of pools need at least two classes, and one of them.")
    return PoolBands(*_linear(np.exp(logs[:, k]), rng, level, draws), *_log(logs, k, level))


def _linear(proba: Floats, rng: np.random.Generator, level: float, draws: int) -> tuple[Floats, Floats]:
    outside = (1 - checked_level(level)) / 2
    weights = rng.standard_exponential((draws, len(proba) + 1))
    unseen, weights = weights[:, :1], weights[:, 1:]
    seen, total = np.cumsum(weights * proba, axis=1), np.cumsum(weights, axis=1) + unseen
    low = np.quantile(seen / total, outside, axis=0, method="lower")
    high = np.quantile((seen + unseen) / total, 1 - outside, axis=0, method="higher")
    low[0], high[0] = 0, 1
    return low, high


def _log(logs: Floats, k: int, level: float) -> tuple[Floats, Floats]:
    counts = np.arange(1, len(logs) + 1)
    means = np.cumsum(logs, axis=0) / counts[:, None]
    of_class, others = logs[:, k], np.delete(logs, k, axis=1)
    of_others = np.delete(means, k, axis=1)
    odds = means[:, k] - special.logsumexp(of_others, axis=1)
    # Each column has the log-odds of all masks to first order, for the pool of so many masks.
    each = of_class[:, None] - others @ special.softmax(of_others, axis=1).T
    drawn = np.triu(np.ones((len(logs), len(logs))))
    mean = (drawn * each).sum(axis=0) / counts
    squares = (drawn * (each - mean) ** 2).sum(axis=0)
    reach = reaches(len(logs), level)
    reach[0] = 0
    far = reach * np.sqrt(squares / np.maximum(counts - 1, 1))
    low, high = special.expit(odds - far), special.expit(odds + far)
    low[0], high[0] = 0, 1
    return low, high
