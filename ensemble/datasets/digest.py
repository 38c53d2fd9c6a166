"""Digests of rows, so that tables and splits can be compared without keeping them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset, Table
from ensemble.once import once


def digest(table: Table) -> str:
    """SHA-256 of a table's name, its names of features and classes, its rows and its labels; computed once for each table.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> digest(load_table("wine")) == digest(load_table("wine")), digest(load_table("wine")) == digest(load_table("iris"))
    (True, False)
    """
    return once(_digest, table)


def digest_of_split(data: Dataset) -> str:
    """SHA-256 of a split's name, its names of features and classes, and its training and test rows; computed once for each.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> digests = [digest_of_split(load_dataset("wine", seed=seed)) for seed in (0, 0, 1)]
    >>> digests[0] == digests[1], digests[0] == digests[2]
    (True, False)
    """
    return once(_digest_of_split, data)


def _digest(table: Table) -> str:
    return _sha256((table.name, table.feature_names, table.class_names, table.x.shape), table.x, table.y)


def _digest_of_split(data: Dataset) -> str:
    names = (data.name, data.row_name, data.feature_names, data.class_names, len(data.y_train), len(data.y_test))
    return _sha256(names, data.x_train, data.y_train, data.x_test, data.y_test, data.low, data.high, data.test_rows)


def _sha256(names: tuple[Any, ...], *arrays: NDArray[Any]) -> str:
    found = hashlib.sha256(repr(names).encode())
    for array in arrays:
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
