"""Probability vectors: softmax, entropy, divergences and pools.

Classes are on the last axis, logarithms are natural (nats), and everything is computed in float64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError

Floats = NDArray[np.float64]


def softmax(z: ArrayLike, temperature: float = 1.0) -> Floats:
    """Probabilities of the classes with scores ``z``: ``p_k = exp(z_k / T) / sum_j exp(z_j / T)``.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Scores (logits): finite, or -inf for a class that is ruled out, at every temperature.
    temperature : float, default 1.0
        T > 0. Towards 0 all probability goes to the highest score, towards infinity it spreads evenly.

    Returns
    -------
    ndarray of shape (..., classes)
        In 0..1; each row sums to 1.

    Raises
    ------
    InputError
        If a score is inf or not a number, a row rules out every class, there is no class, or the temperature is not a
        positive finite number.

    References
    ----------
    Bridle, J. S. (1990). Probabilistic interpretation of feedforward classification network outputs.

    Examples
    --------
    >>> softmax([0.0, np.log(3.0)]).round(2)
    array([0.25, 0.75])
    """
    return np.exp(log_softmax(z, temperature))


def log_softmax(z: ArrayLike, temperature: float = 1.0) -> Floats:
    """Natural logarithms of ``softmax(z, temperature)``, exact also where the probability underflows.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Scores (logits), as ``softmax`` takes them.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    ndarray of shape (..., classes)
        In nats, at most 0; -inf where the score is, and nowhere else.

    Raises
    ------
    InputError
        As ``softmax``.

    Examples
    --------
    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    scores = _scores(z, temperature)
    # The highest score is subtracted before the division, so that a tiny temperature cannot overflow into inf - inf.
    with np.errstate(over="ignore"):
        below_highest = scores - scores.max(axis=-1, keepdims=True)
        logs: Floats = special.log_softmax(np.maximum(below_highest / temperature, -np.finfo(np.float64).max), axis=-1)
    if (ruled_out := np.isneginf(scores)).any():
        logs[ruled_out] = -np.inf
    return logs


def log_partition(z: ArrayLike, temperature: float = 1.0) -> Floats:
    """Logarithm of the partition function, ``ln Z(T) = ln sum_k exp(z_k / T)``.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Finite scores (logits), the energies with their sign changed.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    ndarray of shape (...)
        In nats: ``z_k / T - ln Z(T)`` is the log-probability of class k. Infinite where ``max(z) / T`` is beyond float64.

    Raises
    ------
    InputError
        As ``softmax``.

    References
    ----------
    Gibbs, J. W. (1902). Elementary principles in statistical mechanics.

    Examples
    --------
    >>> float(log_partition([0.0, 0.0]).round(4))
    0.6931
    """
    scores = _scores(z, temperature)
    # The highest score is subtracted before the division, which would overflow; its share is added last.
    with np.errstate(over="ignore"):
        return scores.max(axis=-1) / temperature + _log_sum_above(scores, temperature)


def free_energy(z: ArrayLike, temperature: float = 1.0) -> Floats:
    """Free energy ``F = -T ln Z(T)`` of the energies ``E_k = -z_k``: mean energy minus temperature times entropy.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Finite scores (logits).
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    ndarray of shape (...)
        In the unit of the scores; at most the lowest energy ``-max(z)``.

    Raises
    ------
    InputError
        As ``softmax``.

    Examples
    --------
    >>> float(free_energy([0.0, 0.0], temperature=2.0).round(4))
    -1.3863
    """
    scores = _scores(z, temperature)
    return -scores.max(axis=-1) - temperature * _log_sum_above(scores, temperature)


def perplexity(p: ArrayLike) -> Floats:
    """Perplexity ``exp(H(p))``: the number of equally likely classes that would be just as undecided.

    Parameters
    ----------
    p : array_like of shape (..., classes)
        Probability vectors.

    Returns
    -------
    ndarray of shape (...)
        From 1 to the number of classes.

    Raises
    ------
    InputError
        If a row is not a probability vector.

    Examples
    --------
    >>> float(perplexity([0.5, 0.5, 0.0]).round(6))
    2.0
    """
    return np.exp(entropy(p))


def entropy(p: ArrayLike) -> Floats:
    """Entropy ``H(p) = -sum_k p_k ln p_k``: how undecided a probability vector is.

    Parameters
    ----------
    p : array_like of shape (..., classes)
        Probability vectors.

    Returns
    -------
    ndarray of shape (...)
        In nats: 0 for a certain outcome, ``ln(classes)`` for the uniform one.

    Raises
    ------
    InputError
        If a row is not a probability vector.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication.

    Examples
    --------
    >>> float(entropy([0.5, 0.5]).round(4))
    0.6931
    """
    # A row may exceed 1 by rounding, and -p ln p is then below 0.
    return np.maximum(special.entr(_probabilities(p, "p")).sum(axis=-1), 0)


def cross_entropy(p: ArrayLike, q: ArrayLike) -> Floats:
    """Cross-entropy ``H(p, q) = -sum_k p_k ln q_k``: the mean surprise under ``q`` of outcomes drawn from ``p``.

    Parameters
    ----------
    p, q : array_like of shape (..., classes)
        Probability vectors; the leading axes broadcast. ``p`` is the target, ``q`` the forecast.

    Returns
    -------
    ndarray of shape (...)
        In nats, at least ``entropy(p)``; infinite where ``q`` rules out what ``p`` holds possible.

    Raises
    ------
    InputError
        If a row is not a probability vector or the classes differ in number.

    Examples
    --------
    >>> float(cross_entropy([1.0, 0.0], [0.5, 0.5]).round(4))
    0.6931
    """
    target, forecast = _pair(p, q)
    return -special.xlogy(target, forecast).sum(axis=-1)


