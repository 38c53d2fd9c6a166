"""Turn the columns of a CSV file into classes and finite numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.csv_numbers import (
    MAX_CHARACTERS_OF_A_NUMBER,
    MOSTLY,
    Doubt,
    NumberFormat,
    as_numbers,
    doubt_in_words,
    is_number,
    looks_like_a_number,
)
from ensemble.datasets.csv_sheet import Column, FirstRow, Sheet, read_sheet
from ensemble.datasets.csv_words import counted, distinct_names, listed, look, quoted, tidy
from ensemble.datasets.splits import split
from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["drop", "impute"]

UPLOADED = "upload"
MAX_FEATURES = 200
MAX_CLASSES = 30
MAX_NUMBER = 1e15


def from_csv(
    data_bytes: bytes,
    target: str,
    features: Sequence[str] | None = None,
    test_size: float = 0.2,
    seed: int = 0,
    missing: Missing = "drop",
    first_row: FirstRow = "guess",
) -> tuple[Dataset, list[str]]:
    """Read a CSV file, shuffle, split and scale its rows.

    Parameters
    ----------
    data_bytes : bytes
        The file, at most 20 MB: UTF-8, with names in its first row, between commas, semicolons or tabs.
    target : str
        Name of the column that holds the classes.
    features : sequence of str, optional
        Names of the columns to learn from; without them all others but identifiers.
    test_size : float, default 0.2
        Share of the rows that is held back, 0.1 to 0.5.
    seed : int, default 0
        Decides the shuffle.
    missing : {"drop", "impute"}, default "drop"
        As ``to_table``.
    first_row : {"guess", "names", "data"}, default "guess"
        Whether the first row holds names, as ``csv_sheet.read_sheet``.

    Returns
    -------
    dataset : Dataset
    notices : list of str
        One sentence for a person on each thing that was done to the data.

    Raises
    ------
    InputError
        If the file cannot be used; the sentence names the row or column and the fix.

    Examples
    --------
    >>> from ensemble.datasets.csv_template import template
    >>> data, notices = from_csv(template(), target="species")
    >>> data.class_names, len(data.x_train), len(data.x_test)
    (('setosa', 'versicolor', 'virginica'), 9, 3)
    >>> notices
    ['Column “petal_size” becomes 3 features, one for each of its values.']
    """
    sheet = read_sheet(data_bytes, first_row)
    table, notices = to_table(sheet, target, features, missing)
    notices = [*sheet.notices, *notices]
    del sheet  # it may hold a hundred megabytes that the split can use
    return split(table, test_size, seed), notices


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
    notices : list of str
        One sentence for a person on each thing that was done to the data.

    Raises
    ------
    InputError
        If the columns cannot be used; the sentence names the row or column and the fix.

    Examples
    --------
    >>> from ensemble.datasets.csv_sheet import read_sheet
    >>> sheet = read_sheet(b"size,colour,kind\\n1.5,red,a\\n2.5,blue,a\\n1,red,b\\n?,red,b\\n")
    >>> table, notices = to_table(sheet, "kind", missing="impute")
    >>> table.feature_names, table.class_names
    (('size', 'colour=blue', 'colour=red'), ('a', 'b'))
    >>> table.x
    array([[1.5, 0. , 1. ],
           [2.5, 1. , 0. ],
           [1. , 0. , 1. ],
           [1.5, 0. , 1. ]])
    >>> notices
    ['1 missing value of “size” is replaced by the median, 1.5.',
     'Column “colour” becomes 2 features, one for each of its values.']
    """
    _check_choice(sheet, target, features, missing)
    notices: list[str] = []
    columns = {column.name: column for column in sheet.columns}
    others = [name for name in sheet.names if name != target]
    names = others if features is None else list(dict.fromkeys(features))
    cells = _labelled(sheet.cells[[target, *names]], columns[target], notices)
    if features is None:
        names = _without_identifiers(sheet, names, notices)
    names = _without_constants(cells, names, notices)
    if missing == "drop":
        cells = _complete(cells, [columns[name] for name in names], notices)
        names = _without_constants(cells, names, notices)
    if not names:
        raise InputError(f"No column is left to learn from: {_what_to_choose(sheet, target, features)}.")
    class_names, y = _classes(cells[target], target, notices)
    x, feature_names = _features(columns, cells, names, notices)
    about = f"{len(y)} rows of an uploaded file: {counted(len(feature_names), 'feature')} from {counted(len(names), 'column')}."
    return Table(UPLOADED, x, y, feature_names, class_names, "row", about), notices


