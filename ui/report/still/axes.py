"""Axes of a picture: where a value stands, and which numbers are written beside it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ui.charts.run_axes import on_axis, round_losses, round_steps, short_loss
from ui.report.still.texts import SIZE, width_of

PAD = 0.05
MAX_TICKS = 6
ROOM_BETWEEN = 10.0


@dataclass
class Axis:
    """One axis.

    Attributes
    ----------
    look : mapping
        As the figure's layout has it.
    kind : {"linear", "log", "category"}
    names : list of str
        Categories in their order.
    low, high : float
        Its ends: numbers, their logarithms to the base 10, or positions of categories.
    start, end : float
        The pixels of these ends.
    """

    look: Mapping[str, Any]
    kind: str = "linear"
    names: list[str] = field(default_factory=list)
    low: float = 0.0
    high: float = 1.0
    start: float = 0.0
    end: float = 1.0

    @property
    def is_visible(self) -> bool:
        """Whether it has numbers and a title at all."""
        return self.look.get("visible", True) is not False

    @property
    def domain(self) -> tuple[float, float]:
        """The part of the picture that it takes, 0 to 1."""
        low, high = self.look.get("domain") or (0.0, 1.0)
        return float(low), float(high)

    @property
    def title(self) -> str:
        """Its title in Plotly's notation; empty if there is none."""
        return str((self.look.get("title") or {}).get("text") or "") if self.is_visible else ""

    def numbers(self, values: Any) -> np.ndarray:
        """Values of the data as they stand between ``low`` and ``high``."""
        given = sequence(values)
        if self.kind == "category":
            positions = {name: float(index) for index, name in enumerate(self.names)}
            return np.array([positions.get(str(value), _number(value)) for value in given], float)
        found = np.array([_number(value) for value in given], float)
        if self.kind == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.log10(found)
        return found

    def pixels(self, numbers: Any) -> np.ndarray:
        """Where numbers between ``low`` and ``high`` are drawn; not finite ones are not."""
        span = (self.high - self.low) or 1.0
        return self.start + (np.asarray(numbers, float) - self.low) / span * (self.end - self.start)

    def at(self, values: Any) -> np.ndarray:
        """Where values of the data are drawn."""
        return self.pixels(self.numbers(values))

    def of_note(self, value: Any) -> float:
        """Where a note stands: on a logarithmic axis it is given by its logarithm, on one of categories by name or position."""
        if self.kind == "category":
            return float(self.at([value])[0])
        return float(self.pixels([_number(value)])[0])

    def within(self, fraction: float) -> float:
        """The pixel at a fraction of its length."""
        return self.start + fraction * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Pixels and words of the numbers beside it."""
        if not self.is_visible or self.look.get("showticklabels") is False:
            return []
        values, words = self._values_and_words()
        where = self.at(values)
        first, last = sorted((self.start, self.end))
        return [(float(at), word) for at, word in zip(where, words, strict=True) if first - 0.5 <= at <= last + 0.5]

    def _values_and_words(self) -> tuple[Sequence[Any], list[str]]:
        given = self.look.get("tickvals")
        if given is not None:
            values, words = sequence(given), self.look.get("ticktext")
            return values, [str(word) for word in (sequence(words) if words is not None else map(_plain, values))]
        if self.kind == "category":
            return self.names, self.names
        low, high = sorted((self.low, self.high))
        if self.kind == "log":
            found = round_losses(10.0**low, 10.0**high)
            return found.tolist(), list(map(short_loss, found))
        if step := self.look.get("dtick"):
            found = np.arange(np.ceil(low / step), np.floor(high / step) + 1)[:200] * step
        else:
            found = round_steps(low, high if high > low else low + 1, self.look.get("nticks") or MAX_TICKS)
        return found.tolist(), list(map(on_axis, found))


def sequence(values: Any) -> list[Any]:
    """A list of what a trace has: an array, a list, a single value or nothing."""
    if values is None:
        return []
    if isinstance(values, str) or not isinstance(values, Iterable):
        return [values]
    return list(values)


def unpacked(written: Any) -> Any:
    """What Plotly has written in JSON, with its arrays of bytes as arrays again."""
    if isinstance(written, list):
        return [unpacked(one) for one in written]
    if not isinstance(written, dict):
        return written
    if "bdata" in written:
        flat = np.frombuffer(base64.b64decode(written["bdata"]), written["dtype"])
        return flat.reshape([int(side) for side in str(written["shape"]).split(",")]) if "shape" in written else flat
    return {name: unpacked(value) for name, value in written.items()}


def spread_out(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The ticks below an axis whose numbers have room beside each other."""
    kept: list[tuple[float, str]] = []
    for at, word in sorted(ticks):
        room = (width_of(word) + width_of(kept[-1][1])) / 2 + ROOM_BETWEEN / 2 if kept else 0.0
        if not kept or at - kept[-1][0] >= room:
            kept.append((at, word))
    return kept


def apart(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The ticks beside an axis whose numbers have room above each other."""
    kept: list[tuple[float, str]] = []
    for at, word in sorted(ticks):
        if not kept or at - kept[-1][0] >= SIZE:
            kept.append((at, word))
    return kept


def axis_of(look: Mapping[str, Any], values: Sequence[Sequence[Any]], from_zero: bool, has_marks: bool) -> Axis:
    """An axis for the values of its traces.

    Parameters
    ----------
    look : mapping
        As the figure's layout has it; what it leaves open is taken from the values.
    values : sequence of sequences
        Of each trace on it.
    from_zero : bool
        Whether bars stand on it.
    has_marks : bool
        Whether marks need room at its ends.
    """
    everything = [value for one in values for value in one]
    kind = look.get("type") or "-"
    if kind == "-":
        kind = "category" if any(isinstance(value, str) for value in everything) else "linear"
    axis = Axis(look, kind)
    if kind == "category":
        axis.names = list(dict.fromkeys(str(value) for value in [*sequence(look.get("categoryarray")), *everything]))
    given = look.get("range")
    if given is not None and all(end is not None for end in given):
        axis.low, axis.high = (float(end) for end in given)
        return axis
    axis.low, axis.high = _ends(axis, everything, from_zero, has_marks)
    if look.get("autorange") == "reversed":
        axis.low, axis.high = axis.high, axis.low
    return axis


def _ends(axis: Axis, values: Sequence[Any], from_zero: bool, has_marks: bool) -> tuple[float, float]:
    if axis.kind == "category":
        return -0.5, max(len(axis.names), 1) - 0.5
    numbers = axis.numbers(values)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return 0.0, 1.0
    low, high = float(numbers.min()), float(numbers.max())
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    pad = (high - low or abs(high) or 1.0) * PAD
    if from_zero:
        return low - pad * (low < 0), high + pad * (high > 0 or low == 0)
    if has_marks or high == low:
        return low - pad, high + pad
    return low, high


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _plain(value: Any) -> str:
    number = _number(value)
    return on_axis(number) if np.isfinite(number) else str(value)
