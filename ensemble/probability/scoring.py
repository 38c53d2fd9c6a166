"""Proper scores and calibration errors of forecasts, and their variation by luck.

Rows are examples, classes are on the last axis, logarithms are natural (nats), and everything is computed in float64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, log_probability_rows, probability_rows
from ensemble.probability.vectors import Floats

BITS = 40
ROUNDING = 5e-13
"""Forecasts that agree to 12 digits are in one bin."""


def negative_log_likelihood(log_proba: ArrayLike, y: ArrayLike) -> Floats:
    """``-ln p`` of the true class of each row.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Logarithms of probabilities, as ``log_softmax`` gives them.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (n,)
        In nats, at least 0; infinite where the true class had no probability.

    Raises
    ------
    InputError
        If shapes do not fit, a row does not hold log-probabilities or a class is not one of the columns.

    Examples
    --------
    >>> negative_log_likelihood(np.log([[0.5, 0.5], [0.1, 0.9]]), [0, 1]).round(3)
    array([0.693, 0.105])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    return row_nll(logs, class_numbers(y, *logs.shape))


def base_rate_loss(y: ArrayLike, classes: int) -> float:
    """Loss of the best forecast that is the same for every row: the entropy ``H(pi)`` of the rows' class shares ``pi``.

    Parameters
    ----------
    y : array_like of shape (n,)
        True classes.
    classes : int
        How many there are.

    Returns
    -------
    float
        In nats, 0 (all rows of one class) to ``ln classes`` (equal shares).

    Raises
    ------
    InputError
        If there are no rows, or one is of no class.

    Examples
    --------
    >>> round(base_rate_loss([0, 0, 0, 1], 2), 3), round(base_rate_loss([0, 1, 2], 3), 3)
    (0.562, 1.099)
    """
    shares = np.bincount(class_numbers(y, np.size(y), classes), minlength=classes) / np.size(y)
    return float(special.entr(shares).sum())


def uniform_loss(classes: int) -> float:
    """Loss of equal probabilities, whatever happens: ``ln classes``, in nats.

    >>> round(uniform_loss(3), 3)
    1.099
    """
    return float(np.log(classes))


def brier_scores(proba: ArrayLike, y: ArrayLike) -> Floats:
    """Squared distance of each row's probabilities from the outcome, ``sum_k (p_k - [y = k])^2``.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (n,)
        In 0..2.

    Raises
    ------
    InputError
        If shapes do not fit, a row is not a probability vector or a class is not one of the columns.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.

    Examples
    --------
    >>> brier_scores([[0.5, 0.5], [1.0, 0.0]], [0, 1])
    array([0.5, 2. ])
    """
    rows = probability_rows(proba)
    return row_brier(rows, class_numbers(y, *rows.shape))


def brier_score(proba: ArrayLike, y: ArrayLike) -> float:
    """Mean of ``brier_scores``, in 0..2.

    Examples
    --------
    >>> brier_score([[0.5, 0.5], [1.0, 0.0]], [0, 1])
    1.25
    """
    return float(brier_scores(proba, y).mean())


