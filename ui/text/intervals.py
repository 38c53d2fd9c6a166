"""Sentences on what the intervals of scores cover, and what they do not."""

from __future__ import annotations

import math

from ui.text.format import number


def luck_of_rows_alone(row_names: str) -> str:
    """A sentence: an interval over test rows does not cover run-to-run variance."""
    return (
        f"These intervals cover the luck of the test {row_names} only. The same settings, trained from another start, can "
        "differ as much."
    )


def of_scores(rows: int, row_name: str, row_names: str) -> str:
    """A sentence on the diamonds and intervals of ``ensemble.probability.scoreboard``."""
    return f"Diamonds: the score on {rows} test {row_names}. {of_intervals(row_name, row_names)}"


def of_intervals(row_name: str, row_names: str) -> str:
    """Sentences on how the intervals of scores are computed, and what they cover."""
    return (
        "95 % intervals: Wilson for accuracy, Gaffke (2005) for the others. The upper end of a loss allows for an unseen "
        f"{row_name} that is worse than all of these. {luck_of_rows_alone(row_names)}"
    )


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(0.5), signed(-0.5), signed(0.0)
    ('+0.5', '−0.5', '0')
    """
    return f"+{number(value)}" if value > 0 else number(value)


def change(low: float, high: float) -> str:
    """Both ends of the interval of a difference.

    >>> change(-0.25, 0.5)
    '−0.25 to +0.5'
    """
    return f"{signed(low)} to {signed(high)}"


def with_ends(value: float, low: float, high: float) -> str:
    """A difference and the ends of its interval, for a table.

    >>> with_ends(0.125, -0.25, 0.5), with_ends(math.nan, math.nan, math.nan)
    ('+0.125 (−0.25 to +0.5)', 'undefined')
    """
    return "undefined" if math.isnan(value) else f"{signed(value)} ({change(low, high)})"


def of_infinite_losses(first: str, other: str, ruled_out: int, difference: float, row_name: str, row_names: str) -> str:
    """The rows that a difference of losses leaves out because both are infinite, or why it is undefined; "" if neither.

    >>> of_infinite_losses("A", "B", 2, 0.5, "row", "rows")
    'A and B both give the true class of 2 rows the probability 0: their losses are compared on the others.'
    >>> of_infinite_losses("A", "B", 0, math.nan, "row", "rows")
    'A and B give true classes of different rows the probability 0: the difference of their losses is undefined.'
    """
    rows = f"{ruled_out:,} {row_name if ruled_out == 1 else row_names}"
    undefined = math.isnan(difference)
    if ruled_out:
        both = f"{first} and {other} both give the true class of {rows} the probability 0"
        return f"{both}: their losses {'cannot be' if undefined else 'are'} compared on the others."
    if undefined:
        different = f"{first} and {other} give true classes of different {row_names} the probability 0"
        return f"{different}: the difference of their losses is undefined."
    return ""


def with_interval(what: str, low: float, high: float) -> str:
    """A sentence on a difference, with its 95 % interval; an infinite difference has none.

    >>> with_interval("B is lower", -0.25, 0.5), with_interval("B is lower", -math.inf, math.inf)
    ('B is lower (95 % interval −0.25 to +0.5).', 'B is lower.')
    """
    return f"{what} (95 % interval {change(low, high)})." if math.isfinite(low) and math.isfinite(high) else f"{what}."


def ordinal(number: int) -> str:
    """A positive integer as an ordinal.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
