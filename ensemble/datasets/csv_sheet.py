"""Turn the bytes of a CSV file into columns of text, and describe each column."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ensemble.datasets.csv_numbers import (
    MISSING_NUMBERS,
    PLACEHOLDERS,
    Doubt,
    NumberFormat,
    as_numbers,
    example,
    is_number,
    number_format,
    plain_numbers,
    sure_decimal,
)
from ensemble.datasets.csv_reader import (
    DELIMITERS,
    SAMPLE_ROWS,
    check_bytes,
    find_delimiter,
    lines_above,
    read_header,
    read_rows,
)
from ensemble.datasets.csv_words import MAX_CHARACTERS, counted, distinct_names, listed, quoted, shortened, tidy
from ensemble.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "category", "constant", "identifier", "empty"]
FirstRow = Literal["guess", "names", "data"]

MAX_COLUMNS_OF_A_LONG_FILE = 201
MAX_CELLS = 10_050_000
MAX_CELLS_OF_A_WIDE_FILE = 4_000_000
MOSTLY_DIFFERENT = 0.8
MISSING = ("", "na", "n/a", "nan", "null", "?")

_IDENTIFIER = re.compile(r"(?i:id|index|uuid)|.*[ _.-](?i:id|uuid)|.*[a-z]I[Dd]")
_CELLS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Column:
    """The content of one column of a file.

    Attributes
    ----------
    name : str
        At most 60 characters.
    kind : {"number", "category", "constant", "identifier", "empty"}
        number: at least three quarters are numbers; identifier: named like one (id, user_id, userId), or whole numbers that
        count the rows, or texts of which hardly any occurs twice; constant: one value; empty: none; category: any other text.
    missing : int
        Cells that are empty or hold NA, N/A, NaN, null or ?, in any case; in a column of numbers also what statistics
        programs and spreadsheets write for no number.
    distinct : int
        Different values among the others.
    example : str
        The first value, at most 60 characters; empty if there is none.
    format : NumberFormat or Doubt, optional
        How the numbers are written, or why that cannot be told; None if the column holds words.
    marks : tuple of str
        The texts that are read as missing.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    example: str
    format: NumberFormat | Doubt | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Sheet:
    """A CSV file, read but not yet understood as classes and features.

    Attributes
    ----------
    columns : tuple of Column
        In the order of the file.
    cells : DataFrame of shape (rows, columns), str
        The text of the cells without outer spaces and signs that cannot be seen, missing ones as NaN; the index holds row
        numbers as a spreadsheet shows them, the header being row 1.
    delimiter : str
        Comma, semicolon or tab. Between semicolons, numbers may have a decimal comma.
    notices : tuple of str
        One sentence for a person on each thing that reading has changed.
    """

    columns: tuple[Column, ...]
    cells: pd.DataFrame
    delimiter: str
    notices: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def usable(self, target: str) -> list[str]:
        """Names of the columns that can be features: numbers and categories, without the target."""
        return [column.name for column in self.columns if column.kind in ("number", "category") and column.name != target]


def read_sheet(data: bytes, first_row: FirstRow = "guess", most_rows: int | None = None) -> Sheet:
    """Read a CSV file as text and describe its columns.

    Parameters
    ----------
    data : bytes
        At most 20 MB, 50,000 rows and 500 columns of UTF-8, with or without byte order mark; less if the host's limits say
        so. Of more than 201 columns at most 4 million cells. The first row holds the names; cells stand between commas,
        semicolons or tabs and may be quoted. A line ``sep=;`` and lines that begin with # may stand above.
    first_row : {"guess", "names", "data"}, default "guess"
        Whether the first row holds the names. guess: a first row that may be data is refused. data: columns are numbered.
    most_rows : int, optional
        Rows that the file may have, where that is not what the host allows of a table to train on.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        If the file cannot be used; the sentence names the row or column and the fix.

    References
    ----------
    Shafranovich, Y. (2005). RFC 4180: Common format and MIME type for comma-separated values files.

    Examples
    --------
    >>> sheet = read_sheet(b"size;colour;kind\\n1,5;red;a\\n2,5;blue;a\\n1;red;b\\n2;?;b\\n")
    >>> [(column.name, column.kind, column.missing) for column in sheet.columns]
    [('size', 'number', 0), ('colour', 'category', 1), ('kind', 'category', 0)]
    >>> sheet.notices
    ('Cells are read as standing between semicolons.', 'Decimal commas are read as decimal points.')
    """
    import pandas as pd  # here, because the first page should not wait for it

    if first_row not in get_args(FirstRow):
        raise InputError(f"The first row holds “names” or “data”, or is a “guess”; not {quoted(str(first_row))}.")
    check_bytes(data)
    above = lines_above(data)
    delimiter = above.delimiter or find_delimiter(data, above.lines)
    rows = read_rows(data, delimiter, above.lines, most_rows)
    first, header = read_header(rows, data, above.lines)
    if first_row == "data":
        rows = itertools.chain([(first, header)], rows)
        header = [f"column {index}" for index in range(1, len(header) + 1)]
        first -= 1
    header = [tidy(cell) for cell in header]
    numbers, texts = _columns(rows, header, first)
    names = distinct_names(header)
    columns, alike = _described(names, texts, delimiter)
    if first_row != "data":
        _check_header(header, columns, texts, first_row)
    cells = pd.DataFrame(dict(zip(names, texts, strict=True)), copy=False).set_axis(pd.Index(numbers, name="row"))
    blank = numbers[-1] - first - len(numbers)
    notices = (*above.notices, *_notices_on_reading(delimiter, blank, header, names), *_notices_on_cells(columns, cells, alike))
    return Sheet(columns, cells, delimiter, notices)


