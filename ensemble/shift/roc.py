"""How well a score tells novel rows from known ones: ROC curves, the areas under them, and how two of these differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.decisions.abstention import Auroc, auroc_interval
from ensemble.errors import InputError
from ensemble.probability.checks import numbers
from ensemble.probability.vectors import Floats

GRID = tuple(round(step / 100, 2) for step in range(101))


class Roc(NamedTuple):
    """A curve with a point for each threshold, the highest first.

    Attributes
    ----------
    false_alarms : ndarray of shape (points,)
        The share of known rows whose score is at least the threshold, 0..1.
    caught : ndarray of shape (points,)
        The share of novel rows whose score is, 0..1.
    thresholds : ndarray of shape (points,)
        In the unit of the scores; the first is infinite.
    """

    false_alarms: Floats
    caught: Floats
    thresholds: Floats


def roc(known: ArrayLike, novel: ArrayLike) -> Roc:
    """The ROC curve of a score, by scikit-learn, with all its points.

    Parameters
    ----------
    known, novel : array_like of shape (n,), (m,)
        Scores, the larger the more novel. Equal ones of both kinds are one step, aslant.

    Raises
    ------
    InputError
        If there is no row of a kind, or a score is not finite.

    References
    ----------
    Fawcett, T. (2006). An introduction to ROC analysis.

    Examples
    --------
    >>> curve = roc([0.1, 0.2, 0.3], [0.3, 0.9])
    >>> curve.false_alarms.round(2).tolist(), curve.caught.tolist()
    ([0.0, 0.0, 0.33, 0.67, 1.0], [0.0, 0.5, 1.0, 1.0, 1.0])
    """
    from sklearn.metrics import roc_curve  # here, because the first page should not wait for it

    scores, is_novel = _both(known, novel)
    return Roc(*roc_curve(is_novel, scores, drop_intermediate=False))


def roc_on_grid(known: ArrayLike, novel: ArrayLike, grid: ArrayLike = GRID) -> Floats:
    """The share of novel rows that is caught at given shares of false alarms, so that curves of several runs can be compared.

    Parameters
    ----------
    known, novel : array_like
        As ``roc``.
    grid : array_like of shape (points,)
        Shares of false alarms, 0..1. Where the curve rises without a further false alarm, its upper end counts.

    Returns
    -------
    ndarray of shape (points,)
        0..1, never falling.

    Raises
    ------
    InputError
        As ``roc``.

    Examples
    --------
    >>> roc_on_grid([0.1, 0.2, 0.3], [0.3, 0.9], [0, 0.5, 1]).tolist()
    [0.5, 1.0, 1.0]
    """
    curve = roc(known, novel)
    found: Floats = np.interp(np.asarray(grid, dtype=np.float64), curve.false_alarms, curve.caught)
    return found


def with_interval(known: ArrayLike, novel: ArrayLike, level: float = 0.95) -> Auroc:
    """The chance that a novel row scores higher than a known one, ties counting half, with its interval over rows.

    Parameters
    ----------
    known, novel : array_like
        As ``roc``.
    level : float, default 0.95

    Returns
    -------
    Auroc
        ``value`` is the area under ``roc``; ``low`` and ``high`` are Newcombe's, as of ``auroc_interval``.

    Raises
    ------
    InputError
        As ``roc``, and if the level is not between 0 and 1.

    Examples
    --------
    >>> [round(value, 2) for value in with_interval([0.1, 0.2, 0.3], [0.3, 0.9])]
    [0.92, 0.37, 0.99]
    """
    return auroc_interval(*_both(known, novel), level)


def auroc_covariance(known: Sequence[ArrayLike], novel: Sequence[ArrayLike]) -> Floats:
    """Covariances of the areas of several scores of the same rows, over other rows of the same kinds.

    Parameters
    ----------
    known, novel : sequence of array_like of shape (n,), (m,)
        One for each score, in the same order of rows.

    Returns
    -------
    ndarray of shape (scores, scores)
        DeLong's estimate; 0 where there is one row of a kind.

    Raises
    ------
    InputError
        As ``roc``.

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated receiver
    operating characteristic curves: a nonparametric approach.
    """
    pairs = [_placements(one, other) for one, other in zip(known, novel, strict=True)]
    sides = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    return sum((_covariance_of_mean(side) for side in sides), np.zeros((len(pairs), len(pairs))))


def _covariance_of_mean(placements: Floats) -> Floats:
    count = placements.shape[1]
    centred = placements - placements.mean(axis=1, keepdims=True)
    return centred @ centred.T / (count * max(1, count - 1))


def _placements(known: ArrayLike, novel: ArrayLike) -> tuple[Floats, Floats]:
    """For each known row the share of novel rows that score higher, for each novel row that of known ones that score lower."""
    scores, is_novel = _both(known, novel)
    low, high = (np.sort(scores[is_novel == side]) for side in (False, True))
    above = _share_below(high, scores[~is_novel])
    return 1 - above, _share_below(low, scores[is_novel])


def _share_below(ordered: Floats, values: Floats) -> Floats:
    """The share of ordered numbers below each value, those equal to it counting half."""
    both = [np.searchsorted(ordered, values, side) for side in ("left", "right")]
    return np.mean(both, axis=0) / len(ordered)


def _both(known: ArrayLike, novel: ArrayLike) -> tuple[Floats, np.ndarray]:
    one, other = numbers(known, "Scores of known rows", "rows"), numbers(novel, "Scores of novel rows", "rows")
    scores = np.concatenate([one, other])
    if not np.isfinite(scores).all():
        raise InputError("A detector's scores have to be finite numbers.")
    return scores, np.repeat([False, True], [len(one), len(other)])
