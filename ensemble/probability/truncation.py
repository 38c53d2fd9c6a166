"""Truncated sampling, as language models use it: keep the likeliest classes, and let their probabilities add up to 1 again.

Classes are on the last axis, logarithms are natural (nats).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, log_softmax

Mask = NDArray[np.bool_]
# A sum of probabilities that is short of another number by no more than this is equal to it.
ROUNDING = 1e-12


def top_k_mask(log_proba: ArrayLike, k: int) -> Mask:
    """Which classes are among the ``k`` likeliest; of equals the first ones.

    Parameters
    ----------
    log_proba : array_like of shape (..., classes)
        Logarithms of probability vectors, nats; -inf for a probability of 0.
    k : int
        At least 1. All classes are kept if there are no more than that.

    Returns
    -------
    ndarray of bool of shape (..., classes)

    Raises
    ------
    InputError
        If a row is not a probability vector, or ``k`` is below 1.

    References
    ----------
    Fan, A., Lewis, M. and Dauphin, Y. (2018). Hierarchical neural story generation.

    Examples
    --------
    >>> top_k_mask(np.log([0.2, 0.5, 0.3]), 2)
    array([False,  True,  True])
    """
    logs = _log_proba(log_proba)
    if k < 1:
        raise InputError(f"At least one class has to be kept, not {k}.")
    return _ranks(logs) < k


def top_p_mask(log_proba: ArrayLike, p: float) -> Mask:
    """Which classes are in the nucleus: the fewest of the likeliest classes whose probabilities add up to ``p`` or more.

    Parameters
    ----------
    log_proba : array_like of shape (..., classes)
        Logarithms of probability vectors, nats; -inf for a probability of 0.
    p : float
        In 0..1, above 0. The likeliest class is always kept, and 1 keeps all classes.

    Returns
    -------
    ndarray of bool of shape (..., classes)
        Of equals the first ones are kept.

    Raises
    ------
    InputError
        If a row is not a probability vector, or ``p`` is not in that range.

    References
    ----------
    Holtzman, A., Buys, J., Du, L., Forbes, M. and Choi, Y. (2020). The curious case of neural text degeneration.

    Examples
    --------
    >>> top_p_mask(np.log([0.2, 0.5, 0.3]), 0.6)
    array([False,  True,  True])
    """
    logs = _log_proba(log_proba)
    if not 0 < p <= 1:
        raise InputError(f"The probability that is kept has to be above 0 and at most 1, not {p}.")
    if p == 1:
        return np.ones(logs.shape, bool)
    proba = np.exp(np.take_along_axis(logs, _order(logs), axis=-1))
    before = np.cumsum(proba, axis=-1) - proba
    return np.take_along_axis((before < p - ROUNDING) | (np.arange(logs.shape[-1]) == 0), _ranks(logs), axis=-1)


def renormalised(log_proba: ArrayLike, mask: ArrayLike) -> Floats:
    """Log-probabilities of the kept classes, given that it is one of them: ``ln p_k - ln sum_kept p_j``.

    Parameters
    ----------
    log_proba : array_like of shape (..., classes)
        Logarithms of probability vectors, nats.
    mask : array_like of bool of shape (..., classes)
        Which classes are kept.

    Returns
    -------
    ndarray of shape (..., classes)
        Logarithms of probability vectors, nats; -inf for a class that is not kept.

    Raises
    ------
    InputError
        If a row is not a probability vector, the shapes differ, or the kept classes of a row have no probability.

    Examples
    --------
    >>> np.exp(renormalised(np.log([0.2, 0.5, 0.3]), [False, True, True]))
    array([0.   , 0.625, 0.375])
    """
    logs, kept = _log_proba(log_proba), np.asarray(mask, bool)
    if kept.shape != logs.shape:
        raise InputError(f"The mask has the shape {kept.shape}, the log-probabilities {logs.shape}; they need the same.")
    left = np.where(kept, logs, -np.inf)
    if np.isneginf(left).all(axis=-1).any():
        raise InputError("A row keeps no class with a probability above 0.")
    return np.minimum(left - special.logsumexp(left, axis=-1, keepdims=True), 0)


def truncated_log_softmax(z: ArrayLike, temperature: float = 1.0, k: int | None = None, p: float = 1.0) -> Floats:
    """The distribution of a language model's next token: temperature first, then top-k, then top-p of the rest.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Finite scores (logits).
    temperature : float, default 1.0
        T > 0.
    k : int, optional
        How many of the likeliest classes are kept; all if it is left out.
    p : float, default 1.0
        The probability that is kept, of the classes that top-k has kept, in 0..1.

    Returns
    -------
    ndarray of shape (..., classes)
        Logarithms of probability vectors, nats; -inf for a class that is cut.

    Raises
    ------
    InputError
        As ``log_softmax``, ``top_k_mask`` and ``top_p_mask``.

    Examples
    --------
    >>> np.exp(truncated_log_softmax(np.log([4.0, 3.0, 2.0, 1.0]), k=3, p=0.7)).round(3)
    array([0.571, 0.429, 0.   , 0.   ])
    """
    logs = log_softmax(z, temperature)
    if k is not None:
        logs = renormalised(logs, top_k_mask(logs, k))
    return renormalised(logs, top_p_mask(logs, p))


def draws(log_proba: ArrayLike, uniforms: ArrayLike) -> NDArray[np.intp]:
    """Classes drawn from one probability vector by inversion: the first whose cumulated probability is above the number.

    Parameters
    ----------
    log_proba : array_like of shape (classes,)
        Logarithms of a probability vector, nats.
    uniforms : array_like of shape (n,)
        Numbers that are uniform on 0..1, below 1.

    Returns
    -------
    ndarray of int of shape (n,)
        A class with a probability of 0 is never drawn.

    Raises
    ------
    InputError
        If the row is not a probability vector.

    Examples
    --------
    >>> draws(np.log([0.5, 0.25, 0.25]), [0.0, 0.49, 0.5, 0.99])
    array([0, 0, 1, 2])
    """
    proba = np.exp(_log_proba(log_proba))
    found = np.searchsorted(np.cumsum(proba), np.asarray(uniforms, np.float64), side="right")
    return np.minimum(found, np.flatnonzero(proba)[-1])


def count_band(n: int, proba: ArrayLike, level: float = 0.95) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The range of counts that a class of this probability has in at least 95 of 100 sets of ``n`` draws; nothing is checked.

    Parameters
    ----------
    n : int
        Independent draws, at least 0.
    proba : array_like of shape (...)
        The class's probability, 0..1.
    level : float, default 0.95

    Returns
    -------
    tuple of ndarray of int of shape (...)
        The lowest and the highest count: quantiles of the binomial distribution, each tail at most half of 1 - level.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the binomial.

    Examples
    --------
    >>> tuple(int(end) for end in count_band(100, 0.5))
    (40, 60)
    """
    tail, each = (1 - level) / 2, np.asarray(proba, np.float64)
    return _binomial_quantile(tail, n, each), _binomial_quantile(1 - tail, n, each)


def _binomial_quantile(at: float, n: int, proba: Floats) -> NDArray[np.intp]:
    """The lowest count whose cumulated probability is at least ``at``."""
    counts = np.arange(n + 1)
    cumulated = special.bdtr(counts, n, proba[..., None])
    return np.argmax(cumulated >= at, axis=-1)


def _order(logs: Floats) -> NDArray[np.intp]:
    return np.argsort(-logs, axis=-1, kind="stable")


def _ranks(logs: Floats) -> NDArray[np.intp]:
    return np.argsort(_order(logs), axis=-1, kind="stable")


def _log_proba(log_proba: ArrayLike) -> Floats:
    try:
        logs = np.asarray(log_proba, np.float64)
    except (ValueError, TypeError):
        logs = np.empty(0)
    if logs.ndim == 0 or not logs.size or not np.allclose(special.logsumexp(logs, axis=-1), 0, atol=1e-5):
        raise InputError("Each row has to hold the logarithms of probabilities that sum to 1; log_softmax gives them.")
    return logs