def _columns(rows: Iterator[tuple[int, list[str]]], header: Sequence[str], first: int) -> tuple[list[int], list[pd.Series]]:
    """The numbers of all rows, and each column's text without outer spaces."""
    import pandas as pd  # here, because the first page should not wait for it

    width = len(header)
    numbers: list[int] = []
    block: list[list[str]] = []
    parts: list[list[pd.Series]] = [[] for _ in range(width)]

    def store() -> None:
        for part, texts in zip(parts, zip(*block, strict=True), strict=False):
            part.append(pd.Series(texts, dtype="str"))
        block.clear()

    for number, cells in rows:
        if len(cells) != width:
            below = {len(cells), *(len(more) for _, more in itertools.islice(rows, SAMPLE_ROWS))}
            if not numbers and len(below) == 1:
                raise InputError(
                    f"Row {first} has {counted(width, 'cell')} and the rows below {len(cells)}: delete what stands above the "
                    "names, give each column its name, and put quotes around a cell that holds a separator."
                )
            raise InputError(
                f"Row {number} has {counted(len(cells), 'cell')} and the first row {width}: "
                "make them equal, and put quotes around a cell that holds a separator."
            )
        numbers.append(number)
        if len(numbers) * width > (MAX_CELLS if width <= MAX_COLUMNS_OF_A_LONG_FILE else MAX_CELLS_OF_A_WIDE_FILE):
            raise InputError(
                f"{width} columns and more than {len(numbers) - 1:,} rows are too much: keep fewer rows, or at most "
                f"{MAX_COLUMNS_OF_A_LONG_FILE - 1} columns and the class."
            )
        block.append(cells)
        if len(block) * width >= _CELLS_AT_ONCE:
            store()
    if not numbers:
        raise InputError("There is no row below the names in the first one: add rows.")
    store()
    columns = []
    for part in parts:
        columns.append(pd.concat(part, ignore_index=True).str.strip())
        part.clear()
    return numbers, columns


def _described(names: Sequence[str], texts: list[pd.Series], delimiter: str) -> tuple[tuple[Column, ...], list[str]]:
    """Describe the columns and their look-alike values; tidies the texts, and sets missing ones to NaN, in place."""
    alike: list[str] = []
    known: set[str] = set()
    plain: list[pd.Series] = []
    marks: list[tuple[str, ...]] = []
    for index in range(len(texts)):
        found = plain_numbers(texts[index], delimiter)
        if not found.all():
            before, texts[index] = texts[index], _tidied(texts[index], found, alike)
            found = found if texts[index] is before else plain_numbers(texts[index], delimiter)
            absent = texts[index].str.lower().isin(MISSING)
            marks.append(tuple(texts[index][absent].unique()) if absent.any() else ())
            texts[index] = texts[index].mask(absent)
        else:
            marks.append(())
        plain.append(found)
        known.add(sure_decimal(texts[index][found] if delimiter == ";" else _numbers_of_any_kind(texts[index], found)))
    known.discard("")
    columns = []
    for index, name in enumerate(names):
        columns.append(column := _column(name, texts[index], plain[index], delimiter, known, marks[index]))
        if column.kind == "number" and len(column.marks) > len(marks[index]):
            texts[index] = texts[index].mask(texts[index].isin(MISSING_NUMBERS))
    return tuple(columns), alike


def _numbers_of_any_kind(texts: pd.Series, plain: pd.Series) -> pd.Series:
    return texts[plain] if plain.any() else texts[plain_numbers(texts, ";")]


def _tidied(texts: pd.Series, plain: pd.Series, alike: list[str]) -> pd.Series:
    """The texts as they look."""
    rest = texts[~plain].unique()
    changed = {text: short for text in rest if (short := tidy(text)) != text}
    if not changed:
        return texts
    before = set(rest)
    looks = list(changed.values())
    alike += [text for text in dict.fromkeys(looks) if text and (text in before or looks.count(text) > 1)]
    return texts.map(lambda text: changed.get(text, text)).astype("str")


