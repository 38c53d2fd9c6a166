"""Uploaded rows in less memory, without changing a number or a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ensemble.datasets.csv_sheet import Sheet
from ensemble.datasets.table import Table

MAX_VALUES = 255


def compact_table(table: Table) -> Table:
    """The table with its numbers in the smallest of uint8, float32 and float64 that represents all of them exactly.

    Categories as 0 and 1 take an eighth of the memory. Decimals such as 5.1 are no float32, so they stay float64.

    Examples
    --------
    >>> ones = Table("ones", np.eye(2), np.array([0, 1]), ("a", "b"), ("no", "yes"))
    >>> compact_table(ones).x.dtype, compact_table(replace(ones, x=np.eye(2) / 10)).x.dtype
    (dtype('uint8'), dtype('float64'))
    """
    for kind in (np.uint8, np.float32):
        with np.errstate(all="ignore"):
            smaller: Any = table.x.astype(kind)
        if np.array_equal(smaller, table.x):
            return replace(table, x=smaller)
    return table


def compact_sheet(sheet: Sheet) -> Sheet:
    """The sheet with columns of at most 255 different texts stored as categories, with one byte a cell.

    ``whole_sheet`` is its inverse; names and kinds of the columns and the first rows are the same in both.
    """
    few = [column.name for column in sheet.columns if column.distinct <= MAX_VALUES]
    return replace(sheet, cells=sheet.cells.astype(dict.fromkeys(few, "category")))


def whole_sheet(sheet: Sheet) -> Sheet:
    """The sheet with all cells as text again, for ``ensemble.datasets.csv_table.to_table``."""
    return replace(sheet, cells=sheet.cells.astype("str"))


def bytes_of(rows: Table | Sheet) -> int:
    """The memory that a table's numbers or a sheet's cells take."""
    if isinstance(rows, Table):
        return rows.x.nbytes + rows.y.nbytes
    return int(rows.cells.memory_usage(deep=True).sum())
