"""Pools of a net's dropout masks, and the mean cost of a mask: both sides of an identity, computed independently.

The logits with dropout off are the mean of the masked logits, so dropout off is the log pool of all masks. Its loss is below
their mean loss by the mean divergence of the masks from it, for every row and whatever the true class:
``mean_s NLL_s - NLL(off) = mean_s KL(p_off || p_s) >= 0``. Over masks that were drawn both sides differ by chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, class_numbers, log_probability_rows, numbers
from ensemble.probability.intervals import Band
from ensemble.probability.vectors import Floats


def linear_pool_of_masks(log_proba: ArrayLike, log_weights: ArrayLike | None = None) -> Floats:
    """The mean of the masks' probabilities, which is the forecast of MC dropout.

    Parameters
    ----------
    log_proba : array_like of shape (S, n, classes)
        Log-probabilities (nats) under each mask.
    log_weights : array_like of shape (S,), optional
        Logarithms of the masks' probabilities, as ``mask_log_weights`` has them for all masks. Without it all count the same.

    Returns
    -------
    ndarray of shape (n, classes)
        Log-probabilities (nats).

    Raises
    ------
    InputError
        If shapes do not fit, or rows or weights do not sum to 1.

    References
    ----------
    Gal, Y. and Ghahramani, Z. (2016). Dropout as a Bayesian approximation: representing model uncertainty in deep learning.
    """
    logs, weights = _masks_and_weights(log_proba, log_weights)
    with np.errstate(divide="ignore"):
        return special.logsumexp(logs + np.log(weights)[:, None, None], axis=0)


def log_pool_of_masks(log_proba: ArrayLike, log_weights: ArrayLike | None = None) -> Floats:
    """The normalised geometric mean of the masks' probabilities: of all masks it is dropout off.

    Parameters
    ----------
    log_proba : array_like of shape (S, n, classes)
        Log-probabilities (nats) under each mask.
    log_weights : array_like of shape (S,), optional
        As ``linear_pool_of_masks`` takes them.

    Returns
    -------
    ndarray of shape (n, classes)
        Log-probabilities (nats).

    Raises
    ------
    InputError
        As ``linear_pool_of_masks``.

    References
    ----------
    Heskes, T. (1997). Selecting weighting factors in logarithmic opinion pools.
    """
    logs, weights = _masks_and_weights(log_proba, log_weights)
    return special.log_softmax(np.tensordot(weights, logs, axes=1), axis=-1)


def losses_of_dropping(log_proba: ArrayLike, log_off: ArrayLike, y: ArrayLike) -> Floats:
    """The cost of each mask for each row: its negative log-likelihood minus that with dropout off.

    Parameters
    ----------
    log_proba : array_like of shape (S, n, classes)
        Log-probabilities (nats) under each mask.
    log_off : array_like of shape (n, classes)
        Those with dropout off.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (S, n)
        In nats. Of one mask it may be negative. The mean over all masks is that of ``divergences_of_masks`` where the logits
        are linear in the mask.

    Raises
    ------
    InputError
        If shapes do not fit, rows do not sum to 1, or a true class is not one of the classes.
    """
    logs, off = _masks_and_off(log_proba, log_off)
    truth = class_numbers(y, *off.shape)
    rows = np.arange(len(off))
    return off[rows, truth] - logs[:, rows, truth]


def divergences_of_masks(log_proba: ArrayLike, log_off: ArrayLike) -> Floats:
    """How far each mask is from dropout off for each row: ``KL(p_off || p_mask)``. It needs no true class.

    Parameters
    ----------
    log_proba, log_off
        As ``losses_of_dropping`` takes them.

    Returns
    -------
    ndarray of shape (S, n)
        In nats, at least 0.

    Raises
    ------
    InputError
        If shapes do not fit or rows do not sum to 1.
    """
    logs, off = _masks_and_off(log_proba, log_off)
    p, q = np.exp(off), np.exp(logs)
    with np.errstate(invalid="ignore"):  # in log space: a probability that underflows to 0 is no class that a mask rules out
        terms = np.where(p > 0, p * (off - logs), 0) - p + q
    return np.maximum(terms, 0).sum(axis=-1)


def mean_over_masks(values: ArrayLike, log_weights: ArrayLike | None = None) -> Floats:
    """Weighted mean (...) of values (S, ...) over masks; without weights all count the same."""
    each = np.asarray(values, dtype=np.float64)
    return np.tensordot(_weights(len(each), log_weights), each, axes=1)


def band_over_masks(differences: ArrayLike, level: float = 0.95) -> Band:
    """Mean over masks that were drawn, with Student's interval for the mean over all masks.

    Parameters
    ----------
    differences : array_like of shape (S,)
        One finite number for each mask, S >= 2: for the identity the mask's loss less its divergence, whose mean over all masks
        is 0.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    Band
        ``mean ± t sd / sqrt(S)`` with Student's quantile of S - 1 degrees of freedom. ``benchmarks.coverage`` simulates it.

    Raises
    ------
    InputError
        If there are fewer than two masks, a number is not finite, or the level is not between 0 and 1.

    References
    ----------
    Student (1908). The probable error of a mean.

    Examples
    --------
    >>> band_over_masks([-1.0, 0.0, 1.0]).mean
    0.0
    """
    values = numbers(differences, "Differences", "masks")
    if len(values) < 2 or not np.isfinite(values).all():
        raise InputError("A band over masks needs at least two masks, and finite numbers.")
    reach = float(reaches(len(values), level)[-1] * values.std(ddof=1))
    mean = float(values.mean())
    return Band(mean, mean - reach, mean + reach)


def reaches(masks: int, level: float = 0.95) -> Floats:
    """By how many standard deviations the band over 1, 2, ... masks reaches to each side: ``t / sqrt(S)``, infinite for one.

    Parameters
    ----------
    masks : int
        Up to how many, at least 1.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    ndarray of shape (masks,)
    """
    from scipy.stats import t  # here, because it takes a second that the first page should not wait for

    counts = np.arange(2, masks + 1)
    return np.append(np.inf, t.ppf((1 + checked_level(level)) / 2, counts - 1) / np.sqrt(counts))


def _masks_and_weights(log_proba: ArrayLike, log_weights: ArrayLike | None) -> tuple[Floats, Floats]:
    logs = log_probability_rows(log_proba, "masks", "rows", "classes")
    return logs, _weights(len(logs), log_weights)


def _weights(masks: int, log_weights: ArrayLike | None) -> Floats:
    if log_weights is None:
        return np.full(masks, 1 / masks)
    weights = np.exp(numbers(log_weights, "Log-weights", "masks"))
    if len(weights) != masks or abs(weights.sum() - 1) > 1e-9:
        raise InputError(f"Give one weight for each of the {masks} masks; in all they have to be 1.")
    return weights


def _masks_and_off(log_proba: ArrayLike, log_off: ArrayLike) -> tuple[Floats, Floats]:
    logs, off = log_probability_rows(log_proba, "masks", "rows", "classes"), log_probability_rows(log_off, "rows", "classes")
    if off.shape != logs.shape[1:]:
        raise InputError(f"With dropout off the shape has to be {logs.shape[1:]}, not {off.shape}.")
    return logs, off
