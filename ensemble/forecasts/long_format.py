"""Files with one line for each model, row and class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.csv_words import quoted
from ensemble.errors import InputError
from ensemble.forecasts.columns import Columns, empty_cell
from ensemble.forecasts.labels import find_label, in_order, label
from ensemble.forecasts.layout import MAX_CLASSES, ONE_MODEL, LongColumns
from ensemble.limits import limits
from ensemble.probability.vectors import Floats

if TYPE_CHECKING:
    import pandas as pd


class LongTable(NamedTuple):
    """What the lines hold, put into rows.

    Attributes
    ----------
    truth : Series of shape (n,), str
        True class of each row, with the number of the row's first line as index.
    numbers : ndarray of shape (models, n, classes)
    models, classes : list of str
    row_labels : list of str
        As the file names the rows.
    """

    truth: pd.Series
    numbers: Floats
    models: list[str]
    classes: list[str]
    row_labels: list[str]


def put_into_rows(columns: Columns, names: LongColumns) -> LongTable:
    """Put the lines into rows.

    Raises
    ------
    InputError
        If a line is there twice or lacking, or a row has two true classes, or there is too much of anything.
    """
    import pandas as pd

    values = columns.numbers(names.value)
    lines = columns.row_numbers
    row, row_labels = _codes(columns, names.row)
    of_class, classes = _codes(columns, names.of_class, as_labels=True)
    model, models = _codes(columns, names.model) if names.model else (np.zeros(len(values), np.int64), [ONE_MODEL])
    refuse_too_many(len(models), len(row_labels), len(classes))
    shape = len(models), len(row_labels), len(classes)
    # In an integer of 64 bits: 32 models, 600,000 rows and 30 classes at most.
    place = (model * shape[1] + row) * shape[2] + of_class
    order = np.argsort(place, kind="stable")
    again = np.flatnonzero(np.diff(place[order]) == 0)
    if len(again):
        one, other = sorted(int(lines[order[again[0] + k]]) for k in (0, 1))
        at = order[again[0]]
        of = f", model {quoted(models[model[at]])}" if names.model else ""
        raise InputError(
            f"Rows {one} and {other} both hold class {quoted(classes[of_class[at]])} of row {quoted(row_labels[row[at]])}{of}: "
            "delete one of them."
        )
    if len(place) < np.prod(shape):
        lacking = int(np.flatnonzero(np.diff(place[order], prepend=-1, append=np.prod(shape)) > 1)[0])
        first = int(place[order][lacking - 1]) + 1 if lacking else 0
        k, (j, i) = first % shape[2], divmod(first // shape[2], shape[1])[::-1]
        of = f"Model {quoted(models[i])} has no" if names.model else "There is no"
        raise InputError(
            f"{of} line for class {quoted(classes[k])} of row {quoted(row_labels[j])}: give each model the same rows, and each "
            "row all classes."
        )
    truth = _truth(columns, names, row, len(row_labels))
    numbers = np.empty(shape)
    numbers.ravel()[place] = values
    first_line = np.full(len(row_labels), -1, np.int64)
    first_line[row[::-1]] = lines[::-1]
    ranks = in_order(classes)
    if all(find_label(one, classes) == one for one in classes) and ranks != classes and _are_numbers(classes):
        numbers = numbers[:, :, [classes.index(one) for one in ranks]]
        classes = ranks
    return LongTable(pd.Series(truth, index=first_line, dtype="str"), numbers, models, classes, row_labels)


def _are_numbers(classes: list[str]) -> bool:
    return all(one.lstrip("-").replace(".", "", 1).isdigit() for one in classes)


def _codes(columns: Columns, name: str, as_labels: bool = False) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each line's text, from 0, and the texts in the order in which they first occur."""
    import pandas as pd

    texts = columns.texts(name)
    if texts.isna().any():
        raise empty_cell(int(columns.row_numbers[texts.isna().to_numpy()][0]), name, ("", *columns.words_for_missing(name)))
    codes, found = pd.factorize(texts.to_numpy(object))
    if as_labels:
        again, unique = pd.factorize(np.array([label(str(text)) for text in found], dtype=object))
        return again[codes].astype(np.int64), [str(text) for text in unique]
    return codes.astype(np.int64), [str(text) for text in found]


def _truth(columns: Columns, names: LongColumns, row: NDArray[np.int64], rows: int) -> NDArray[np.object_]:
    texts = columns.texts(names.target)
    known = texts.notna().to_numpy()
    truth = np.empty(rows, dtype=object)
    truth[:] = np.nan
    cells = texts.to_numpy(object)
    truth[row[known][::-1]] = cells[known][::-1]
    different = known & (truth[row] != cells)
    if different.any():
        at = int(np.flatnonzero(different)[0])
        raise InputError(
            f"Row {columns.row_numbers[at]} of column {quoted(names.target)} holds {quoted(str(cells[at]))}, and another "
            f"line of the same row {quoted(str(truth[row[at]]))}: give each row one true class."
        )
    return truth


def refuse_too_many(models: int, rows: int, classes: int) -> None:
    if classes > MAX_CLASSES:
        raise InputError(f"The file has {classes:,} classes, and {MAX_CLASSES} are the most: group them.")
    if models > limits().members:
        raise InputError(f"The file has {models:,} models, and {limits().members} are the most: keep some of them.")
    if rows > limits().rows:
        raise InputError(f"The file has {rows:,} rows, and {limits().rows:,} are the most: keep a sample of them.")
