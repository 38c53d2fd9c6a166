"""What a component says comes from a browser, and may be any JSON: here it becomes numbers and words of the kind asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

UNITS = ("nats", "bits")


def number_heard(value: Any, low: float, high: float) -> float | None:
    """The number, brought within ``low`` to ``high``; None if it is none.

    >>> number_heard(3, 0, 2), number_heard("3", 0, 2), number_heard(float("nan"), 0, 2), number_heard(True, 0, 2)
    (2.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return float(min(max(value, low), high))


def numbers_heard(values: Any, low: float, high: float, fewest: int, most: int) -> list[float] | None:
    """A list of ``fewest`` to ``most`` numbers, each brought within ``low`` to ``high``; None if it is no such list.

    >>> numbers_heard([0.5, 7], 0, 1, 2, 6), numbers_heard([0.5, None], 0, 1, 2, 6), numbers_heard([0.5], 0, 1, 2, 6)
    ([0.5, 1.0], None, None)
    """
    if not isinstance(values, list) or not fewest <= len(values) <= most:
        return None
    numbers = [number_heard(value, low, high) for value in values]
    return None if None in numbers else [number for number in numbers if number is not None]


def word_heard(value: Any, words: Sequence[str]) -> str | None:
    """The word, if it is one of those asked for.

    >>> word_heard("bits", ("nats", "bits")), word_heard(["bits"], ("nats", "bits"))
    ('bits', None)
    """
    return value if isinstance(value, str) and value in words else None