def _check_choice(sheet: Sheet, target: str, features: Sequence[str] | None, missing: Missing) -> None:
    known = f"the columns are {listed(sheet.names)}"
    for name in [target, *(features or ())]:
        if name not in sheet.names:
            raise InputError(f"There is no column {quoted(str(name))}: {known}.")
    if target in (features or ()):
        raise InputError(f"Column {quoted(target)} is the target: leave it out of the features, or it would predict itself.")
    if missing not in get_args(Missing):
        raise InputError(f"Missing values are treated by “drop” or “impute”, not by {quoted(str(missing))}.")


def _labelled(cells: pd.DataFrame, target: Column, notices: list[str]) -> pd.DataFrame:
    name, unlabelled = target.name, cells[target.name].isna()
    if unlabelled.all():
        raise InputError(f"Column {quoted(name)} is empty: choose another target.")
    if (different := cells[name].nunique()) > MAX_CLASSES:
        raise InputError(
            f"Column {quoted(name)} has {different:,} different values, and {MAX_CLASSES} classes are the most: "
            "choose another target, or group its values."
        )
    if unlabelled.any():
        notices.append(
            f"{counted(int(unlabelled.sum()), 'row is', 'rows are')} dropped: the class, {quoted(name)}, is missing"
            f"{_read_as_missing([target], 'class')}."
        )
    return _one_text_a_number(cells[~unlabelled], name, notices)


def _read_as_missing(columns: Iterable[Column], what: str) -> str:
    """A notice on words that are read as missing but may be values: NA is a country, Null a name."""
    words = [mark for column in columns if column.format is None for mark in column.marks if mark.strip("?")]
    return f" ({listed(words[:1])} is read as missing: spell it out if it is a {what})" if words else ""


def _one_text_a_number(cells: pd.DataFrame, name: str, notices: list[str]) -> pd.DataFrame:
    """The cells of a column with a single text for each number, so that 1 and 1.0 are equal."""
    texts: dict[Decimal, list[str]] = {}
    for text in cells[name].dropna().unique():
        if len(text) < MAX_CHARACTERS_OF_A_NUMBER and re.fullmatch(
            r"[+-]?(0|[1-9][0-9]*)([.,][0-9]+)?([eE][+-]?[0-9]{1,2})?", text
        ):
            texts.setdefault(Decimal(text.replace(",", ".")), []).append(text)
    several = {text: min(same, key=len) for same in texts.values() if len(same) > 1 for text in same}
    if not several:
        return cells
    same = next(same for same in texts.values() if len(same) > 1)
    notices.append(
        f"Column {quoted(name)} holds one number in several ways, such as {listed(same)}; they are read as one value."
    )
    return cells.assign(**{name: cells[name].map(lambda text: several.get(text, text), na_action="ignore").astype("str")})


def _what_to_choose(sheet: Sheet, target: str, features: Sequence[str] | None) -> str:
    identifiers = [column.name for column in sheet.columns if column.kind == "identifier" and column.name != target]
    if features is None and identifiers:
        looks = "looks like an identifier; choose it" if len(identifiers) == 1 else "look like identifiers; choose one"
        return f"{listed(identifiers)} {looks} as a feature to learn from it"
    return "choose a column that holds at least two different values"


