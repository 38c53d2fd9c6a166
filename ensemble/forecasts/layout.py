"""The roles of a file's columns: the true class, and each model's number for each class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ensemble.datasets.csv_words import listed, quoted
from ensemble.errors import InputError
from ensemble.forecasts.columns import INDEX, Columns
from ensemble.forecasts.labels import find_label, in_order, is_whole, label, named

TRUE_CLASS = (
    *("true class", "true_class", "y_true", "true label", "true_label", "truth"),
    *("y", "target", "label", "class", "actual", "outcome"),
)
MODEL, ROW, CLASS = ("model",), ("row", "row_id", "id", "example", "index"), ("class", "predicted class", "label")
VALUE = ("value", "probability", "proba", "prob", "p", "logit", "score")
ONE_MODEL = "model"
SUM_TOLERANCE = 1e-3
MAX_CLASSES = 30

_OTHERS = frozenset(
    {INDEX.lower(), "__index_level_0__", "fold", "sample", "weight", "sample_weight", *MODEL, *ROW}
    | {"likeliest", "likeliest class", "prediction", "predicted", "predicted class", "predicted_class", "y_pred"}
    | {"entropy", "nll", "entropy (nats)", "nll (nats)"}
)
_OF_A_CLASS = re.compile(
    r"(?i)(?:probability|prob|proba|p|logit|score) of (?P<of>.+)|(?:p|prob|proba)\((?:y\s*=\s*)?(?P<in>.+)\)"
)
_SEPARATORS = (": ", ":", "_", ".", "/", "|", "-", " ")
_NO_MODEL = frozenset(("", "p", "prob", "proba", "probability", "logit", "logits", "score", "class", "y", "pred", "y_pred"))


class LongColumns(NamedTuple):
    """Names of the columns of a file with one line for each model, row and class; ``model`` is None for one model."""

    model: str | None
    row: str
    of_class: str
    value: str
    target: str


class WideColumns(NamedTuple):
    """The columns of a file with one line for each row.

    Attributes
    ----------
    target : str
        The column of true classes.
    models : dict of str to dict of str to str
        For each model the column of each class: the same classes in the same order.
    positions : bool
        Whether true classes are numbers that count the columns, and names of columns are the classes' names.
    left_out : tuple of str
        Columns of numbers that name no class.
    """

    target: str
    models: dict[str, dict[str, str]]
    positions: bool = False
    left_out: tuple[str, ...] = ()


def find_layout(columns: Columns, target: str | None, chosen: Sequence[str] | None) -> LongColumns | WideColumns:
    """Find the roles of the columns.

    Raises
    ------
    InputError
        If the file does not say it, with the names to choose from.
    """
    for name in (*([target] if target is not None else []), *(chosen or ())):
        if name not in columns.names:
            raise InputError(f"There is no column {quoted(str(name))}: the columns are {listed(columns.names)}.")
    if chosen is None and (found := _long(columns, target)):
        return found
    truth = target if target is not None else _true_class(columns, chosen or ())
    return _wide(columns, truth, chosen)


def _named(columns: Columns, names: Sequence[str], without: Sequence[str | None] = ()) -> str | None:
    """The column with the first of these names that occurs."""
    spelled = {name.casefold(): name for name in reversed(columns.names) if name not in without}
    return next((spelled[name] for name in names if name in spelled), None)


def _named_as_truth(columns: Columns, without: Sequence[str]) -> str | None:
    """The column that is named as one of true classes."""
    found = [name for name in columns.names if name.casefold() in TRUE_CLASS and name not in without]
    if len(found) > 1:
        raise InputError(f"Say which column holds the true classes: {listed(found)} may.")
    return found[0] if found else None


def _long(columns: Columns, target: str | None) -> LongColumns | None:
    row, of_class = _named(columns, ROW), _named(columns, CLASS, [target])
    value = _named(columns, VALUE, [target])
    if row is None or of_class is None or value is None or row == target or not columns.is_number(value):
        return None
    truth = target if target is not None else _named_as_truth(columns, [of_class])
    if truth is None:
        raise InputError(
            f"Columns {listed([row, of_class, value])} hold one class a line, and no column holds the true class: add one "
            "named “true class”, with the true class of the row on each of its lines."
        )
    return LongColumns(_named(columns, MODEL, [truth]), row, of_class, value, truth)


def _true_class(columns: Columns, chosen: Sequence[str]) -> str:
    others = [name for name in columns.names if name not in chosen]
    if found := _named_as_truth(columns, chosen):
        return found
    words = [name for name in others if not columns.is_number(name) and name.casefold() not in _OTHERS]
    if len(words) == 1:
        return words[0]
    raise InputError(f"Say which column holds the true classes, or name it “y”: the columns are {listed(columns.names)}.")


def _wide(columns: Columns, target: str, chosen: Sequence[str] | None) -> WideColumns:
    if chosen is not None and target in chosen:
        raise InputError(f"Column {quoted(target)} holds the true classes: leave it out of the columns of the classes.")
    if chosen is None and (model := _named(columns, MODEL, [target])) and columns.texts(model).nunique() > 1:
        raise InputError(
            f"Column {quoted(model)} names several models: give each its own columns, such as “{model} a: class”, or write one "
            "line for each model, row, class and value."
        )
    texts = columns.texts(target).dropna().unique()
    if len(texts) > MAX_CLASSES:
        raise InputError(
            f"Column {quoted(target)} holds {len(texts):,} different classes, and {MAX_CLASSES} are the most: choose another "
            "column, or group them."
        )
    labels = {label(str(text)): k for k, text in enumerate(in_order(texts))}
    names = list(chosen or _candidates(columns, target, labels))
    if not names:
        raise InputError("No column holds numbers beside the true classes: add one for each class.")
    split = {name: _split(name, list(labels)) for name in names}
    if not any(split.values()):
        return _by_position(target, names, list(labels), chosen is not None)
    _split_the_others(split)
    others = [name for name, found in split.items() if found is None]
    if others and (chosen is not None or _complete_the_sums(columns, split)):
        prefix = _prefix(split)
        split |= {name: ("", label(_bare(name).removeprefix(prefix) or _bare(name))) for name in others}
        others = []
    return WideColumns(target, _by_model(split), left_out=tuple(others))


def _candidates(columns: Columns, target: str, labels: dict[str, int]) -> list[str]:
    names = [name for name in columns.names if name != target and columns.is_number(name)]
    names = [name for name in names if name.casefold() not in _OTHERS or find_label(name, labels)]
    return [name for name in names if _OF_A_CLASS.fullmatch(name)] or names


def _bare(name: str) -> str:
    match = _OF_A_CLASS.fullmatch(name)
    return (match["of"] or match["in"]) if match else name


def _split(name: str, labels: Sequence[str]) -> tuple[str, str] | None:
    """The model, "" for the only one, and the class in a column's name."""
    bare = _bare(name)
    if (found := find_label(bare, labels)) is not None:
        return "", found
    for separator in _SEPARATORS:
        # From the left, so that the longest class is found that is one.
        for place in (match.start() for match in re.finditer(re.escape(separator), bare)):
            model, rest = bare[:place].strip(), bare[place + len(separator) :].strip()
            if (found := find_label(rest, labels)) is not None:
                return "" if model.casefold() in _NO_MODEL else model, found
    if (match := re.fullmatch(r"([^\W\d]+)([0-9]+)", bare)) and (found := find_label(match[2], labels)) is not None:
        return "" if match[1].casefold() in _NO_MODEL else match[1], found
    return None


