"""The columns of a file of forecasts, CSV or Parquet, as numbers and as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.csv_numbers import Doubt, NumberFormat, as_numbers, doubt_in_words
from ensemble.datasets.csv_sheet import Sheet, read_sheet
from ensemble.datasets.csv_words import quoted
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

if TYPE_CHECKING:
    import pandas as pd

MAX_LINES = 600_000
MAX_MAGNITUDE = 1e15
# What pandas calls an index when it reads one back that it wrote without a name.
INDEX = "Unnamed: 0"


class Columns(Protocol):
    """The columns of a file.

    Attributes
    ----------
    names : tuple of str
        In the order of the file.
    row_numbers : ndarray of shape (rows,), int
        As a person finds them: those of a spreadsheet, whose header is row 1.
    notices : tuple of str
        What reading has changed, one sentence each.
    """

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def row_numbers(self) -> NDArray[np.int64]: ...
    @property
    def notices(self) -> tuple[str, ...]: ...

    def is_number(self, name: str) -> bool:
        """Whether the column holds numbers."""

    def numbers(self, name: str) -> Floats:
        """The numbers of a column, -inf and inf included; InputError names the row of a cell that is none."""

    def texts(self, name: str) -> pd.Series:
        """The texts of a column, missing ones as NaN."""

    def words_for_missing(self, name: str) -> tuple[str, ...]:
        """The words of a column that are read as missing, such as NA."""


@dataclass(frozen=True, eq=False)
class CsvColumns:
    """The columns of a CSV file."""

    sheet: Sheet
    names: tuple[str, ...] = field(init=False)
    row_numbers: NDArray[np.int64] = field(init=False)
    notices: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", self.sheet.names)
        object.__setattr__(self, "row_numbers", self.sheet.cells.index.to_numpy(np.int64))
        object.__setattr__(self, "notices", self.sheet.notices)

    def is_number(self, name: str) -> bool:
        return isinstance(self._format(name), NumberFormat | Doubt)

    def numbers(self, name: str) -> Floats:
        cells, form = self.sheet.cells[name], self._format(name)
        if isinstance(form, Doubt):
            raise InputError(doubt_in_words(name, form, cells))
        if cells.isna().any():
            marks = self.sheet.columns[self.names.index(name)].marks
            raise empty_cell(int(cells.index[cells.isna()][0]), name, marks)
        found = as_numbers(cells, form or NumberFormat())
        if np.isnan(found).any():
            first = int(np.flatnonzero(np.isnan(found))[0])
            raise InputError(
                f"Row {self.row_numbers[first]} of column {quoted(name)} holds {quoted(cells.iloc[first])}: write a number."
            )
        infinite = np.flatnonzero(np.isinf(found))
        check_size(name, found, self.row_numbers)
        for k in infinite:
            if "inf" not in cells.iloc[k].lower():
                raise too_large(int(self.row_numbers[k]), name, cells.iloc[k])
        return found

    def texts(self, name: str) -> pd.Series:
        return self.sheet.cells[name]

    def words_for_missing(self, name: str) -> tuple[str, ...]:
        return tuple(mark for mark in self.sheet.columns[self.names.index(name)].marks if mark.strip("?"))

    def _format(self, name: str) -> NumberFormat | Doubt | None:
        return self.sheet.columns[self.names.index(name)].format


@dataclass(frozen=True, eq=False)
class TypedColumns:
    """Columns that a file holds as numbers or as texts."""

    names: tuple[str, ...]
    row_numbers: NDArray[np.int64]
    notices: tuple[str, ...]
    columns: Mapping[str, pd.Series]

    def is_number(self, name: str) -> bool:
        return str(self.columns[name].dtype.kind) in "iufb"

    def numbers(self, name: str) -> Floats:
        if not self.is_number(name):
            raise InputError(f"Column {quoted(name)} holds texts, and not numbers: write numbers, or choose another column.")
        found: Floats = self.columns[name].to_numpy(np.float64)
        if np.isnan(found).any():
            raise empty_cell(int(self.row_numbers[np.isnan(found)][0]), name)
        check_size(name, found, self.row_numbers)
        return found

    def texts(self, name: str) -> pd.Series:
        column = self.columns[name]
        if not self.is_number(name):
            return column
        return column.astype("str").where(column.notna())

    def words_for_missing(self, name: str) -> tuple[str, ...]:
        return ()


def read_csv(content: bytes) -> CsvColumns:
    """Read a CSV file whose first row holds the names; an index without a name, as pandas writes it, gets one."""
    start = content[3:] if content.startswith(b"\xef\xbb\xbf") else content
    if start[:1] in (b",", b";", b"\t"):
        content = INDEX.encode() + start
    return CsvColumns(read_sheet(content, "names", MAX_LINES))


def empty_cell(row: int, name: str, marks: Sequence[str] = ("",)) -> InputError:
    """The error at a cell without a value; ``marks`` are the texts that are read as missing in its column."""
    words = " or ".join(quoted(mark) for mark in marks if mark)
    what = f"holds {words}, which is read as missing" if words else ""
    if "" in marks or not words:
        what = f"is empty or {what}" if words else "is empty"
    return InputError(f"Row {row} of column {quoted(name)} {what}: fill it in, or delete the row.")


def too_large(row: int, name: str, text: str) -> InputError:
    return InputError(
        f"Row {row} of column {quoted(name)} holds {quoted(text)}: write a number from {-MAX_MAGNITUDE:g} to {MAX_MAGNITUDE:g}."
    )


def check_size(name: str, found: Floats, rows: NDArray[np.int64]) -> None:
    """Raise ``InputError`` at the first finite number of a column that is too large to compute with."""
    large = np.flatnonzero((np.abs(found) > MAX_MAGNITUDE) & np.isfinite(found))
    if len(large):
        raise too_large(int(rows[large[0]]), name, f"{found[large[0]]:g}")