def _without_identifiers(sheet: Sheet, names: Sequence[str], notices: list[str]) -> list[str]:
    identifiers = {column.name for column in sheet.columns if column.kind == "identifier"}
    notices += [
        f"Column {quoted(name)} is left out: it looks like an identifier; choose it as a feature to learn from it."
        for name in names
        if name in identifiers
    ]
    return [name for name in names if name not in identifiers]


def _without_constants(cells: pd.DataFrame, names: Sequence[str], notices: list[str]) -> list[str]:
    distinct = {name: cells[name].nunique() for name in names}
    notices += [
        f"Column {quoted(name)} is left out: it " + ("holds one value only." if distinct[name] else "is empty.")
        for name in names
        if distinct[name] < 2
    ]
    return [name for name in names if distinct[name] >= 2]


def _complete(cells: pd.DataFrame, columns: Sequence[Column], notices: list[str]) -> pd.DataFrame:
    absent = cells[[column.name for column in columns]].isna()
    dropped = absent.any(axis=1)
    if not dropped.any():
        return cells
    worst = str(absent.sum().idxmax())
    if dropped.all():
        raise InputError(
            f"Every row lacks a value, most often in {quoted(worst)}: leave that column out, or have missing values imputed."
        )
    notices.append(
        f"{counted(int(dropped.sum()), 'row is', 'rows are')} dropped: a value is missing, most often in {quoted(worst)}"
        f"{_read_as_missing(columns, 'value')}."
    )
    return cells[~dropped]