def _split_the_others(split: dict[str, tuple[str, str] | None]) -> None:
    """Columns of known models name classes that never came true."""
    models = sorted({found[0] for found in split.values() if found and found[0]}, key=len, reverse=True)
    for name, found in split.items():
        if found is None:
            bare = _bare(name)
            for model, separator in ((model, separator) for model in models for separator in _SEPARATORS):
                if bare.startswith(model + separator):
                    split[name] = model, label(bare[len(model) + len(separator) :].strip())
                    break


def _prefix(split: dict[str, tuple[str, str] | None]) -> str:
    """The common prefix of the columns' names before the class, such as p in p1 and p2; "" if there is none."""
    names = [(_bare(name), found[1]) for name, found in split.items() if found]
    prefixes = {bare.removesuffix(of_class) if bare.endswith(of_class) else "" for bare, of_class in names}
    return prefixes.pop() if len(prefixes) == 1 else ""


def _complete_the_sums(columns: Columns, split: dict[str, tuple[str, str] | None]) -> bool:
    """Whether other columns are classes that never came true: with them rows add up to 1, or nothing does."""
    if any(found and found[0] for found in split.values()):
        return False
    found = sum(columns.numbers(name) for name, one in split.items() if one)
    return not np.allclose(found, 1, rtol=0, atol=SUM_TOLERANCE)


def _by_model(split: dict[str, tuple[str, str] | None]) -> dict[str, dict[str, str]]:
    models: dict[str, dict[str, str]] = {}
    for name, found in split.items():
        if found:
            of_class = models.setdefault(found[0] or ONE_MODEL, {})
            if found[1] in of_class:
                raise InputError(
                    f"Columns {quoted(of_class[found[1]])} and {quoted(name)} are both read as class {quoted(found[1])}: "
                    "choose the columns of the classes."
                )
            of_class[found[1]] = name
    classes = list(dict.fromkeys(one for of_class in models.values() for one in of_class))
    for model, of_class in models.items():
        if lacking := [one for one in classes if one not in of_class]:
            raise InputError(
                f"Model {quoted(model)} has no column for class {named(lacking)}: add it, as “{model}: {lacking[0]}”."
            )
    return {model: {one: of_class[one] for one in classes} for model, of_class in models.items()}


def _by_position(target: str, names: list[str], labels: list[str], chosen: bool) -> WideColumns:
    whole = [int(text) for text in labels] if labels and all(map(is_whole, labels)) else []
    first = 0 if whole and min(whole) == 0 else 1
    last = len(names) - 1 + first
    certain = bool(whole) and min(whole) >= 0 and max(whole) <= last and (min(whole) == 0 or max(whole) == last or chosen)
    if not certain:
        raise InputError(
            f"No column is named as a class of {quoted(target)} ({named(labels)}): name the columns of numbers by the classes. "
            f"They are {listed(names)}."
        )
    return WideColumns(target, {ONE_MODEL: {str(k + first): name for k, name in enumerate(names)}}, positions=True)
