"""The data that the pictures of the page share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ensemble.datasets.table import Table


@dataclass(frozen=True)
class Context:
    """The rows that are shown.

    Attributes
    ----------
    table : Table
        All rows of the chosen data.
    test_rows : sequence of int
        Indices of the test rows; none if there are too few rows to split.
    """

    table: Table
    test_rows: Sequence[int]
