"""The bytes of a CSV file become columns of text, and what each of them holds."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ensemble.csv_numbers import as_numbers, is_number, mostly_numbers
from ensemble.csv_words import MOST_CHARACTERS, counted, distinct_names, listed, quoted, shortened, tidy
from ensemble.errors import InputError
from ensemble.limits import limits

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "category", "constant", "identifier", "empty"]

MOST_COLUMNS = 500
LONGEST_LINE = 1_000_000
MISSING = ("", "na", "n/a", "nan", "null", "?")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

_IDENTIFIER = re.compile(r"(?i:id|index|uuid)|.*[ _.-](?i:id|uuid)|.*[a-z]I[Dd]")
_SAMPLE_ROWS = 20
_CELLS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Column:
    """What stands in one column of a file.

    Attributes
    ----------
    name : str
        At most 60 characters.
    kind : {"number", "category", "constant", "identifier", "empty"}
        number: at least three quarters are numbers; identifier: named like one (id, user_id, userId), or all values differ
        and are not numbers with decimals; constant: one value; empty: none; category: any other text.
    missing : int
        Cells that are empty or hold NA, N/A, NaN, null or ?, in any case.
    distinct : int
        Different values among the others.
    example : str
        The first value, at most 60 characters; empty if there is none.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    example: str


@dataclass(frozen=True, eq=False)
class Sheet:
    """A CSV file, read but not yet understood as classes and features.

    Attributes
    ----------
    columns : tuple of Column
        In the order of the file.
    cells : DataFrame of shape (rows, columns), str
        The text of the cells without outer spaces, missing ones as NaN; the index holds row numbers as a spreadsheet shows
        them, the header being row 1.
    delimiter : str
        Comma, semicolon or tab. Between semicolons, numbers may have a decimal comma.
    remarks : tuple of str
        One sentence for a person on each thing that reading has changed.
    """

    columns: tuple[Column, ...]
    cells: pd.DataFrame
    delimiter: str
    remarks: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def usable(self, target: str) -> list[str]:
        """Names of the columns that say something of a row: numbers and categories, without the target."""
        return [column.name for column in self.columns if column.kind in ("number", "category") and column.name != target]


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file as text and say what its columns hold.

    Parameters
    ----------
    data : bytes
        At most 20 MB, 50,000 rows and 500 columns of UTF-8, with or without byte order mark; less if the host's limits say
        so. The first row holds the names; cells stand between commas, semicolons or tabs and may be quoted.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        If the file cannot be used; the sentence names the row or column and the mend.

    References
    ----------
    Shafranovich, Y. (2005). RFC 4180: Common format and MIME type for comma-separated values files.

    Examples
    --------
    >>> sheet = read_sheet(b"size;colour;kind\\n1,5;red;a\\n2,5;blue;a\\n1;red;b\\n2;?;b\\n")
    >>> [(column.name, column.kind, column.missing) for column in sheet.columns]
    [('size', 'number', 0), ('colour', 'category', 1), ('kind', 'category', 0)]
    >>> sheet.remarks
    ('Cells are read as standing between semicolons.', 'Decimal commas are read as decimal points.')
    """
    import pandas as pd  # here, because the first page should not wait for it

    _check_bytes(data)
    delimiter = _delimiter(data)
    rows = _rows(data, delimiter)
    first, header = _header(rows)
    numbers, texts = _columns(rows, len(header))
    names = distinct_names(header)
    columns = tuple(_column(name, one, delimiter) for name, one in zip(names, texts, strict=True))
    _check_header(header, columns, texts)
    cells = pd.DataFrame(dict(zip(names, texts, strict=True)), copy=False).set_axis(pd.Index(numbers, name="row"))
    blank = numbers[-1] - first - len(numbers)
    return Sheet(columns, cells, delimiter, tuple(_remarks_on_reading(delimiter, blank, header, names, columns, texts)))


def _check_bytes(data: bytes) -> None:
    most = limits().upload_megabytes * 1_000_000
    if len(data) > most:
        raise InputError(
            f"The file has {len(data):,} bytes, and {most:,} ({most // 1_000_000} MB) are the most: keep fewer rows or columns."
        )
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise InputError("The file is empty: give one with names in its first row and rows below.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("The file is encoded as UTF-16: save it as “CSV UTF-8”.")
    if b"\0" in data or data.startswith((b"PK\3\4", b"%PDF")):
        raise InputError("This is a binary file, perhaps a spreadsheet: save it as “CSV UTF-8” in the program that made it.")


def _lines(data: bytes) -> Iterator[str]:
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    stream, number = io.BytesIO(data.removeprefix(codecs.BOM_UTF8)), 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputError(f"Line {number} is longer than {LONGEST_LINE:,} bytes: break it into rows, or delete columns.")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(f"Line {number} is not encoded as UTF-8: save the file as “CSV UTF-8”.") from None


def _reader(data: bytes, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(data), delimiter=delimiter, skipinitialspace=True, strict=True)


def _delimiter(data: bytes) -> str:
    """The delimiter by which most of the first rows have as many cells as the header."""

    def fit(delimiter: str) -> tuple[bool, int, int]:
        widths = []
        with contextlib.suppress(csv.Error):
            for cells in itertools.islice(_reader(data, delimiter), _SAMPLE_ROWS):
                widths += [len(cells)] if _has_text(cells) else []
        return (widths[0] > 1, widths.count(widths[0]), widths[0]) if widths else (False, 0, 0)

    return max(DELIMITERS, key=fit)


def _rows(data: bytes, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers from 1."""
    reader, number = _reader(data, delimiter), 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise InputError(
                f"Row {number} cannot be read: close its quotes, and keep cells under {csv.field_size_limit():,} characters."
            ) from None
        if cells is None:
            return
        if number > limits().rows + 1:
            raise InputError(f"The file has more than {limits().rows:,} rows: keep a sample of them.")
        if _has_text(cells):
            yield number, cells