def _column(name: str, texts: pd.Series, plain: pd.Series, delimiter: str, known: set[str], marks: tuple[str, ...]) -> Column:
    values = texts.dropna()
    distinct = values.nunique()
    form: NumberFormat | Doubt | None = None
    if distinct:
        form, marks = _format(values, plain[values.index], delimiter, known, marks)
        if form is not None and len(marks):
            values = values[~values.isin(marks)]
            distinct = values.nunique()
    kind: Kind = "category"
    if distinct < 2:
        kind = "constant" if distinct else "empty"
    elif _IDENTIFIER.fullmatch(name):
        kind = "identifier"
    elif form is not None:
        kind = "identifier" if distinct == len(values) and _counts_the_rows(values, form) else "number"
    elif distinct > MOSTLY_DIFFERENT * len(values):
        kind = "identifier"
    text = shortened(tidy(values.iloc[0])) if distinct else ""
    return Column(name, kind, len(texts) - len(values), distinct, text, form, marks)


def _format(
    values: pd.Series, plain: pd.Series, delimiter: str, known: set[str], marks: tuple[str, ...]
) -> tuple[NumberFormat | Doubt | None, tuple[str, ...]]:
    """The number format of a column, and its texts that stand for missing values."""
    if plain.all():
        return number_format(values, plain, delimiter, known), marks
    others = values[~plain].unique()
    gaps = [text for text in others if text in MISSING_NUMBERS]
    unclear = [text for text in others if text.lower() in PLACEHOLDERS and text not in MISSING_NUMBERS]
    numbers = values[~values.isin([*gaps, *unclear])] if gaps or unclear else values
    if numbers.nunique() < 2:
        return number_format(values, plain, delimiter, known), marks
    form = number_format(numbers, plain[numbers.index], delimiter, known)
    if isinstance(form, NumberFormat) and unclear:
        form = Doubt((unclear[0],), "holds {} among numbers: write 0 if it means none, leave the cell empty")
    return form, (*marks, *gaps) if form is not None else marks


def _counts_the_rows(values: pd.Series, form: NumberFormat | Doubt) -> bool:
    """Whether the numbers are n consecutive integers in any order."""
    if isinstance(form, Doubt):
        return False
    numbers = as_numbers(values, form)
    return bool(np.isfinite(numbers).all() and np.all(numbers % 1 == 0)) and np.ptp(numbers) == len(numbers) - 1


def _check_header(header: Sequence[str], columns: Sequence[Column], texts: Sequence[pd.Series], first_row: FirstRow) -> None:
    numbers = [is_number(name) for name in header]
    absent = [name.lower() in MISSING or name in MISSING_NUMBERS or name.lower() in PLACEHOLDERS for name in header]
    words = [index for index in range(len(header)) if not numbers[index] and not absent[index]]
    above_numbers = any(isinstance(columns[index].format, NumberFormat | Doubt) for index in words)
    again_below = [index for index in words if (texts[index] == header[index]).any()]
    looks_like_data = not above_numbers and (any(numbers) or (len(words) > 0 and len(again_below) == len(words)))
    if first_row == "guess" and (looks_like_data or (any(numbers) and again_below) or 1 < len(again_below) >= len(words) / 2):
        cell = header[numbers.index(True)] if any(numbers) else header[again_below[0]]
        raise InputError(
            f"The first row looks like data, {quoted(cell)}: say under “First row” whether it holds names or data."
        )
    for index, name in enumerate(header, 1):
        if not name:
            raise InputError(f"Column {index} has no name in the first row: give it one, or delete the column.")
        if (before := header.index(name) + 1) < index:
            raise InputError(f"Columns {before} and {index} are both named {quoted(name)}: give each its own name.")


def _notices_on_reading(delimiter: str, blank: int, header: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    if delimiter != ",":
        yield f"Cells are read as standing between {DELIMITERS[delimiter]}."
    if blank:
        yield f"{counted(blank, 'blank row is', 'blank rows are')} left out."
    if cut := [name for name, full in zip(names, header, strict=True) if name != full]:
        yield f"{counted(len(cut), 'name is', 'names are')} shortened to {MAX_CHARACTERS} characters: {listed(cut)}."


def _notices_on_cells(columns: Sequence[Column], cells: pd.DataFrame, alike: Sequence[str]) -> Iterator[str]:
    numeric = [
        (column, form) for column in columns if column.kind == "number" and isinstance(form := column.format, NumberFormat)
    ]
    if any(form.decimal == "," for _, form in numeric):
        yield "Decimal commas are read as decimal points."
    shown = [
        f"{quoted(text)} of {quoted(column.name)} as {value:.15g}"
        for column, form in numeric
        if form.dressed
        for text, value in [example(cells[column.name].dropna(), form)]
        if not (form.decimal == "," and text.replace(",", ".") == f"{value:.15g}")
    ]
    if shown:
        more = f", and those of {counted(len(shown) - 3, 'more column')}" if len(shown) > 3 else ""
        yield f"Texts are read as numbers: {', '.join(shown[:3])}{more}."
    gaps = {text: column.name for column, _ in numeric for text in column.marks if text in MISSING_NUMBERS}
    if gaps:
        yield f"In columns of numbers {listed(list(gaps))} is read as missing."
    if alike:
        yield f"Values that look alike are read as one: {listed(alike)}."
