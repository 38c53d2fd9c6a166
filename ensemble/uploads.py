"""The CSV door: a person's own file becomes a table of finite numbers, or one sentence says what to mend.

Two steps, so that a page can show the columns before a target is chosen: ``read_sheet``, then ``to_table``.
Nothing in a file is ever executed; names and values that look like formulas or HTML stay text.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets import Table
from ensemble.errors import InputError
from ensemble.limits import limits

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "category", "constant", "identifier", "empty"]
Missing = Literal["drop", "impute"]

UPLOADED = "upload"
MOST_COLUMNS = 500
MOST_FEATURES = 200
MOST_CELLS = 10_050_000
MOST_CELLS_OF_A_WIDE_FILE = 4_000_000
MOST_CLASSES = 30
MOST_CHARACTERS = 60
LONGEST_LINE = 1_000_000
LARGEST_NUMBER = 1e15
MISSING = ("", "na", "n/a", "nan", "null", "?")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MOSTLY = 0.75

# In letters that re and Arrow read alike. No part can match what the part before it has left: a long cell is read once.
_NUMBER = r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?"
_IDENTIFIER = re.compile(r"(?i:id|index|uuid)|.*[ _.-](?i:id|uuid)|.*[a-z]I[Dd]")
_SAMPLE_ROWS = 20
_CELLS_AT_ONCE = 500_000

_TEMPLATE = """\
sepal_length,sepal_width,petal_length,petal_width,petal_size,species
5.1,3.5,1.4,0.2,small,setosa
4.9,3.0,1.4,0.2,small,setosa
4.7,3.2,1.3,0.2,small,setosa
4.6,3.1,1.5,0.2,small,setosa
7.0,3.2,4.7,1.4,medium,versicolor
6.4,3.2,4.5,1.5,medium,versicolor
6.9,3.1,4.9,1.5,medium,versicolor
5.5,2.3,4.0,1.3,medium,versicolor
6.3,3.3,6.0,2.5,large,virginica
5.8,2.7,5.1,1.9,medium,virginica
7.1,3.0,5.9,2.1,large,virginica
6.3,2.9,5.6,1.8,large,virginica
"""


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


def template() -> bytes:
    """A small CSV file to fill in: 12 flowers of iris, four numbers, a category and the class.

    Examples
    --------
    >>> template().splitlines()[1]
    b'5.1,3.5,1.4,0.2,small,setosa'
    """
    return _TEMPLATE.encode()


def read_sheet(data: bytes) -> Sheet:
    """Read a CSV file as text and say what its columns hold.

    Parameters
    ----------
    data : bytes
        At most 20 MB, 50,000 rows and 500 columns of UTF-8, with or without byte order mark; less if the host's limits say
        so. Of more than 201 columns at most 4 million cells. The first row holds the names; cells stand between commas,
        semicolons or tabs and may be quoted.

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
    names = _unique(header)
    columns = tuple(_column(name, one, delimiter) for name, one in zip(names, texts, strict=True))
    _check_header(header, columns, texts)
    cells = pd.DataFrame(dict(zip(names, texts, strict=True)), copy=False).set_axis(pd.Index(numbers, name="row"))
    blank = numbers[-1] - first - len(numbers)
    return Sheet(columns, cells, delimiter, tuple(_remarks_on_reading(delimiter, blank, header, names, columns, texts)))


