"""Rows shuffled and held back: one split, or folds that hold back each row once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.table import Dataset, Table, divided
from ensemble.errors import InputError

TEST_SHARE = (0.1, 0.5)


def split(table: Table, test_size: float = 0.2, seed: int = 0) -> Dataset:
    """Shuffle rows, hold a share of them back, and scale every feature to 0..1 on the rest.

    Parameters
    ----------
    table : Table
        The rows.
    test_size : float, default 0.2
        Share held back, 0.1 to 0.5, rounded up to whole rows.
    seed : int, default 0
        Decides the shuffle.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If the share is out of range or a side of the split would be empty.
    """
    low, high = TEST_SHARE
    if not low <= test_size <= high:
        raise InputError(f"The test share has to be from {low} to {high}, not {test_size}.")
    n_test = rows_held_back(len(table.x), test_size)
    if not 0 < n_test < len(table.x):
        raise InputError(f"{len(table.x)} rows are too few to split into training and test rows.")
    order = _shuffled(table, seed)
    return divided(table, order[:-n_test], order[-n_test:])


def leave_out(table: Table, left_out: int) -> tuple[Table, NDArray[Any]]:
    """The table without one class, and the rows of that class.

    Parameters
    ----------
    table : Table
        The rows.
    left_out : int
        Number of the class, from 0.

    Returns
    -------
    rest : Table
        Of the other classes, which are numbered anew in their order.
    rows : ndarray of shape (n, features)
        Of that class, in the features' own units.

    Raises
    ------
    InputError
        If there is no such class, or fewer than two others.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> rest, rows = leave_out(load_table("iris"), 1)
    >>> rest.class_names, len(rest.x), len(rows)
    (('setosa', 'virginica'), 100, 50)
    """
    classes = len(table.class_names)
    if not 0 <= left_out < classes or classes < 3:
        raise InputError("A class can be left out of three or more, and it has to be one of them.")
    is_of_it = table.y == left_out
    y = table.y[~is_of_it]
    names = tuple(name for k, name in enumerate(table.class_names) if k != left_out)
    return replace(table, x=table.x[~is_of_it], y=y - (y > left_out), class_names=names), table.x[is_of_it]


def rows_held_back(rows: int, test_size: float) -> int:
    """The number of test rows: the share in decimal arithmetic, rounded up.

    >>> rows_held_back(25, 0.28), int(np.ceil(25 * 0.28))
    (7, 8)
    """
    return ceil(rows * Fraction(str(test_size)))


def folds(table: Table, count: int = 5, seed: int = 0) -> list[Dataset]:
    """Splits whose test sets partition the rows, so that each row is predicted by a network that has not seen it.

    The first fold is ``split(table, 1 / count, seed)``. All have the same number of test rows, so that one compiled program
    trains them all; where rows do not divide evenly, the last fold shares some of its test rows with the first.

    Parameters
    ----------
    table : Table
        The rows.
    count : int, default 5
        Number of folds, 2 to 10.
    seed : int, default 0
        Decides the shuffle.

    Returns
    -------
    list of Dataset

    Raises
    ------
    InputError
        If the number of folds is out of range or there are fewer rows than folds.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> parts = folds(load_table("wine"))
    >>> len(np.unique(np.concatenate([part.test_rows for part in parts])))
    178
    """
    n = len(table.x)
    if not 2 <= count <= 10 or n < count:
        raise InputError(f"Choose 2 to 10 folds, and no more than the {n} rows; not {count}.")
    order, n_test = _shuffled(table, seed), -(-n // count)
    shifted = [np.roll(order, fold * n_test) for fold in range(count)]
    return [divided(table, one[:-n_test], one[-n_test:]) for one in shifted]


def out_of_fold(
    parts: Sequence[Dataset], predictions: Sequence[ArrayLike]
) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Each row's prediction by the network that has not seen it.

    Parameters
    ----------
    parts : sequence of Dataset
        From ``folds``.
    predictions : sequence of array_like of shape (test rows, ...)
        One for each fold, for its test rows.

    Returns
    -------
    predicted : ndarray of shape (n, ...)
        In the order of the table. A row that is in two folds keeps the first prediction.
    y : ndarray of shape (n,), int
        True classes.
    fold : ndarray of shape (n,), int
        Number of the fold that a prediction comes from.
    """
    rows, first = np.unique(np.concatenate([part.test_rows for part in parts]), return_index=True)
    folds_of_rows = np.repeat(np.arange(len(parts)), [len(part.test_rows) for part in parts])
    truth = np.concatenate([part.y_test for part in parts])
    if not np.array_equal(rows, np.arange(len(rows))):
        raise InputError("These folds do not hold every row of one table.")
    return np.concatenate([np.asarray(one) for one in predictions])[first], truth[first], folds_of_rows[first]


def _shuffled(table: Table, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, 0]).permutation(len(table.x))
