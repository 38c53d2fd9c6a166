"""The columns of a CSV file become classes and finite numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ensemble.csv_numbers import as_numbers, is_number, mostly_numbers
from ensemble.csv_sheet import Sheet
from ensemble.csv_words import counted, distinct_names, listed, quoted, tidy
from ensemble.datasets import Table
from ensemble.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["drop", "impute"]

UPLOADED = "upload"
MOST_FEATURES = 200
MOST_CLASSES = 30
LARGEST_NUMBER = 1e15


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
    about = f"{len(y)} rows of an uploaded file: {counted(len(feature_names), 'feature')} from {counted(len(names), 'column')}."
    return Table(UPLOADED, x, y, feature_names, class_names, "row", about), remarks


def _check_choice(sheet: Sheet, target: str, features: Sequence[str] | None, missing: Missing) -> None:
    known = f"the columns are {listed(sheet.names)}"
    for name in [target, *(features or ())]:
        if name not in sheet.names:
            raise InputError(f"There is no column {quoted(str(name))}: {known}.")
    if target in (features or ()):
        raise InputError(f"Column {quoted(target)} is the target: leave it out of the features, or it would predict itself.")
    if missing not in get_args(Missing):
        raise InputError(f"Missing values are treated by “drop” or “impute”, not by {quoted(str(missing))}.")


def _labelled(cells: pd.DataFrame, target: str, remarks: list[str]) -> pd.DataFrame:
    unlabelled = cells[target].isna()
    if unlabelled.all():
        raise InputError(f"Column {quoted(target)} is empty: choose another target.")
    if not unlabelled.any():
        return cells
    remarks.append(f"{counted(int(unlabelled.sum()), 'row is', 'rows are')} dropped: the class, {quoted(target)}, is missing.")
    return cells[~unlabelled]


def _without_identifiers(sheet: Sheet, names: Sequence[str], remarks: list[str]) -> list[str]:
    identifiers = {column.name for column in sheet.columns if column.kind == "identifier"}
    remarks += [
        f"Column {quoted(name)} is left out: it looks like an identifier; choose it as a feature to learn from it."
        for name in names
        if name in identifiers
    ]
    return [name for name in names if name not in identifiers]


def _without_constants(cells: pd.DataFrame, names: Sequence[str], remarks: list[str]) -> list[str]:
    distinct = {name: cells[name].nunique() for name in names}
    remarks += [
        f"Column {quoted(name)} is left out: it " + ("holds one value only." if distinct[name] else "is empty.")
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
            f"Every row lacks a value, most often in {quoted(worst)}: leave that column out, or have missing values imputed."
        )
    remarks.append(
        f"{counted(int(dropped.sum()), 'row is', 'rows are')} dropped: a value is missing, most often in {quoted(worst)}."
    )
    return cells[~dropped]


def _classes(labels: pd.Series, target: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    values = [str(value) for value in labels.unique()]
    if len(values) > MOST_CLASSES:
        raise InputError(
            f"Column {quoted(target)} has {len(values):,} different values, and {MOST_CLASSES} classes are the most: "
            "choose another target, or group its values."
        )
    if len(values) == 1:
        raise InputError(
            f"Column {quoted(target)} holds a single class, {quoted(values[0])}, in the rows that can be used: "
            "choose another target, or add rows of another class."
        )
    rows = {value: labels.index[labels == value] for value in values}
    for value, numbers in rows.items():
        if len(numbers) == 1:
            raise InputError(
                f"Class {quoted(value)} has a single row that can be used, row {numbers[0]}: "
                "add another row of this class, or delete this one."
            )
    if all(is_number(value) for value in values):
        values.sort(key=lambda value: (float(value.replace(",", ".")), value))
    else:
        values.sort()
    y = labels.map({value: k for k, value in enumerate(values)})
    return distinct_names([tidy(value) for value in values]), np.asarray(y, dtype=np.int64)


def _features(
    sheet: Sheet, cells: pd.DataFrame, names: Sequence[str], remarks: list[str]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    numeric = {name: mostly_numbers(as_numbers(sheet.cells[name].dropna(), sheet.delimiter)) for name in names}
    widths = {name: 1 if numeric[name] else cells[name].nunique() for name in names}
    total, widest = sum(widths.values()), max(names, key=lambda name: widths[name])
    if total > MOST_FEATURES:
        share = f"leave out {quoted(widest)}, of which {widths[widest]:,} come, or " if not numeric[widest] else ""
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
            feature_names += [f"{name}={tidy(value)}" for value in values]
    return x, distinct_names(feature_names)


def _checked_numbers(name: str, texts: pd.Series, delimiter: str) -> NDArray[np.float64]:
    """The numbers of a column, NaN where a cell is missing."""
    numbers = as_numbers(texts, delimiter)
    words = texts[np.isnan(numbers) & texts.notna().to_numpy()]
    if len(words):
        raise InputError(
            f"Row {words.index[0]} of column {quoted(name)} holds {quoted(words.iloc[0])} among numbers: "
            "write a number, leave the cell empty, or leave the column out."
        )
    large = texts[np.abs(numbers) > LARGEST_NUMBER]
    if len(large):
        raise InputError(
            f"Row {large.index[0]} of column {quoted(name)} holds {quoted(large.iloc[0])}: "
            f"write a finite number from {-LARGEST_NUMBER:,.0f} to {LARGEST_NUMBER:,.0f}, or leave the cell empty."
        )
    comma, point = (texts[texts.str.contains(sign, regex=False, na=False)] for sign in ",.")
    if len(comma) and len(point):
        raise InputError(
            f"Column {quoted(name)} has a comma in row {comma.index[0]}, {quoted(comma.iloc[0])}, and a point in "
            f"row {point.index[0]}, {quoted(point.iloc[0])}: write all decimals in one way, and thousands without separator."
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
        remarks.append(_imputed(absent, name, f"the most frequent one, {quoted(values[most])}"))
        codes[codes < 0] = most
    remarks.append(f"Column {quoted(name)} becomes {len(values)} features, one for each of its values.")
    return codes[:, None] == np.arange(len(values))


def _imputed(count: int, name: str, value: str) -> str:
    subject = counted(count, f"missing value of {quoted(name)} is", f"missing values of {quoted(name)} are")
    return f"{subject} replaced by {value}."
