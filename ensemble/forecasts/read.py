"""Turn a file of forecasts into true classes and log-probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.csv_words import counted, distinct_names, listed, quoted
from ensemble.errors import InputError
from ensemble.forecasts.columns import Columns, read_csv
from ensemble.forecasts.forecasts import Forecasts
from ensemble.forecasts.labels import find_label, named
from ensemble.forecasts.layout import ONE_MODEL, LongColumns, WideColumns, find_layout
from ensemble.forecasts.long_format import put_into_rows, refuse_too_many
from ensemble.forecasts.parquet import MAGIC, read_parquet
from ensemble.forecasts.plain_csv import read_plain_csv
from ensemble.forecasts.values import Block, Kind, check_kind, log_probabilities

if TYPE_CHECKING:
    import pandas as pd


def read_forecasts(
    content: bytes, target: str | None = None, columns: Sequence[str] | None = None, kind: Kind = "auto"
) -> tuple[Forecasts, list[str]]:
    """Read forecasts and true classes from a file.

    A file has one line a row, with the true class and a column for each class, named as the class: ``setosa``, or for several
    models ``model: setosa`` or ``model_setosa``. Or it has one line for each ``model``, ``row`` and ``class``, with its
    ``value`` and the ``true class`` of the row. The app's own predictions.csv is read as it is.

    Parameters
    ----------
    content : bytes
        A CSV file in UTF-8 with names in its first row, or a Parquet file: at most 20 MB, 50,000 rows, 32 models and 30
        classes, less if the host's limits say so.
    target : str, optional
        The column of true classes. Without it one named so (``y``, ``true class``, ``target``), or the only one of words.
    columns : sequence of str, optional
        The columns of the classes; without them those that are named as one.
    kind : {"auto", "probabilities", "logits"}, default "auto"
        auto: rows that add up to 1 within a thousandth are probabilities, and numbers of which some are below 0 are logits.

    Returns
    -------
    forecasts : Forecasts
        Log-probabilities in nats. Nothing is clipped: where a probability is 0 they hold -inf.
    notices : list of str
        One sentence for a person on each thing that reading has changed or that judging has to know.

    Raises
    ------
    InputError
        If the file cannot be used; the sentence names the row or column and the fix. Rows count as in a spreadsheet.

    Examples
    --------
    >>> forecasts, notices = read_forecasts(b"a,b,y\\n0.5,0.5,a\\n0,1,b\\n1,0,b\\n")
    >>> forecasts.class_names, forecasts.y.tolist(), forecasts.log_proba.round(3).tolist()
    (('a', 'b'), [0, 1, 1], [[[-0.693, -0.693], [-inf, 0.0], [0.0, -inf]]])
    >>> notices
    ['Row 4: the true class, “b”, has probability 0, so the loss is infinite at every temperature.']
    """
    check_kind(kind)
    file = columns_of(content)
    notices = list(file.notices)
    layout = find_layout(file, target, columns)
    forecasts = (
        _of_long(file, layout, kind, notices) if isinstance(layout, LongColumns) else _of_wide(file, layout, kind, notices)
    )
    notices += _notices_on_impossible(forecasts)
    return forecasts, notices


def columns_of(content: bytes) -> Columns:
    """The columns of a CSV or Parquet file.

    Raises
    ------
    InputError
        If it cannot be read at all.

    Examples
    --------
    >>> columns_of(b"y,a,b\\na,0.5,0.5\\n").names
    ('y', 'a', 'b')
    """
    if content.startswith(MAGIC):
        return read_parquet(content)
    return read_plain_csv(content) or read_csv(content)


def _of_wide(file: Columns, layout: WideColumns, kind: Kind, notices: list[str]) -> Forecasts:
    models, classes = list(layout.models), list(next(iter(layout.models.values())))
    refuse_too_many(len(models), len(file.row_numbers), len(classes))
    _refuse_one_class(classes, list(layout.models[models[0]].values()))
    y = _true_classes(file, file.texts(layout.target), classes, layout.target)
    log_proba = np.empty((len(models), len(y), len(classes)))
    for k, (model, of_class) in enumerate(layout.models.items()):
        values = np.column_stack([file.numbers(name) for name in of_class.values()])
        block = Block(model if len(models) > 1 else "", values, list(of_class.values()), file.row_numbers)
        log_proba[k] = log_probabilities(block, kind, notices)
    if layout.left_out:
        notices.append(f"Left out, because no class is named so: {listed(layout.left_out)}.")
    names = classes
    if layout.positions:
        names = list(layout.models[models[0]].values())
        notices.append(f"True classes count the columns: {classes[0]} in {quoted(layout.target)} is {quoted(names[0])}.")
    return Forecasts(y, log_proba, distinct_names(names), distinct_names(models), _row_numbers(file))


def _of_long(file: Columns, layout: LongColumns, kind: Kind, notices: list[str]) -> Forecasts:
    table = put_into_rows(file, layout)
    _refuse_one_class(table.classes, table.classes)
    y = _true_classes(file, table.truth, table.classes, layout.target)
    first_lines = table.truth.index.to_numpy(np.int64)
    log_proba = np.empty_like(table.numbers)
    for k, model in enumerate(table.models):
        block = Block(model if len(table.models) > 1 else "", table.numbers[k], table.classes, first_lines)
        log_proba[k] = log_probabilities(block, kind, notices)
    own = table.row_labels
    numbers = np.array(own, dtype=np.int64) if all(one.isdecimal() and len(one) < 16 for one in own) else first_lines
    return Forecasts(y, log_proba, distinct_names(table.classes), distinct_names(table.models), numbers)


def _row_numbers(file: Columns) -> NDArray[np.int64]:
    """The column ``row`` of a file that this app wrote, if it holds counts; else the numbers of the rows in the file."""
    if "row" in file.names and "true class" in file.names and file.is_number("row"):
        numbers = file.numbers("row")
        if np.all((numbers % 1 == 0) & (numbers > 0)):
            return numbers.astype(np.int64)
    return file.row_numbers


def _refuse_one_class(classes: list[str], columns: list[str]) -> None:
    if len(classes) == 1:
        raise InputError(
            f"Only one class has forecasts, {quoted(columns[0])}: add a column for each other class, for two classes 1 − p."
        )


def _true_classes(file: Columns, texts: pd.Series, classes: Sequence[str], target: str) -> NDArray[np.int64]:
    """The number of each row's class."""
    if texts.isna().any():
        row = texts.index[texts.isna()][0]
        words = file.words_for_missing(target)
        hint = f" {quoted(words[0])} is read as missing: spell it out if it is a class." if words else ""
        raise InputError(f"Row {row} has no true class in column {quoted(target)}: fill it in, or delete the row.{hint}")
    number_of = {one: k for k, one in enumerate(classes)}
    found = {text: find_label(str(text), number_of) for text in texts.unique()}
    if unknown := [text for text, one in found.items() if one is None]:
        row = texts.index[(texts == unknown[0]).to_numpy()][0]
        raise InputError(
            f"Row {row} has the true class {quoted(str(unknown[0]))}, which has no forecasts: add them, or correct the class. "
            f"The classes are {named(classes)}."
        )
    if len(set(found.values())) == 1:
        raise InputError(
            f"Column {quoted(target)} holds a single class, {quoted(str(texts.iloc[0]))}: add rows of another class, or choose "
            "another column."
        )
    return np.array([number_of[str(found[text])] for text in texts], dtype=np.int64)


def _notices_on_impossible(forecasts: Forecasts) -> list[str]:
    notices = []
    for k, model in enumerate(forecasts.model_names):
        rows = forecasts.ruled_out(k)
        of = f" of model {quoted(model)}" if len(forecasts.model_names) > 1 or model != ONE_MODEL else ""
        if len(rows) == 1:
            true = forecasts.class_names[forecasts.y[rows[0]]]
            notices.append(
                f"Row {forecasts.row_numbers[rows[0]]}{of}: the true class, {quoted(true)}, has probability 0, so the loss is "
                "infinite at every temperature."
            )
        elif len(rows):
            notices.append(
                f"{counted(len(rows), 'row')}{of}: the true class has probability 0, so the loss is infinite at every "
                f"temperature. The first is row {forecasts.row_numbers[rows[0]]}."
            )
    return notices
