"""Distances between rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

BLOCK = 512


def distances_to_nearest(rows: NDArray[Any]) -> Floats:
    """The distance of each row to the nearest other one: the root mean square difference of their features.

    Parameters
    ----------
    rows : array of shape (n, features)
        At least two.

    Returns
    -------
    ndarray of shape (n,)
        At least 0, in the unit of the features; 0 where two rows are equal, to rounding.

    Raises
    ------
    InputError
        If there are fewer than two rows.

    Examples
    --------
    >>> distances_to_nearest(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 3.0]])).round(3)
    array([3.   , 0.707, 0.707])
    """
    x = np.asarray(rows, dtype=np.float64)
    if len(x) < 2:
        raise InputError("A distance to the nearest other row needs at least two rows.")
    lengths, nearest = (x**2).sum(axis=1), np.empty(len(x))
    for start in range(0, len(x), BLOCK):
        some = np.arange(start, min(start + BLOCK, len(x)))
        squares = lengths[some, None] + lengths - 2 * x[some] @ x.T
        squares[some - start, some] = np.inf
        nearest[some] = squares.min(axis=1)
    return np.sqrt(np.maximum(nearest, 0) / x.shape[1])