def _classes(labels: pd.Series, target: str, notices: list[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    values = [str(value) for value in labels.unique()]
    if len(values) == 1:
        raise InputError(
            f"Column {quoted(target)} holds a single class, {quoted(values[0])}, in the rows that can be used: "
            "choose another target, or add rows of another class."
        )
    counts = labels.value_counts()
    single = [value for value in values if counts[value] == 1]
    if len(single) == 1:
        raise InputError(
            f"Class {quoted(single[0])} has a single row that can be used, row {labels.index[labels == single[0]][0]}: "
            "add another row of this class, or delete this one."
        )
    if single:
        raise InputError(
            f"Classes {listed(single)} have a single row each that can be used: add rows of them, delete these rows, or group "
            "classes."
        )
    looks: dict[str, str] = {}
    for value in values:
        if (other := looks.setdefault(look(value), value)) != value:
            notices.append(
                f"Classes {quoted(other)} and {quoted(value)} are kept apart: write them in one way if they are one class."
            )
    if all(is_number(value) for value in values):
        values.sort(key=lambda value: (float(value.replace(",", ".")), value))
    else:
        values.sort()
    y = labels.map({value: k for k, value in enumerate(values)})
    return distinct_names([tidy(value) for value in values]), np.asarray(y, dtype=np.int64)


def _features(
    columns: Mapping[str, Column], cells: pd.DataFrame, names: Sequence[str], notices: list[str]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    formats = {name: columns[name].format for name in names}
    for name in names:
        if isinstance(doubt := formats[name], Doubt):
            raise InputError(doubt_in_words(name, doubt, cells[name]))
        if doubt is None:
            cells = _one_text_a_number(cells, name, notices)
    widths = {name: cells[name].nunique() if formats[name] is None else 1 for name in names}
    total, widest = sum(widths.values()), max(names, key=lambda name: widths[name])
    if total > MAX_FEATURES:
        leave_out = f"leave out {quoted(widest)}, of which {widths[widest]:,} come, or " if formats[widest] is None else ""
        raise InputError(
            f"{total:,} features come of these columns, and {MAX_FEATURES} are the most: {leave_out}choose fewer columns."
        )
    x = np.empty((len(cells), total))
    feature_names: list[str] = []
    may_name_rows = []
    for name in names:
        index, form = len(feature_names), formats[name]
        if isinstance(form, NumberFormat):
            x[:, index] = _filled(name, _checked_numbers(name, cells[name], form), notices)
            feature_names.append(name)
            if columns[name].kind == "number" and not form.dressed and _may_name_rows(x[:, index]):
                may_name_rows.append(name)
        else:
            values = sorted(cells[name].dropna().unique())
            x[:, index : index + len(values)] = _one_hot(columns[name], cells[name], values, notices)
            feature_names += [f"{name}={tidy(value)}" for value in values]
    if may_name_rows:
        notices.append(f"Each row has its own whole number in {listed(may_name_rows)}: leave out what only names the rows.")
    return x, distinct_names(feature_names)


def _may_name_rows(numbers: NDArray[np.float64]) -> bool:
    """Whether all are different integers with the same number of digits, four or more, like ids of patients or orders."""
    low, high = float(numbers.min()), float(numbers.max())
    return (
        low >= 1000
        and int(np.log10(low)) == int(np.log10(high))
        and bool(np.all(numbers % 1 == 0))
        and len(np.unique(numbers)) == len(numbers)
    )


def _checked_numbers(name: str, texts: pd.Series, form: NumberFormat) -> NDArray[np.float64]:
    """The numbers of a column, NaN where a cell is missing."""
    numbers = as_numbers(texts, form)
    words = texts[np.isnan(numbers) & texts.notna().to_numpy()]
    if len(words):
        raise InputError(
            f"Row {words.index[0]} of column {quoted(name)} holds {quoted(words.iloc[0])} among numbers: "
            "write a number, leave the cell empty, or leave the column out."
        )
    large = texts[np.abs(numbers) > MAX_NUMBER]
    if len(large):
        raise InputError(
            f"Row {large.index[0]} of column {quoted(name)} holds {quoted(large.iloc[0])}: "
            f"write a finite number from {-MAX_NUMBER:,.0f} to {MAX_NUMBER:,.0f}, or leave the cell empty."
        )
    return numbers


def _filled(name: str, numbers: NDArray[np.float64], notices: list[str]) -> NDArray[np.float64]:
    from sklearn.impute import SimpleImputer  # here, because it takes a second that only an uploaded file should cost

    missing = int(np.isnan(numbers).sum())
    if not missing:
        return numbers
    imputer = SimpleImputer(strategy="median")
    filled = imputer.fit_transform(numbers[:, None])[:, 0]
    notices.append(_imputed(missing, name, f"the median, {imputer.statistics_[0]:g}"))
    return filled


def _one_hot(column: Column, texts: pd.Series, values: Sequence[str], notices: list[str]) -> NDArray[np.bool_]:
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    cells = texts.to_numpy(dtype=object, na_value=np.nan)[:, None]
    if missing := int(texts.isna().sum()):
        imputer = SimpleImputer(strategy="most_frequent")
        cells = imputer.fit_transform(cells)
        frequent = f"the most frequent one, {quoted(imputer.statistics_[0])}{_read_as_missing([column], 'value')}"
        notices.append(_imputed(missing, column.name, frequent))
    one_hot = OneHotEncoder(categories=[list(values)], sparse_output=False, dtype=np.bool_).fit_transform(cells)
    numbers = [k for k, value in enumerate(values) if looks_like_a_number(value)]
    words = next((value for value in values if not is_number(value)), "")
    why = ""
    if words and len(numbers) > 1 and one_hot[:, numbers].sum() >= (1 - MOSTLY) * len(one_hot):
        number = next(values[k] for k in numbers if values[k] != words)
        why = f", because it holds {quoted(words)} beside {quoted(number)}"
    notices.append(f"Column {quoted(column.name)} becomes {len(values)} features, one for each of its values{why}.")
    return one_hot


def _imputed(count: int, name: str, value: str) -> str:
    subject = counted(count, f"missing value of {quoted(name)} is", f"missing values of {quoted(name)} are")
    return f"{subject} replaced by {value}."