def to_table(
    sheet: Sheet, target: str, features: Sequence[str] | None = None, missing: Missing = "drop"
) -> tuple[Table, list[str]]:
    """Turn a sheet into classes and finite numbers.

    Numbers stay as they are; a category becomes one feature for each of its values, named ``column=value``, which is 1 where
    the row has that value and 0 elsewhere. Columns with one value or none are left out.

    Parameters
    ----------
    sheet : Sheet
        From ``read_sheet``.
    target : str
        Name of the column that holds the classes: 2 to 30 of them, of at least two rows each. Rows without one are dropped.
    features : sequence of str, optional
        Names of the columns to learn from; without them all others but identifiers. At most 200 features come of them.
    missing : {"drop", "impute"}, default "drop"
        drop: a row with a missing value is left out. impute: a missing number becomes the median of its column, a missing
        category the most frequent one; both come from all rows, so that the test rows have a small say in them.

    Returns
    -------
    table : Table
        Classes in numerical order if all are numbers, else in alphabetical order.
    remarks : list of str
        One sentence for a person on each thing that was done to the data.

    Raises
    ------
    InputError
        If the columns cannot be used; the sentence names the row or column and the mend.

    Examples
    --------
    >>> sheet = read_sheet(b"size,colour,kind\\n1.5,red,a\\n2.5,blue,a\\n1,red,b\\n?,red,b\\n")
    >>> table, remarks = to_table(sheet, "kind", missing="impute")
    >>> table.feature_names, table.class_names
    (('size', 'colour=blue', 'colour=red'), ('a', 'b'))
    >>> table.x
    array([[1.5, 0. , 1. ],
           [2.5, 1. , 0. ],
           [1. , 0. , 1. ],
           [1.5, 0. , 1. ]])
    >>> remarks
    ['1 missing value of “size” is replaced by the median, 1.5.',
     'Column “colour” becomes 2 features, one for each of its values.']
    """
    _check_choice(sheet, target, features, missing)
    remarks: list[str] = []
    others = [name for name in sheet.names if name != target]
    names = others if features is None else list(dict.fromkeys(features))
    cells = _labelled(sheet.cells[[target, *names]], target, remarks)
    if features is None:
        names = _without_identifiers(sheet, names, remarks)
    names = _without_constants(cells, names, remarks)
    if missing == "drop":
        cells = _complete(cells, names, remarks)
        names = _without_constants(cells, names, remarks)
    if not names:
        raise InputError("No column is left to learn from: choose a column that holds at least two different values.")
    class_names, y = _classes(cells[target], target)
    x, feature_names = _features(sheet, cells, names, remarks)
    about = f"{len(y)} rows of an uploaded file: {_count(len(feature_names), 'feature')} from {_count(len(names), 'column')}."
    return Table(UPLOADED, x, y, feature_names, class_names, "row", about), remarks


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
    return number, [_tidy(cell) for cell in cells]


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
                f"Row {number} has {_count(len(cells), 'cell')} and the first row {width}: "
                "make them equal, and put quotes around a cell that holds a separator."
            )
        numbers.append(number)
        if len(numbers) * width > (MOST_CELLS if width <= MOST_FEATURES + 1 else MOST_CELLS_OF_A_WIDE_FILE):
            raise InputError(
                f"{width} columns and more than {len(numbers) - 1:,} rows are too much: keep fewer rows, or at most "
                f"{MOST_FEATURES} columns and the class."
            )
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
    numbers = _as_numbers(values, delimiter)
    numeric = _mostly_numbers(numbers)
    decimals = numeric and bool(np.any(numbers[np.isfinite(numbers)] % 1 > 0))
    kind: Kind = "category"
    if distinct < 2:
        kind = "constant" if distinct else "empty"
    elif _IDENTIFIER.fullmatch(name) or (distinct == len(values) and not decimals):
        kind = "identifier"
    elif numeric:
        kind = "number"
    example = _short(_tidy(values.iloc[0])) if distinct else ""
    return Column(name, kind, len(texts) - len(values), distinct, example)


def _check_header(header: Sequence[str], columns: Sequence[Column], texts: Sequence[pd.Series]) -> None:
    numbers = [_is_number(name) for name in header]
    above_numbers = any(
        name and not number and _is_number(column.example)
        for name, number, column in zip(header, numbers, columns, strict=True)
    )
    again_below = all((text == name).any() for name, text in zip(header, texts, strict=True))
    if not above_numbers and (any(numbers) or again_below):
        cell = header[numbers.index(True)] if any(numbers) else header[0]
        raise InputError(f"The first row looks like data, {_quoted(cell)}: put a row above it that names the columns in words.")
    for place, name in enumerate(header, 1):
        if not name:
            raise InputError(f"Column {place} has no name in the first row: give it one, or delete the column.")
        if (before := header.index(name) + 1) < place:
            raise InputError(f"Columns {before} and {place} are both named {_quoted(name)}: give each its own name.")


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
        yield f"{_count(blank, 'blank row is', 'blank rows are')} left out."
    if shortened := [name for name, full in zip(names, header, strict=True) if name != full]:
        yield f"{_count(len(shortened), 'name is', 'names are')} shortened to {MOST_CHARACTERS} characters: {_some(shortened)}."
    numeric = [text for text, column in zip(texts, columns, strict=True) if column.kind == "number"]
    if delimiter == ";" and any(text.str.contains(",", regex=False, na=False).any() for text in numeric):
        yield "Decimal commas are read as decimal points."


