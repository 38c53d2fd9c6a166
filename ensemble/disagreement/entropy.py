"""Members against their pool: mutual information, the gain of pooling, and the effect of the choice of members."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, entropy, linear_pool

if TYPE_CHECKING:
    import pandas as pd

ROUNDED_TO = 12
NATS_THAT_VANISH = 600
"""Beside a probability that is so many nats larger another one is nearly too small for a floating point number."""


def entropy_split(member_proba: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Split the entropy of the linear pool into the members' mean entropy and their disagreement.

    ``H(mean_m p_m) = mean_m H(p_m) + I``, where ``I = mean_m KL(p_m || mean_m p_m)`` is the mutual information of the class and
    the member that is asked: the generalised Jensen-Shannon divergence of the members.

    Parameters
    ----------
    member_proba : array_like of shape (members, n, classes)
        Probability vectors of each member.

    Returns
    -------
    total, expected, mutual_information : ndarray of shape (n,)
        In nats, each at least 0, the last at most ``ln(members)``; the second and third add up to the first.

    Raises
    ------
    InputError
        If the shape is another, there is no member, or a row is not a probability vector.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy.
    Wimmer, L. et al. (2023). Quantifying aleatoric and epistemic uncertainty in machine learning: are conditional entropy and
    mutual information appropriate measures?

    Examples
    --------
    >>> total, expected, mutual_information = entropy_split([[[1.0, 0.0]], [[0.0, 1.0]]])
    >>> float(total[0].round(4)), float(expected[0]), float(mutual_information[0].round(4))
    (0.6931, 0.0, 0.6931)
    """
    proba = np.asarray(member_proba, dtype=np.float64)
    if proba.ndim != 3:
        raise InputError(f"Give probabilities of the shape (members, n, classes), not {proba.shape}.")
    pooled, expected = linear_pool(proba), entropy(proba).mean(axis=0)
    # A sum of terms that are never negative: the difference of the two entropies would round below 0.
    mutual_information = special.kl_div(proba, pooled).sum(axis=-1).mean(axis=0)
    return expected + mutual_information, expected, mutual_information


class PoolGain(NamedTuple):
    """Both sides of the log pool's identity, computed independently; nats, shape (n,).

    Attributes
    ----------
    mean_member_nll, pool_nll : ndarray
        Mean negative log-likelihood of the members, and that of their log pool.
    mean_divergence : ndarray
        Mean over members of ``KL(p_geo || p_m)``.
    """

    mean_member_nll: Floats
    pool_nll: Floats
    mean_divergence: Floats

    @property
    def gain(self) -> Floats:
        """What pooling gains, ``mean_m NLL_m - NLL(p_geo)``: the identity says that it is ``mean_divergence``."""
        return self.mean_member_nll - self.pool_nll

    @property
    def gain_but_for_rounding(self) -> float:
        """The mean gain, nats: 0 where members that agree, or one alone, leave only a rounding error, which may be negative."""
        return max(0.0, round(float(self.gain.mean()), ROUNDED_TO))

    def means(self) -> tuple[float, float, float]:
        """The three over all rows."""
        return float(self.mean_member_nll.mean()), float(self.pool_nll.mean()), float(self.mean_divergence.mean())


def log_pool_gain(member_log_proba: ArrayLike, y: ArrayLike) -> PoolGain:
    """The gain of the log pool over its members, row by row.

    With ``ln p_geo = mean_m ln p_m - ln Z`` the gain is ``-ln Z``, whatever the true class is, and so is the mean divergence of
    the pool from its members: where members disagree, their log pool is better than they are on average.

    Parameters
    ----------
    member_log_proba : array_like of shape (members, n, classes)
        Finite log-probabilities (nats) of each member.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    PoolGain

    Raises
    ------
    InputError
        If shapes do not fit or a log-probability is not finite.

    References
    ----------
    Heskes, T. (1997). Selecting weighting factors in logarithmic opinion pools.

    Examples
    --------
    >>> sides = log_pool_gain(np.log([[[0.5, 0.5]], [[0.9, 0.1]]]), [0])
    >>> float(sides.gain[0].round(4)), float(sides.mean_divergence[0].round(4))
    (0.1116, 0.1116)
    """
    log_proba, truth = _members_and_truth(member_log_proba, y)
    rows = np.arange(len(truth))
    log_pool = special.log_softmax(log_proba.mean(axis=0), axis=-1)
    divergence = (np.exp(log_pool) * (log_pool - log_proba)).sum(axis=-1).mean(axis=0)
    return PoolGain(-log_proba[:, rows, truth].mean(axis=0), -log_pool[rows, truth], divergence)


