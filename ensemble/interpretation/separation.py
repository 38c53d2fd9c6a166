"""Separable classes, for which the likelihood of logistic regression has no maximum."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.interpretation.row_checks import labelled_rows
from ensemble.probability.vectors import Floats

Separation = Literal["complete", "quasi-complete", "none"]


MIN_LEAD = 1e-9


def separation(x: ArrayLike, y: ArrayLike) -> Separation:
    """Can coefficients tell the classes apart without error? Then the likelihood has no finite maximum.

    With coefficients (and intercept) ``b_k`` a row leads class k by ``(b_y - b_k) . (1, x)``. If some coefficients make all
    leads of all rows positive, multiplying them raises the likelihood towards 1 for ever: complete separation. If the best
    that can be had is that no lead is negative and some are positive, it still grows for ever: quasi-complete separation.
    Otherwise the rows overlap and the likelihood has a maximum. A direction in which no lead changes, as with collinear
    features, separates nothing.

    Parameters
    ----------
    x : array_like of shape (n, features)
        Finite numbers, in any units.
    y : array_like of shape (n,), int
        Class numbers; at least two classes.

    Returns
    -------
    {"complete", "quasi-complete", "none"}

    Raises
    ------
    InputError
        If shapes do not fit, a number is not finite, or there is one class only.

    Notes
    -----
    Two linear programs with coefficients in -1..1 and features on the scale 0..1. The first asks for the largest sum of leads
    of which none is negative; the second for a lead above 0 that all can have. Gaps below 1e-9 of a feature's range count
    as none.

    References
    ----------
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression models.
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression models.

    Examples
    --------
    >>> separation([[1], [2], [3], [4]], [0, 0, 1, 1])
    'complete'
    >>> separation([[1], [2], [2], [3]], [0, 0, 1, 1])
    'quasi-complete'
    >>> separation([[1], [2], [3], [4]], [0, 1, 0, 1])
    'none'
    """
    from scipy.optimize import linprog  # here, because the first page should not wait for it
    from scipy.sparse import csr_array

    rows, labels = labelled_rows(x, y)
    if len(np.unique(labels)) < 2:
        raise InputError("All rows are of one class; give rows of two classes or more.")
    leads = _leads(rows, labels)
    count, coefficients = leads.shape
    exact: Any = {"method": "highs-ds", "options": {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}}
    total = linprog(-leads.sum(axis=0), csr_array(-leads), np.zeros(count), bounds=(-1, 1), **exact)
    if -total.fun < MIN_LEAD:
        return "none"
    # Whether it can be above 0 is all that is asked; to look for the largest takes longer.
    bounds = [(-1, 1)] * coefficients + [(0, 1e-3)]
    all_above = csr_array(np.column_stack([-leads, np.ones(count)]))
    common = linprog(np.append(np.zeros(coefficients), -1), all_above, np.zeros(count), bounds=bounds, **exact)
    return "complete" if -common.fun > MIN_LEAD else "quasi-complete"


def why_no_maximum(found: Separation, classes: int) -> str:
    """The beginning of a sentence on classes that are completely or almost separated.

    Of more than two classes, two that touch at most are enough for quasi-complete separation; others may overlap.

    Examples
    --------
    >>> why_no_maximum("complete", 3)
    'These classes can be told apart without error'
    """
    if found == "complete":
        return "These classes can be told apart without error"
    if classes == 2:
        return "These classes touch, but do not overlap: a border leaves every row on its own side or exactly on it"
    return (
        "Some of these classes touch at most, and do not overlap: a border between them leaves every row of theirs on its own "
        "side or exactly on it"
    )


def _leads(x: Floats, labels: NDArray[np.int64]) -> Floats:
    """The matrix that maps coefficients to the lead of each row's class over each other class.

    Returns
    -------
    ndarray of shape (n * (classes - 1), (classes - 1) * (features + 1))
        The first class has coefficients 0.
    """
    span = np.ptp(x, axis=0)
    scaled = np.column_stack([np.ones(len(x)), (x - x.min(axis=0)) / np.where(span > 0, span, 1)])
    present, own = np.unique(labels, return_inverse=True)
    one_hot = np.eye(len(present))
    row, other = np.nonzero(one_hot[own] == 0)
    sign = (one_hot[own[row]] - one_hot[other])[:, 1:]
    return (sign[:, :, None] * scaled[row][:, None, :]).reshape(len(row), -1)
