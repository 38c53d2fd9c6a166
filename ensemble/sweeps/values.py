"""The values of a setting in a sweep: allowed values, their text form, and parsing."""

from __future__ import annotations

import re

from ensemble.config import EnsembleConfig
from ensemble.errors import InputError
from ensemble.sweeps.results import MEAN_PROBABILITIES, POOLS

Value = int | float | str

POOLING = "pooling"

MAX_VALUES = 20
MAX_LETTERS = 200
_USUAL_VALUES = {
    "members": "1, 2, 4, 8, 16, 32",
    "dropout": "0, 0.1, 0.25, 0.5, 0.75",
    "epochs": "25, 50, 100, 200, 400",
    "hidden_units": "1, 2, 5, 10, 20, 40",
    "learning_rate": "0.0001, 0.001, 0.01, 0.1",
    "activation": ", ".join(EnsembleConfig.choices("activation")),
    "training": ", ".join(EnsembleConfig.choices("training")),
    "label_smoothing": "0, 0.05, 0.1, 0.2, 0.4",
    "outputs": ", ".join(EnsembleConfig.choices("outputs")),
    "class_weights": ", ".join(EnsembleConfig.choices("class_weights")),
    "pooling": ", ".join(POOLS),
}
_USUAL_OTHERS: dict[str, Value] = {
    "members": 1,
    "dropout": 0.0,
    "epochs": 100,
    "hidden_units": 20,
    "hidden_layers": 1,
    "activation": "relu",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch_size": 50,
    "training": "independent",
    "bootstrap_share": 0.5,
    "outputs": "sigmoid",
    "label_smoothing": 0.1,
    "class_weights": "balanced",
    "pooling": MEAN_PROBABILITIES,
}


def title(setting: str) -> str:
    """The displayed name of a setting that an experiment can change."""
    if setting == POOLING:
        return "Pooling"
    return str(EnsembleConfig.model_fields[setting].title)


def choices(setting: str) -> tuple[str, ...]:
    """The allowed values of a choice setting; empty for a number."""
    return POOLS if setting == POOLING else EnsembleConfig.choices(setting)


def written(value: Value) -> str:
    """A value as text with all its digits; ``value_of`` is the reverse.

    >>> written(4), written(0.001), written(0.0), written(0.1234567), written("relu")
    ('4', '0.001', '0', '0.1234567', 'relu')
    """
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def usual_values(setting: str) -> str:
    """The default list of values, without those that the host forbids.

    >>> usual_values("members")
    '1, 2, 4, 8, 16, 32'
    """
    pieces = _USUAL_VALUES[setting].split(", ")
    return ", ".join(piece for piece in pieces if _is_value(setting, piece)) or written(EnsembleConfig.default(setting))


def usual_other(setting: str) -> Value:
    """The default value for a comparison, limited to what the host allows.

    >>> usual_other("dropout"), usual_other("pooling")
    (0.0, 'mean of probabilities')
    """
    value = _USUAL_OTHERS[setting]
    return value if _is_value(setting, str(value)) else EnsembleConfig.default(setting)


def value_of(setting: str, text: str) -> Value:
    """Parse the value of a setting.

    Raises
    ------
    InputError
        If it is none that the setting may have.

    Examples
    --------
    >>> value_of("members", "8"), value_of("dropout", "1e-1"), value_of("pooling", "mean of logits")
    (8, 0.1, 'mean of logits')
    """
    text = text.strip()
    if setting != POOLING:
        value: Value = getattr(EnsembleConfig(**{setting: text}), setting)
        return value
    if text not in POOLS:
        raise InputError(f"Pooling: {text[:40]} cannot be used. Choose one of {', '.join(POOLS)}.")
    return text


def values_of(setting: str, text: str) -> tuple[Value, ...]:
    """Parse a list of values of a setting: each once, numbers in ascending order.

    Parameters
    ----------
    setting : str
        A field of ``EnsembleConfig``, or "pooling".
    text : str
        Values with commas, semicolons or, between numbers, blanks.

    Raises
    ------
    InputError
        With one sentence on each value that cannot be used, or if there is none, or too many.

    Examples
    --------
    >>> values_of("members", "1 2, 4;4"), values_of("activation", "relu, linear")
    ((1, 2, 4), ('relu', 'linear'))
    """
    values, problems = [], []
    for piece in _pieces(setting, text):
        try:
            values.append(value_of(setting, piece))
        except InputError as problem:
            problems.append(str(problem))
    if problems:
        raise InputError(" ".join(dict.fromkeys(problems)))
    distinct = tuple(dict.fromkeys(values))
    if not distinct:
        raise InputError(f"{title(setting)}: give at least one value, such as {usual_values(setting)}.")
    if len(distinct) > MAX_VALUES:
        raise InputError(f"{title(setting)}: {len(distinct)} values are too many. Give {MAX_VALUES} at most.")
    return distinct if choices(setting) else tuple(sorted(distinct))


def values_in_link(setting: str, text: str) -> tuple[str, list[str]]:
    """As ``values_of``, but unusable values are left out, with a notice.

    >>> values_in_link("members", "1, 2, 99")[0]
    '1, 2'
    """
    values, notices = [], []
    for piece in _pieces(setting, _cut_between_values(setting, text)):
        try:
            values.append(written(value_of(setting, piece)))
        except InputError as problem:
            notices.append(f"{problem} It is left out of the values in the link.")
    if len(notices) > 3:
        notices = [*notices[:3], f"{title(setting)}: more values in the link cannot be used and are left out."]
    kept = list(dict.fromkeys(values))
    if len(kept) > MAX_VALUES:
        notices.append(f"{title(setting)}: the link has {len(kept)} values; the first {MAX_VALUES} are used.")
    whole = ", ".join(kept[:MAX_VALUES])
    used = _cut_between_values(setting, whole)
    if len(text) > MAX_LETTERS or used != whole:
        count = len(_pieces(setting, used))
        notices.append(f"{title(setting)}: the list in the link is longer than {MAX_LETTERS} letters; {count} values count.")
    if not used:
        notices.append(f"{title(setting)}: the link has no value that can be used; the usual ones are.")
    return used, notices


def _is_value(setting: str, text: str) -> bool:
    try:
        value_of(setting, text)
    except InputError:
        return False
    return True


def _pieces(setting: str, text: str) -> list[str]:
    return [piece.strip() for piece in re.split(_between(setting), text) if piece.strip()]


def _between(setting: str) -> str:
    return r"[,;]" if choices(setting) else r"[,;\s]+"


def _cut_between_values(setting: str, text: str) -> str:
    if len(text) <= MAX_LETTERS:
        return text
    ends = [match.start() for match in re.finditer(_between(setting), text[: MAX_LETTERS + 1])]
    return text[: ends[-1]] if ends else ""
