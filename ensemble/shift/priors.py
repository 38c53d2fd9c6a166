"""Other shares of the classes than in training: forecasts corrected for them, and the shares estimated without labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.checks import checked_level, log_probability_rows, numbers, probability_rows
from ensemble.probability.vectors import Floats

GAP = 1e-9
MAX_STEPS = 5000
RESAMPLES = 400
MAX_LEAPS = 200
STANDS = 1e-8
SEARCH_ERROR = 5e-4
"""How far from the likeliest shares a sample's search may end: where they are 0, it only comes near."""


class PriorSteps(NamedTuple):
    """The shares that EM goes through; the first are those of training.

    Attributes
    ----------
    shares : ndarray of shape (steps, K)
        Each row sums to 1.
    log_likelihood : ndarray of shape (steps,)
        Mean over rows of ``ln sum_k pi'_k q_k / pi_k``, in nats: 0 at the first step, and never falling.
    gap : float
        How much more any shares can reach at most, in nats: the likelihood is concave.
    """

    shares: Floats
    log_likelihood: Floats
    gap: float

    @property
    def estimate(self) -> Floats:
        """Where EM has stopped, shape (K,)."""
        return self.shares[-1]

    @property
    def has_converged(self) -> bool:
        """Whether no other shares are likelier by more than 1e-9 nats a row."""
        return self.gap <= GAP


class PriorInterval(NamedTuple):
    """Ends of the 95 % intervals of estimated shares, each for itself: arrays of shape (K,), 0..1."""

    low: Floats
    high: Floats

    def holds(self, shares: Floats) -> NDArray[np.bool_]:
        """Which of these shares lie in their intervals, but for the error of the search, 0.0005: (K,)."""
        inside: NDArray[np.bool_] = (self.low <= shares + SEARCH_ERROR) & (shares <= self.high + SEARCH_ERROR)
        return inside


def reweight(proba: ArrayLike, prior: ArrayLike, new_prior: ArrayLike) -> Floats:
    """Forecasts corrected for other class shares: ``q'_k`` proportional to ``q_k pi'_k / pi_k``.

    It adds ``ln pi'_k - ln pi_k`` to each score. That is exact where rows of one class are as they were in training, and only
    the shares of the classes are others (prior shift, label shift).

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Probability vectors.
    prior : array_like of shape (K,)
        Shares of the classes in training, as the loss has seen them. Any positive numbers in proportion to them, or 0.
    new_prior : array_like of shape (K,)
        Shares of the classes at use, likewise. A class with the share 0 gets the probability 0.

    Returns
    -------
    ndarray of shape (n, K)
        Probability vectors.

    Raises
    ------
    InputError
        If a row is not a probability vector, shares are negative, not finite or all 0, a class that training has not seen
        has a share, or a row allows no class that has one.

    References
    ----------
    Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori probabilities.
    Elkan, C. (2001). The foundations of cost-sensitive learning.

    Examples
    --------
    >>> reweight([[0.5, 0.5]], [0.5, 0.5], [0.9, 0.1])
    array([[0.9, 0.1]])
    """
    with np.errstate(divide="ignore"):
        return np.exp(log_reweight(np.log(_normalised(proba)), prior, new_prior))


