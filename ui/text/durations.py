"""How long something takes, in words."""

from __future__ import annotations

UNITS = ((3600, "h"), (60, "min"), (1, "s"))
BETTER_SAID_IN_THE_NEXT = 1.5


def about(seconds: float) -> str:
    """A duration, rounded as an estimate should be.

    >>> about(0.4), about(8.7), about(75), about(100), about(9000)
    ('about 1 s', 'about 9 s', 'about 75 s', 'about 2 min', 'about 2 h')
    """
    size, unit = next((size, unit) for size, unit in UNITS if seconds >= BETTER_SAID_IN_THE_NEXT * size or size == 1)
    return f"about {max(1, round(seconds / size))} {unit}"