def nll_by_size(
    member_log_proba: ArrayLike, y: ArrayLike, sizes: Sequence[int], rng: np.random.Generator, draws: int = 200
) -> pd.DataFrame:
    """Mean negative log-likelihood of linear pools of so many members, over random choices of them.

    Parameters
    ----------
    member_log_proba : array_like of shape (members, n, classes)
        Finite log-probabilities (nats) of each member.
    y : array_like of shape (n,)
        True classes.
    sizes : sequence of int
        Ensemble sizes, each from 1 to the number of members.
    rng : numpy.random.Generator
        Decides the choices.
    draws : int, default 200
        Choices for each size, without replacement within one; each choice contains one of every smaller size. Two choices of
        nearly all members share most of them, so the band shrinks to nothing at the largest size by construction.

    Returns
    -------
    DataFrame
        Columns ``members``; ``mean`` over the choices, which never rises with the size but for the luck of the draw, since
        ``-ln`` is convex; ``low``, ``high``, the 5 % and 95 % quantiles; all in nats.

    Raises
    ------
    InputError
        If shapes do not fit, a log-probability is not finite, or a size is out of range.
    """
    import pandas as pd  # here, because the first page should not wait for it

    log_proba, truth = _members_and_truth(member_log_proba, y)
    members = len(log_proba)
    if not all(1 <= size <= members for size in sizes):
        raise InputError(f"Ensemble sizes have to be from 1 to {members}, the number of members.")
    of_truth = log_proba[:, np.arange(len(truth)), truth]
    order = rng.permuted(np.tile(np.arange(members), (draws, 1)), axis=1)
    pooled = _log_sums(of_truth, order, sorted(set(sizes)))
    table = []
    for size in sizes:
        nll = -(pooled[size] - np.log(size)).mean(axis=-1)
        table.append((size, nll.mean(), *np.quantile(nll, (0.05, 0.95))))
    return pd.DataFrame(table, columns=["members", "mean", "low", "high"])


def _log_sums(of_truth: Floats, order: NDArray[np.int64], sizes: Sequence[int]) -> dict[int, Floats]:
    """Logarithm of the summed probabilities of each order's first members, of shape (draws, n), by how many; sizes ascend."""
    largest = of_truth.max(axis=0)
    is_near = bool((of_truth > largest - NATS_THAT_VANISH).all())
    values = np.exp(of_truth - largest) if is_near else of_truth
    sums = np.full((len(order), of_truth.shape[1]), 0.0 if is_near else -np.inf)
    found = {}
    for before, size in pairwise((0, *sizes)):
        added = values[order[:, before:size]]
        sums = sums + added.sum(axis=1) if is_near else np.logaddexp(sums, special.logsumexp(added, axis=1))
        found[size] = np.log(sums) + largest if is_near else sums
    return found


def _members_and_truth(member_log_proba: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    log_proba, truth = np.asarray(member_log_proba, dtype=np.float64), np.asarray(y)
    if log_proba.ndim != 3 or not log_proba.size or not np.isfinite(log_proba).all():
        raise InputError("Give finite log-probabilities of the shape (members, n, classes), at least one of each.")
    n, classes = log_proba.shape[1:]
    if truth.shape != (n,) or not np.isin(truth, np.arange(classes)).all():
        raise InputError(f"Give one class number from 0 to {classes - 1} for each of the {n} rows.")
    return log_proba, truth.astype(np.int64)