def kl_divergence(p: ArrayLike, q: ArrayLike) -> Floats:
    """Kullback-Leibler divergence ``KL(p || q) = sum_k p_k ln(p_k / q_k) = H(p, q) - H(p)``.

    Parameters
    ----------
    p, q : array_like of shape (..., classes)
        Probability vectors; the leading axes broadcast.

    Returns
    -------
    ndarray of shape (...)
        In nats, at least 0, and 0 only where ``p = q``; infinite where ``p_k > 0 = q_k``.

    Raises
    ------
    InputError
        As ``cross_entropy``.

    References
    ----------
    Kullback, S. and Leibler, R. A. (1951). On information and sufficiency.

    Examples
    --------
    >>> float(kl_divergence([0.5, 0.5], [1.0, 0.0]))
    inf
    """
    target, forecast = _pair(p, q)
    # kl_div adds q - p to each term: nothing in the sum, but no term is then negative, and so rounding cannot make the sum so.
    return special.kl_div(target, forecast).sum(axis=-1)


def linear_pool(p: ArrayLike) -> Floats:
    """Mean of the members' probabilities.

    Parameters
    ----------
    p : array_like of shape (members, ..., classes)
        Probability vectors of each member.

    Returns
    -------
    ndarray of shape (..., classes)
        Probability vectors.

    Raises
    ------
    InputError
        If there is no member or a row is not a probability vector.

    References
    ----------
    Stone, M. (1961). The opinion pool.

    Examples
    --------
    >>> linear_pool([[1.0, 0.0], [0.5, 0.5]])
    array([0.75, 0.25])
    """
    return _members(p).mean(axis=0)


def log_pool(p: ArrayLike) -> Floats:
    """Normalised geometric mean of the members' probabilities: ``p_geo ~ exp(mean_m ln p_m)``.

    Parameters
    ----------
    p : array_like of shape (members, ..., classes)
        Probability vectors of each member.

    Returns
    -------
    ndarray of shape (..., classes)
        Probability vectors; a class that one member rules out stays ruled out.

    Raises
    ------
    InputError
        If there is no member, a row is not a probability vector, or the members together rule out every class.

    References
    ----------
    Heskes, T. (1997). Selecting weighting factors in logarithmic opinion pools.

    Examples
    --------
    >>> log_pool([[0.5, 0.5], [0.9, 0.1]]).round(2)
    array([0.75, 0.25])
    """
    with np.errstate(divide="ignore"):
        mean_log = np.log(_members(p)).mean(axis=0)
    if np.isneginf(mean_log).all(axis=-1).any():
        raise InputError("The members rule out every class between them, so their geometric mean has nothing left.")
    return special.softmax(mean_log, axis=-1)


def _scores(z: ArrayLike, temperature: float) -> Floats:
    scores = _numbers(z, "Scores")
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise InputError("Scores need at least one class on the last axis.")
    check_scores(scores)
    if not (np.isfinite(temperature) and temperature > 0):
        raise InputError(f"The temperature has to be a positive number, not {temperature}.")
    return scores


def check_scores(scores: Floats) -> None:
    """Raise ``InputError`` unless all scores are numbers below infinity, and one of each row is finite."""
    if np.isfinite(scores).all():
        return
    if not (scores < np.inf).all():
        raise InputError("Scores have to be finite numbers; one of them is infinite or not a number.")
    if np.isneginf(scores).all(axis=-1).any():
        raise InputError("Scores of -inf rule a class out; one row rules out every class.")


def _log_sum_above(scores: Floats, temperature: float) -> Floats:
    """``ln sum_k exp((z_k - max z) / T)``, from 0 to ln(classes)."""
    with np.errstate(over="ignore"):
        return special.logsumexp((scores - scores.max(axis=-1, keepdims=True)) / temperature, axis=-1)


def _members(p: ArrayLike) -> Floats:
    members = _probabilities(p, "p")
    if members.ndim < 2 or len(members) == 0:
        raise InputError("A pool needs an array of shape (members, ..., classes) with at least one member.")
    return members


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[Floats, Floats]:
    target, forecast = _probabilities(p, "p"), _probabilities(q, "q")
    if target.shape[-1] != forecast.shape[-1]:
        raise InputError(f"p has {target.shape[-1]} classes and q has {forecast.shape[-1]}; they need the same.")
    return target, forecast


def _numbers(values: ArrayLike, name: str) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError):
        raise InputError(f"{name} have to be numbers in rows of equal length.") from None


def _probabilities(p: ArrayLike, name: str) -> Floats:
    rows = _numbers(p, name)
    if rows.ndim == 0 or rows.shape[-1] == 0:
        raise InputError(f"{name} needs at least one class on the last axis.")
    # 1e-5 admits float32 softmax outputs.
    if not ((rows >= 0).all() and np.allclose(rows.sum(axis=-1), 1, rtol=0, atol=1e-5)):
        raise InputError(f"Each row of {name} has to be a probability vector: no negative entry, and a sum of 1.")
    return rows