def _has_text(cells: Sequence[str]) -> bool:
    return len(cells) > 1 or bool(cells and cells[0].strip())


def _header(rows: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    number, cells = next(rows, (1, []))
    if len(cells) > MOST_COLUMNS:
        raise InputError(f"The file has {len(cells):,} columns, and {MOST_COLUMNS} are the most: delete some of them.")
    if len(cells) < 2:
        raise InputError("The first row holds one column only: separate the cells by commas, semicolons or tabs.")
    return number, [tidy(cell) for cell in cells]


def _columns(rows: Iterator[tuple[int, list[str]]], width: int) -> tuple[list[int], list[pd.Series]]:
    """The numbers of all rows, and each column's text with missing cells as NaN."""
    import pandas as pd  # here, because the first page should not wait for it

    numbers: list[int] = []
    block: list[list[str]] = []
    parts: list[list[pd.Series]] = [[] for _ in range(width)]

    def store() -> None:
        for part, texts in zip(parts, zip(*block, strict=True), strict=False):
            part.append(pd.Series(texts, dtype="str"))
        block.clear()

    for number, cells in rows:
        if len(cells) != width:
            raise InputError(
                f"Row {number} has {counted(len(cells), 'cell')} and the first row {width}: "
                "make them equal, and put quotes around a cell that holds a separator."
            )
        numbers.append(number)
        block.append(cells)
        if len(block) * width >= _CELLS_AT_ONCE:
            store()
    if not numbers:
        raise InputError("There is no row below the names in the first one: add rows.")
    store()
    columns = []
    for part in parts:
        texts = pd.concat(part, ignore_index=True).str.strip()
        part.clear()
        columns.append(texts.mask(texts.str.lower().isin(MISSING)))
    return numbers, columns


def _column(name: str, texts: pd.Series, delimiter: str) -> Column:
    values = texts.dropna()
    distinct = values.nunique()
    numbers = as_numbers(values, delimiter)
    numeric = mostly_numbers(numbers)
    decimals = numeric and bool(np.any(numbers[np.isfinite(numbers)] % 1 > 0))
    kind: Kind = "category"
    if distinct < 2:
        kind = "constant" if distinct else "empty"
    elif _IDENTIFIER.fullmatch(name) or (distinct == len(values) and not decimals):
        kind = "identifier"
    elif numeric:
        kind = "number"
    example = shortened(tidy(values.iloc[0])) if distinct else ""
    return Column(name, kind, len(texts) - len(values), distinct, example)


def _check_header(header: Sequence[str], columns: Sequence[Column], texts: Sequence[pd.Series]) -> None:
    numbers = [is_number(name) for name in header]
    above_numbers = any(
        name and not number and is_number(column.example) for name, number, column in zip(header, numbers, columns, strict=True)
    )
    again_below = all((text == name).any() for name, text in zip(header, texts, strict=True))
    if not above_numbers and (any(numbers) or again_below):
        cell = header[numbers.index(True)] if any(numbers) else header[0]
        raise InputError(f"The first row looks like data, {quoted(cell)}: put a row above it that names the columns in words.")
    for place, name in enumerate(header, 1):
        if not name:
            raise InputError(f"Column {place} has no name in the first row: give it one, or delete the column.")
        if (before := header.index(name) + 1) < place:
            raise InputError(f"Columns {before} and {place} are both named {quoted(name)}: give each its own name.")


def _remarks_on_reading(
    delimiter: str,
    blank: int,
    header: Sequence[str],
    names: Sequence[str],
    columns: Sequence[Column],
    texts: Sequence[pd.Series],
) -> Iterator[str]:
    if delimiter != ",":
        yield f"Cells are read as standing between {DELIMITERS[delimiter]}."
    if blank:
        yield f"{counted(blank, 'blank row is', 'blank rows are')} left out."
    if cut := [name for name, full in zip(names, header, strict=True) if name != full]:
        yield f"{counted(len(cut), 'name is', 'names are')} shortened to {MOST_CHARACTERS} characters: {listed(cut)}."
    numeric = [text for text, column in zip(texts, columns, strict=True) if column.kind == "number"]
    if delimiter == ";" and any(text.str.contains(",", regex=False, na=False).any() for text in numeric):
        yield "Decimal commas are read as decimal points."