def _check_choice(sheet: Sheet, target: str, features: Sequence[str] | None, missing: Missing) -> None:
    known = f"the columns are {_some(sheet.names)}"
    for name in [target, *(features or ())]:
        if name not in sheet.names:
            raise InputError(f"There is no column {_quoted(str(name))}: {known}.")
    if target in (features or ()):
        raise InputError(f"Column {_quoted(target)} is the target: leave it out of the features, or it would predict itself.")
    if missing not in get_args(Missing):
        raise InputError(f"Missing values are treated by “drop” or “impute”, not by {_quoted(str(missing))}.")


def _labelled(cells: pd.DataFrame, target: str, remarks: list[str]) -> pd.DataFrame:
    unlabelled = cells[target].isna()
    if unlabelled.all():
        raise InputError(f"Column {_quoted(target)} is empty: choose another target.")
    if not unlabelled.any():
        return cells
    remarks.append(f"{_count(int(unlabelled.sum()), 'row is', 'rows are')} dropped: the class, {_quoted(target)}, is missing.")
    return cells[~unlabelled]


def _without_identifiers(sheet: Sheet, names: Sequence[str], remarks: list[str]) -> list[str]:
    identifiers = {column.name for column in sheet.columns if column.kind == "identifier"}
    remarks += [
        f"Column {_quoted(name)} is left out: it looks like an identifier; choose it as a feature to learn from it."
        for name in names
        if name in identifiers
    ]
    return [name for name in names if name not in identifiers]


def _without_constants(cells: pd.DataFrame, names: Sequence[str], remarks: list[str]) -> list[str]:
    distinct = {name: cells[name].nunique() for name in names}
    remarks += [
        f"Column {_quoted(name)} is left out: it " + ("holds one value only." if distinct[name] else "is empty.")
        for name in names
        if distinct[name] < 2
    ]
    return [name for name in names if distinct[name] >= 2]


def _complete(cells: pd.DataFrame, names: Sequence[str], remarks: list[str]) -> pd.DataFrame:
    absent = cells[[*names]].isna()
    dropped = absent.any(axis=1)
    if not dropped.any():
        return cells
    worst = str(absent.sum().idxmax())
    if dropped.all():
        raise InputError(
            f"Every row lacks a value, most often in {_quoted(worst)}: leave that column out, or have missing values imputed."
        )
    remarks.append(
        f"{_count(int(dropped.sum()), 'row is', 'rows are')} dropped: a value is missing, most often in {_quoted(worst)}."
    )
    return cells[~dropped]


