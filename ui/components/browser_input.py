"""Validation of the state that a component sends, which may be any JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

UNITS = ("nats", "bits")


def to_number(value: Any, low: float, high: float) -> float | None:
    """The number, clipped to ``low`` and ``high``; None if it is not a number.

    >>> to_number(3, 0, 2), to_number("3", 0, 2), to_number(float("nan"), 0, 2), to_number(True, 0, 2)
    (2.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return float(min(max(value, low), high))


def to_numbers(values: Any, low: float, high: float, min_length: int, max_length: int) -> list[float] | None:
    """A list of ``min_length`` to ``max_length`` numbers, each clipped to ``low`` and ``high``; None if it is not such a list.

    >>> to_numbers([0.5, 7], 0, 1, 2, 6), to_numbers([0.5, None], 0, 1, 2, 6), to_numbers([0.5], 0, 1, 2, 6)
    ([0.5, 1.0], None, None)
    """
    if not isinstance(values, list) or not min_length <= len(values) <= max_length:
        return None
    numbers = [to_number(value, low, high) for value in values]
    return None if None in numbers else [number for number in numbers if number is not None]


def to_choice(value: Any, choices: Sequence[str]) -> str | None:
    """The word, if it is one of the choices.

    >>> to_choice("bits", ("nats", "bits")), to_choice(["bits"], ("nats", "bits"))
    ('bits', None)
    """
    return value if isinstance(value, str) and value in choices else None