def log_reweight(log_proba: ArrayLike, prior: ArrayLike, new_prior: ArrayLike) -> Floats:
    """``reweight`` of logarithms, exact also where a probability underflows.

    Parameters
    ----------
    log_proba : array_like of shape (n, K)
        Log-probabilities in nats; -inf where a probability is 0.
    prior, new_prior : array_like of shape (K,)
        As ``reweight``.

    Returns
    -------
    ndarray of shape (n, K)
        Log-probabilities in nats.

    Raises
    ------
    InputError
        As ``reweight``.

    Examples
    --------
    >>> log_reweight([[-1000.0, 0.0]], [0.5, 0.5], [0.9, 0.1]).round(3)
    array([[-997.803,    0.   ]])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    scores = logs + log_ratio(prior, new_prior, logs.shape[1])
    if np.isneginf(scores).all(axis=1).any():
        raise InputError("In one row every class that has a share at use has the probability 0: nothing is left to rescale.")
    return scores - special.logsumexp(scores, axis=1, keepdims=True)


def log_ratio(prior: ArrayLike, new_prior: ArrayLike, classes: int) -> Floats:
    """What the correction adds to each score, ``ln pi'_k - ln pi_k`` (K,), in nats; -inf for a class without a share at use.

    Raises
    ------
    InputError
        As ``reweight``.

    Examples
    --------
    >>> log_ratio([1, 1], [3, 1], 2).round(3)
    array([ 0.405, -0.693])
    """
    before, after = shares_of(prior, classes), shares_of(new_prior, classes)
    if unseen := np.flatnonzero((before == 0) & (after > 0)).tolist():
        raise InputError(
            f"Class {unseen[0] + 1} had no share in training, so no factor gives it one at use. Set its share to 0, or train "
            "with rows of it."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(after > 0, np.log(after) - np.log(before), -np.inf)


def estimate_prior(proba: ArrayLike, prior: ArrayLike, steps: int = MAX_STEPS) -> PriorSteps:
    """Shares of the classes among rows without labels, by expectation-maximisation: ``pi'_k <- mean_i q'_k(x_i)``.

    Each step corrects the forecasts for the shares so far, and takes their mean. It never lowers the likelihood of the rows,
    which is concave in the shares, so there is no other maximum. It stops where no shares can be likelier by more than 1e-9
    nats a row.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Forecasts of the rows, for the shares of training.
    prior : array_like of shape (K,)
        Shares of the classes in training, as ``reweight`` takes them. A class without one stays without.
    steps : int, default 5000
        At most.

    Returns
    -------
    PriorSteps

    Raises
    ------
    InputError
        As ``reweight``.

    References
    ----------
    Saerens, M., Latinne, P. and Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori probabilities.

    Examples
    --------
    >>> made = estimate_prior([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], [0.5, 0.5])
    >>> made.estimate.round(3), made.has_converged
    (array([0.708, 0.292]), True)
    """
    ratios, shares = _density_ratios(proba, prior)
    went, likelihoods = [shares], []
    while True:
        mixture = ratios @ shares
        likelihoods.append(float(np.log(mixture).mean()))
        gains = (ratios / mixture[:, None]).mean(axis=0)
        gap = max(0.0, float(gains.max()) - 1)
        if gap <= GAP or len(went) > steps:
            return PriorSteps(np.array(went), np.array(likelihoods) - likelihoods[0], gap)
        shares = shares * gains
        shares /= shares.sum()
        went.append(shares)


def prior_log_likelihood(proba: ArrayLike, prior: ArrayLike, new_prior: ArrayLike) -> float:
    """Mean over rows of ``ln sum_k pi'_k q_k / pi_k``, in nats: how much likelier these rows are than with training's shares.

    Parameters
    ----------
    proba, prior, new_prior : array_like
        As ``reweight``.

    Raises
    ------
    InputError
        As ``reweight``.

    Examples
    --------
    >>> round(prior_log_likelihood([[0.9, 0.1]], [0.5, 0.5], [1, 0]), 3)
    0.588
    """
    ratios, _ = _density_ratios(proba, prior)
    log_ratio(prior, new_prior, ratios.shape[1])
    with np.errstate(divide="ignore"):
        return float(np.log(ratios @ shares_of(new_prior, ratios.shape[1])).mean())


def prior_interval(
    proba: ArrayLike, prior: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = RESAMPLES
) -> PriorInterval:
    """Bootstrap intervals of ``estimate_prior``'s shares, one by one: quantiles over rows resampled with replacement.

    They hold the luck of these rows, and take the forecasts for right: a network that is not calibrated on the rows of its
    training is off by more. ``benchmarks.coverage`` simulates them.

    Parameters
    ----------
    proba, prior : array_like
        As ``estimate_prior``.
    rng : Generator
    level : float, default 0.95
    draws : int, default 400
        How often rows are drawn.

    Returns
    -------
    PriorInterval

    Raises
    ------
    InputError
        As ``estimate_prior``, and if the level is not between 0 and 1.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An introduction to the bootstrap, chapter 13.
    Varadhan, R. and Roland, C. (2008). Simple and globally convergent methods for accelerating the convergence of any EM
    algorithm. Each sample takes their steps.

    Examples
    --------
    >>> found = prior_interval([[0.9, 0.1]] * 40 + [[0.1, 0.9]] * 20, [0.5, 0.5], np.random.default_rng(0))
    >>> found.low.round(1).tolist(), found.high.round(1).tolist()
    ([0.6, 0.1], [0.9, 0.4])
    """
    outside = (1 - checked_level(level)) / 2
    ratios, seen = _density_ratios(proba, prior)
    # Off the edges, where EM would stay for ever although other rows may have left them.
    start = 0.98 * estimate_prior(proba, prior).estimate + 0.02 * seen
    n = len(ratios)
    weights = rng.multinomial(n, np.full(n, 1 / n), draws) / n
    shares = _likeliest(ratios, weights, np.repeat(start[None], draws, axis=0))
    low, high = np.quantile(shares, [outside, 1 - outside], axis=0)
    return PriorInterval(low, high)


def shares_of(prior: ArrayLike, classes: int) -> Floats:
    """Shares (K,) that sum to 1, of numbers in proportion to them.

    Raises
    ------
    InputError
        If there is not one number of at least 0 for each class, or all are 0.

    Examples
    --------
    >>> shares_of([1, 3], 2).tolist()
    [0.25, 0.75]
    """
    shares = numbers(prior, "Shares", "classes")
    if shares.shape != (classes,) or not ((shares >= 0) & (shares < np.inf)).all() or not shares.any():
        raise InputError(f"Give a share of at least 0 for each of the {classes} classes, and one above 0.")
    return shares / shares.max() / (shares / shares.max()).sum()


def _density_ratios(proba: ArrayLike, prior: ArrayLike) -> tuple[Floats, Floats]:
    """The ratios ``q_k / pi_k`` (n, K), 0 for a class without a share in training, and the shares (K,)."""
    rows = _normalised(proba)
    shares = shares_of(prior, rows.shape[1])
    there = shares > 0
    ratios = np.where(there, rows / np.where(there, shares, 1), 0)
    if not ratios.any(axis=1).all():
        raise InputError("In one row every class that has a share in training has the probability 0.")
    return ratios, shares


def _likeliest(ratios: Floats, weights: Floats, shares: Floats) -> Floats:
    """Where EM ends for rows with these weights (draws, n), from these shares (draws, K): two steps tell how far to leap.

    A leap that would leave the simplex is not taken. EM's own step comes after each leap, and a draw is done once such a step
    moves no share by 1e-8.
    """
    found, left = shares.copy(), np.arange(len(shares))
    for _ in range(MAX_LEAPS):
        of_rows, now = weights[left], found[left]

        def step(at: Floats, of_rows: Floats = of_rows) -> Floats:
            return at * ((of_rows / (at @ ratios.T)) @ ratios)

        once = step(now)
        twice = step(once)
        first, change = once - now, twice - 2 * once + now
        with np.errstate(divide="ignore", invalid="ignore"):
            length = (np.linalg.norm(first, axis=1) / np.linalg.norm(change, axis=1))[:, None]
            leap = now + 2 * length * first + length**2 * change
        is_inside = (leap > 0).all(axis=1, keepdims=True)
        found[left] = step(np.where(is_inside, leap, twice))
        left = left[np.abs(twice - once).max(axis=1) >= STANDS]
        if not len(left):
            break
    return found


def _normalised(proba: ArrayLike) -> Floats:
    """Rows that sum to 1 to rounding: float32 softmax outputs do not."""
    rows = probability_rows(proba)
    return rows / rows.sum(axis=1, keepdims=True)