def top_label(proba: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Reduce each row to its likeliest class: its probability, and whether it came true.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors; of classes equally likely the first counts.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    confidence : ndarray of shape (n,)
        In 1/classes..1.
    hit : bool ndarray of shape (n,)

    Raises
    ------
    InputError
        As ``brier_scores``.

    Examples
    --------
    >>> top_label([[0.25, 0.75], [0.5, 0.5]], [1, 1])
    (array([0.75, 0.5 ]), array([ True, False]))
    """
    rows = probability_rows(proba)
    return rows.max(axis=1), rows.argmax(axis=1) == class_numbers(y, *rows.shape)


def one_vs_rest(proba: ArrayLike, y: ArrayLike, k: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Reduce each row to one class against the rest: its probability, and whether it came true.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.
    k : int
        The class, from 0.

    Returns
    -------
    scores : ndarray of shape (n,)
        In 0..1.
    hits : bool ndarray of shape (n,)

    Raises
    ------
    InputError
        As ``brier_scores``, and if there is no class ``k``.

    Examples
    --------
    >>> one_vs_rest([[0.25, 0.75], [0.5, 0.5]], [1, 1], 0)
    (array([0.25, 0.5 ]), array([False, False]))
    """
    rows = probability_rows(proba)
    truth = class_numbers(y, *rows.shape)
    if k not in range(rows.shape[1]):
        raise InputError(f"There is no class {k}: give a class number from 0 to {rows.shape[1] - 1}.")
    return rows[:, k], truth == k


def expected_calibration_error(proba: ArrayLike, y: ArrayLike, bins: int = 10) -> float:
    """How far the confidence in the likeliest class is from the frequency with which it is right.

    ``sum_b (n_b / n) |accuracy_b - confidence_b|`` over bins of equal width, closed on the right.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    y : array_like of shape (n,)
        True classes.
    bins : int, default 10
        From 0 to 1.

    Returns
    -------
    float
        In 0..1. Not 0 for a perfect forecaster: see ``ece_by_luck``.

    Raises
    ------
    InputError
        As ``brier_scores``.

    References
    ----------
    Pakdaman Naeini, M., Cooper, G. and Hauskrecht, M. (2015). Obtaining well calibrated probabilities using Bayesian binning.

    Examples
    --------
    >>> expected_calibration_error([[0.25, 0.75]] * 4, [1, 1, 0, 0])
    0.25
    """
    return float(calibration_error(*top_label(proba, y), bins))


def ece_by_luck(proba: ArrayLike, rng: np.random.Generator, bins: int = 10, draws: int = 1000) -> Floats:
    """Calibration errors that a perfectly calibrated model with these same probabilities would show on so many rows.

    Outcomes are drawn from the rows themselves, again and again; what is measured then is luck.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    rng : Generator
    bins : int, default 10
        From 0 to 1.
    draws : int, default 1000
        How often outcomes are drawn.

    Returns
    -------
    ndarray of shape (draws,)
        Values of ``expected_calibration_error``, in 0..1.

    Raises
    ------
    InputError
        If a row is not a probability vector.

    References
    ----------
    Bröcker, J. and Smith, L. A. (2007). Increasing the reliability of reliability diagrams.

    Examples
    --------
    >>> luck = ece_by_luck([[0.5, 0.5]] * 100, np.random.default_rng(0))
    >>> bool(0.02 < np.median(luck) < 0.06)
    True
    """
    confidence = probability_rows(proba).max(axis=1)
    hit = rng.random((draws, len(confidence))) < confidence
    return calibration_error(np.broadcast_to(confidence, hit.shape), hit, bins)


def losses_of_outcomes(log_proba: ArrayLike) -> dict[str, Floats]:
    """The loss of each class if it were the true one.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Log-probabilities (nats).

    Returns
    -------
    dict of str to ndarray of shape (n, classes)
        ``nll`` (nats, at least 0) and ``brier`` (0..2).

    Examples
    --------
    >>> losses_of_outcomes(np.log([[0.5, 0.5]]))["brier"]
    array([[0.5, 0.5]])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    proba = np.minimum(np.exp(logs), 1)
    brier = (proba**2).sum(axis=1, keepdims=True) - 2 * proba + 1
    return {"nll": np.maximum(-logs, 0), "brier": np.clip(brier, 0, 2)}


def without_rounding(values: Floats) -> Floats:
    """Numbers with a mantissa of 40 bits, twelve digits: those that differ by rounding alone are equal.

    A forecast of 0.7 that a softmax has made of its own logarithm may be 0.7000000000000001.

    >>> one, other = without_rounding(np.array([0.1 + 0.2, 0.3]))
    >>> bool(one == other), without_rounding(np.array([0.0, 0.5])).tolist()
    (True, [0.0, 0.5])
    """
    mantissa, exponent = np.frexp(values)
    return np.ldexp(np.round(np.ldexp(mantissa, BITS)), exponent - BITS)


def finite_range(values: Floats) -> tuple[float, float]:
    """Smallest and largest of the finite values."""
    finite = values[np.isfinite(values)]
    return float(finite.min()), float(finite.max())


def row_nll(logs: Floats, truth: NDArray[np.intp]) -> Floats:
    """Negative log-likelihoods (..., n) of log-probabilities (..., n, classes); nothing is checked."""
    return np.maximum(-logs[..., np.arange(len(truth)), truth], 0)


def row_brier(proba: Floats, truth: NDArray[np.intp]) -> Floats:
    """Brier scores (..., n) of probabilities (..., n, classes); nothing is checked."""
    return ((proba - np.eye(proba.shape[-1])[truth]) ** 2).sum(axis=-1)


def bin_edges(bins: int) -> Floats:
    """Edges of the equal bins from 0 to 1; each is the float nearest to k / bins, as 5/7 itself is."""
    return np.arange(bins + 1) / bins


def bin_numbers(forecast: Floats, bins: int) -> NDArray[np.intp]:
    """Numbers of the equal bins from 0 to 1, closed on the right, that hold the forecasts.

    A forecast of 0.7 that a softmax has made of its own logarithm, 0.7000000000000001, is one of 0.7.
    """
    if bins < 1:
        raise InputError(f"Give at least one bin, not {bins}.")
    return np.searchsorted(bin_edges(bins)[1:-1] + ROUNDING, forecast)


def calibration_error(confidence: Floats, hit: NDArray[np.bool_], bins: int) -> Floats:
    """Calibration errors (...) of confidences and hits (..., n); nothing is checked."""
    *leading, n = confidence.shape
    index = bin_numbers(confidence, bins).reshape(-1, n)
    apart = np.arange(len(index))[:, None] * bins + index
    gaps = np.bincount(apart.ravel(), (hit - confidence).ravel(), minlength=len(index) * bins)
    return np.abs(gaps).reshape(*leading, bins).sum(axis=-1) / n