def _classes(labels: pd.Series, target: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    values = [str(value) for value in labels.unique()]
    if len(values) > MOST_CLASSES:
        raise InputError(
            f"Column {_quoted(target)} has {len(values):,} different values, and {MOST_CLASSES} classes are the most: "
            "choose another target, or group its values."
        )
    if len(values) == 1:
        raise InputError(
            f"Column {_quoted(target)} holds a single class, {_quoted(values[0])}, in the rows that can be used: "
            "choose another target, or add rows of another class."
        )
    rows = {value: labels.index[labels == value] for value in values}
    for value, numbers in rows.items():
        if len(numbers) == 1:
            raise InputError(
                f"Class {_quoted(value)} has a single row that can be used, row {numbers[0]}: "
                "add another row of this class, or delete this one."
            )
    if all(_is_number(value) for value in values):
        values.sort(key=lambda value: (float(value.replace(",", ".")), value))
    else:
        values.sort()
    y = labels.map({value: k for k, value in enumerate(values)})
    return _unique([_tidy(value) for value in values]), np.asarray(y, dtype=np.int64)


def _features(
    sheet: Sheet, cells: pd.DataFrame, names: Sequence[str], remarks: list[str]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    numeric = {name: _mostly_numbers(_as_numbers(sheet.cells[name].dropna(), sheet.delimiter)) for name in names}
    widths = {name: 1 if numeric[name] else cells[name].nunique() for name in names}
    total, widest = sum(widths.values()), max(names, key=lambda name: widths[name])
    if total > MOST_FEATURES:
        share = f"leave out {_quoted(widest)}, of which {widths[widest]:,} come, or " if not numeric[widest] else ""
        raise InputError(
            f"{total:,} features come of these columns, and {MOST_FEATURES} are the most: {share}choose fewer columns."
        )
    x = np.empty((len(cells), total))
    feature_names: list[str] = []
    for name in names:
        place = len(feature_names)
        if numeric[name]:
            x[:, place] = _filled(name, _checked_numbers(name, cells[name], sheet.delimiter), remarks)
            feature_names.append(name)
        else:
            values = sorted(cells[name].dropna().unique())
            x[:, place : place + len(values)] = _one_hot(name, cells[name], values, remarks)
            feature_names += [f"{name}={_tidy(value)}" for value in values]
    return x, _unique(feature_names)


def _checked_numbers(name: str, texts: pd.Series, delimiter: str) -> NDArray[np.float64]:
    """The numbers of a column, NaN where a cell is missing."""
    numbers = _as_numbers(texts, delimiter)
    words = texts[np.isnan(numbers) & texts.notna().to_numpy()]
    if len(words):
        raise InputError(
            f"Row {words.index[0]} of column {_quoted(name)} holds {_quoted(words.iloc[0])} among numbers: "
            "write a number, leave the cell empty, or leave the column out."
        )
    large = texts[np.abs(numbers) > LARGEST_NUMBER]
    if len(large):
        raise InputError(
            f"Row {large.index[0]} of column {_quoted(name)} holds {_quoted(large.iloc[0])}: "
            f"write a finite number from {-LARGEST_NUMBER:,.0f} to {LARGEST_NUMBER:,.0f}, or leave the cell empty."
        )
    comma, point = (texts[texts.str.contains(sign, regex=False, na=False)] for sign in ",.")
    if len(comma) and len(point):
        raise InputError(
            f"Column {_quoted(name)} has a comma in row {comma.index[0]}, {_quoted(comma.iloc[0])}, and a point in "
            f"row {point.index[0]}, {_quoted(point.iloc[0])}: write all decimals in one way, and thousands without separator."
        )
    return numbers


def _filled(name: str, numbers: NDArray[np.float64], remarks: list[str]) -> NDArray[np.float64]:
    absent = np.isnan(numbers)
    if absent.any():
        median = float(np.median(numbers[~absent]))
        remarks.append(_imputed(int(absent.sum()), name, f"the median, {median:g}"))
        numbers = np.where(absent, median, numbers)
    return numbers


def _one_hot(name: str, texts: pd.Series, values: Sequence[str], remarks: list[str]) -> NDArray[np.bool_]:
    codes = texts.map({value: k for k, value in enumerate(values)}).fillna(-1).to_numpy(np.int64)
    if absent := int((codes < 0).sum()):
        most = int(np.bincount(codes[codes >= 0]).argmax())
        remarks.append(_imputed(absent, name, f"the most frequent one, {_quoted(values[most])}"))
        codes[codes < 0] = most
    remarks.append(f"Column {_quoted(name)} becomes {len(values)} features, one for each of its values.")
    return codes[:, None] == np.arange(len(values))


def _imputed(count: int, name: str, value: str) -> str:
    subject = _count(count, f"missing value of {_quoted(name)} is", f"missing values of {_quoted(name)} are")
    return f"{subject} replaced by {value}."


def _as_numbers(texts: pd.Series, delimiter: str) -> NDArray[np.float64]:
    """What the cells of a column are as numbers; NaN where one is missing or is no number."""
    found = texts.str.fullmatch(_NUMBER, na=False)
    if delimiter != ";":
        found &= ~texts.str.contains(",", regex=False, na=False)
    numbers = np.full(len(texts), np.nan)
    numbers[found.to_numpy(bool)] = texts[found].str.replace(",", ".", regex=False).to_numpy(object).astype(np.float64)
    return numbers


def _is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text) is not None


def _mostly_numbers(numbers: NDArray[np.float64]) -> bool:
    return bool(len(numbers)) and float(np.mean(~np.isnan(numbers))) >= MOSTLY


def _tidy(text: str) -> str:
    """The text on one line, without control characters and signs that turn the direction of writing."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _short(text: str, most: int = MOST_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, shortened to 60 characters and numbered where that makes two of them equal."""
    unique: dict[str, None] = {}
    for name in names:
        short, count = _short(name), 1
        while short in unique:
            count += 1
            short = f"{_short(name, MOST_CHARACTERS - 6)} ({count})"
        unique[short] = None
    return tuple(unique)


def _quoted(text: str) -> str:
    return f"“{_short(_tidy(text), 40)}”"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(_quoted(name) for name in names[:5]) + more


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
