"""Turn the bytes of a CSV file into a header and rows of cells."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ensemble.datasets.csv_numbers import holds_several_numbers, is_number
from ensemble.datasets.csv_words import quoted, tidy
from ensemble.errors import InputError
from ensemble.limits import limits

MAX_COLUMNS = 500
MAX_LINE = 1_000_000
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
SAMPLE_CELLS = 100
SAMPLE_ROWS = 20


class _Above(NamedTuple):
    """The lines above the names: their number, the delimiter that they name, and a notice."""

    lines: int = 0
    delimiter: str = ""
    notices: tuple[str, ...] = ()


def lines_above(data: bytes) -> _Above:
    start = [line.strip() for line in itertools.islice(_lines(data), SAMPLE_ROWS)]
    if named := re.fullmatch(r'(?i)"?sep=(.?)"?[,;\t]*', start[0]) if start else None:
        delimiter = named[1] or "\t"
        if delimiter not in DELIMITERS:
            raise InputError(
                f"The first line says that {quoted(delimiter)} stands between cells: put commas, semicolons or tabs there, and "
                "delete that line."
            )
        return _Above(1, delimiter, (f"The line {quoted(start[0])} above the names is left out.",))
    count = next((index for index, line in enumerate(start) if line and not line.startswith("#")), 0)
    if not count or not any(start[:count]):
        return _Above()
    delimiter = find_delimiter(data, count)
    with contextlib.suppress(csv.Error, StopIteration):
        below, last = next(_reader(data, delimiter, count)), next(_reader(data, delimiter, count - 1))
        if len(below) == len(last) and start[count - 1].startswith("#") and any(is_number(cell.strip()) for cell in below):
            count -= 1  # names in a row that begins with #, as NumPy writes them
    lines = sum(bool(line) for line in start[:count])
    which, are = ("line that begins", "is") if lines == 1 else ("lines that begin", "are")
    return _Above(count, "", (f"{lines} {which} with “#” above the names {are} left out.",) if lines else ())


def check_length(data: bytes) -> None:
    """Raise ``InputError`` if a file is larger than the host allows."""
    most = limits().upload_megabytes * 1_000_000
    if len(data) > most:
        raise InputError(
            f"The file has {len(data):,} bytes, and {most:,} ({most // 1_000_000} MB) are the most: keep fewer rows or columns."
        )


def check_bytes(data: bytes) -> None:
    check_length(data)
    if not _without_marks(data).strip():
        raise InputError("The file is empty: give one with names in its first row and rows below.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("The file is encoded as UTF-16: save it as “CSV UTF-8”.")
    if b"\0" in data or data.startswith((b"PK\3\4", b"%PDF")):
        raise InputError("This is a binary file, perhaps a spreadsheet: save it as “CSV UTF-8” in the program that made it.")


def _without_marks(data: bytes) -> bytes:
    while data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
    return data


def _lines(data: bytes) -> Iterator[str]:
    data = _without_marks(data)
    if b"\n" not in data.rstrip(b"\r\n"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    stream, number = io.BytesIO(data), 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise InputError(f"Line {number} is longer than {MAX_LINE:,} bytes: break it into rows, or delete columns.")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(f"Line {number} is not encoded as UTF-8: save the file as “CSV UTF-8”.") from None


def _reader(data: bytes, delimiter: str, above: int) -> Iterator[list[str]]:
    lines = itertools.islice(_lines(data), above, None)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


def _sample(data: bytes, delimiter: str, above: int) -> list[tuple[int, list[str]]]:
    """The number of cells in each of the first rows, and its first cell."""
    rows = []
    with contextlib.suppress(csv.Error):
        for cells in itertools.islice(_reader(data, delimiter, above), SAMPLE_ROWS):
            rows += [(len(cells), cells[:SAMPLE_CELLS])] if _has_text(cells) else []
    return rows


def find_delimiter(data: bytes, above: int) -> str:
    """The delimiter with which most of the first rows have as many cells as the header, and cells hold no other delimiter."""

    def fit(delimiter: str) -> tuple[bool, int, int, int]:
        rows = _sample(data, delimiter, above)
        if not rows:
            return False, 0, 0, 0
        width = rows[0][0]
        numbers = r"[+-]?(?:[0-9]+(?:,[0-9]+)?|,[0-9]+)" if delimiter != "," else r"(?!)"
        others = [sign for sign in DELIMITERS if sign != delimiter]
        unlikely = sum(
            any(sign in cell for sign in others) and not re.fullmatch(numbers, cell.strip())
            for _, cells in rows
            for cell in cells
        )
        return width > 1, sum(cells == width for cells, _ in rows), -unlikely, width

    return max(DELIMITERS, key=fit)


def read_rows(data: bytes, delimiter: str, above: int, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers from 1; at most ``most`` below the names, or what the host allows."""
    reader, number = _reader(data, delimiter, above), above
    most = limits().rows if most is None else most
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(f"Row {number} cannot be read: {_fix(str(error), data)}.") from None
        if cells is None:
            return
        if number > most + above + 1:
            raise InputError(f"The file has more than {most:,} rows: keep a sample of them.")
        if _has_text(cells):
            yield number, cells


def _fix(error: str, data: bytes) -> str:
    """A sentence on how to fix an error of the csv module."""
    if "new-line" in error:
        return "it holds a carriage return (CR) where other rows end otherwise; save the file with line ends of one kind"
    if b'\\"' in data:
        return "write a quote inside a quoted cell twice, not after a backslash"
    most = f"keep cells under {csv.field_size_limit():,} characters"
    if "limit" in error:
        return f"close its quotes, and {most}" if b'"' in data else most
    if "expected after" in error:
        return "a cell goes on after its closing quote; close it at the end of the cell, and write a quote inside it twice"
    return f"close its quotes, and {most}"


def _has_text(cells: Sequence[str]) -> bool:
    return len(cells) > 1 or bool(cells and cells[0].strip())


def read_header(rows: Iterator[tuple[int, list[str]]], data: bytes, above: int) -> tuple[int, list[str]]:
    first_line = next((line for line in itertools.islice(_lines(data), above, None) if line.strip()), "")
    try:
        number, cells = next(rows, (above + 1, []))
    except InputError:
        if any(delimiter in first_line for delimiter in DELIMITERS):
            raise
        number, cells = above + 1, [first_line]
    if len(cells) > MAX_COLUMNS:
        raise InputError(f"The file has {len(cells):,} columns, and {MAX_COLUMNS} are the most: delete some of them.")
    if len(cells) < 2:
        for delimiter in DELIMITERS:
            widths = {width for width, _ in _sample(data, delimiter, above)[1:]}
            if len(widths) == 1 and (width := widths.pop()) > 1:
                raise InputError(f"Row {number} holds one cell and the rows below {width}: delete what stands above the names.")
        blanks = ", not by blanks" if len(first_line.split()) > 1 else ""
        raise InputError(f"The first row holds one column only: separate the cells by commas, semicolons or tabs{blanks}.")
    for cell in cells:
        if holds_several_numbers(tidy(cell)):
            raise InputError(
                f"Row {number} holds several numbers in one cell, {quoted(cell)}: separate the cells by commas, semicolons or "
                "tabs, not by blanks."
            )
    return number, cells
