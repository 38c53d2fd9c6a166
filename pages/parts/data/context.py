"""What the pictures of the page are given."""

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
        All rows that the controls ask for.
    test_rows : sequence of int
        Which of them training never sees; none if there are too few rows to split.
    """

    table: Table
    test_rows: Sequence[int]
