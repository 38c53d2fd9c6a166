"""Room for the words around a figure, estimated before it is drawn.

Plotly makes room for words once it has drawn and measured them, and then draws all of the figure again. Here their widths are
estimated, a little too large rather than too small; where an estimate is too small, Plotly draws the figure twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

WIDTHS = {
    0.2: " ",
    0.25: "',.:;Iijl|·",
    0.3: "!()-[]f{}",
    0.35: "/\\rt⁻⁰¹²³⁴⁵⁶⁷⁸⁹",
    0.4: "*?sz",
    0.45: '"cvxy',
    0.5: "0123456789#$+<=>FJLVXY^_aegk~−ä",
    0.55: "ACEPRSTZ`bdhnopquüβσ",
    0.6: "&BDGKπ",
    0.65: "HNOQU",
    0.7: "w",
    0.75: "M",
    0.8: "%W",
}
"""Widths of the letters of Streamlit's font, in units of its size."""
MAX_WIDTH = 0.9
_widths = {letter: width for width, letters in WIDTHS.items() for letter in letters}

LINE = 1.3
"""Height of a line of words, in units of their size."""
SPARE = 2.0
TICKS = 8.0
MAX_PAD = 12.0
"""Plotly leaves the smallest of the margins beside words, and at most so much."""
A_NUMBER = "0.001"
"""Stands for the numbers of an axis that Plotly chooses."""
MIN_PLOT = 64.0
"""Plotly leaves at least so much height for the plot, however much the words need."""

Traces = Sequence[Mapping[str, Any]]


def width(words: str, size: float) -> float:
    """Pixels that words take, or the longest of their lines, in letters of a size.

    >>> width("100 %", 12), width("0.1<br>0.25", 12)
    (30.0, 21.0)
    """
    lines = (re.sub(r"<[^>]*>", "", line) for line in words.split("<br>"))
    return max(round(size * sum(_widths.get(letter, MAX_WIDTH) for letter in line), 1) for line in lines)


def margins(data: Traces, layout: Mapping[str, Any]) -> dict[str, float]:
    """The margins of a figure, with room for the words of its axes; for a legend Plotly makes room before it draws.

    Parameters
    ----------
    data, layout
        Its traces, and its layout with the theme's values in it.
    """
    given = {side: float(layout["margin"].get(side, 0)) for side in "lrtb"}
    first = _with_room(data, layout, given, min(given.values()))
    return {side: round(value) for side, value in _with_room(data, layout, given, min(MAX_PAD, *first.values())).items()}


def _with_room(data: Traces, layout: Mapping[str, Any], given: Mapping[str, float], pad: float) -> dict[str, float]:
    """Margins of at least ``given``, with ``pad`` pixels beside all words."""
    room, needed = pad + SPARE, [*given.items()]
    for name, axis in _axes(data, layout).items():
        words, (begins, ends) = _words(name, axis, data), _ends(axis)
        size, title = axis["tickfont"]["size"], axis["title"]
        beside = SPARE + title["standoff"] + LINE * title["font"]["size"] * (1 + title.get("text", "").count("<br>"))
        if not words:
            needed += [("l" if name[0] == "y" else "b", beside)] if "text" in title else []
            continue
        beside += pad + (TICKS if "tickcolor" in axis else 0)
        widths = [width(word, size) for word in words]
        if name[0] == "y":
            needed.append(("l", max(widths) + beside))
            needed += [("t", size / 2 + room)] if ends and axis.get("domain", [0, 1])[1] == 1 else []
        else:
            needed.append(("b", beside + LINE * size * (1 + max(word.count("<br>") for word in words))))
            needed += [("l", widths[0] / 2 + room)] if begins else []
            needed += [("r", widths[-1] / 2 + room)] if ends else []
    made = {side: max(value for other, value in needed if other == side) for side in "lrtb"}
    too_much = (made["t"] + made["b"]) / max(1.0, layout["height"] - MIN_PLOT)
    return {side: value / max(1.0, too_much if side in "tb" else 1.0) for side, value in made.items()}


def _axes(data: Traces, layout: Mapping[str, Any]) -> dict[str, Any]:
    """The axes that are seen and that traces stand on."""
    on = {one.get(f"{letter}axis", letter) for one in data if one["type"] != "scatterternary" for letter in "xy"}
    named = {f"{letter[0]}axis{letter[1:]}": letter for letter in on}
    return {name: layout[name] for name in named if name in layout and layout[name].get("visible", True)}


def _words(name: str, axis: Mapping[str, Any], data: Traces) -> list[str]:
    """What stands beside the ticks; nothing if that is hidden."""
    if not axis.get("showticklabels", True):
        return []
    if (words := axis.get("ticktext")) is not None:
        return list(map(str, words))
    letter, own = name[0], name.replace("axis", "")
    values = [one[letter] for one in data if letter in one and one.get(f"{letter}axis", letter) == own]
    names = [value for some in values if len(some) and isinstance(some[0], str) for value in some]
    return names or [A_NUMBER]


def _ends(axis: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether the first and the last number stand at an end of the axis, so that half of them is beyond it."""
    ticks, ends = axis.get("tickvals"), axis.get("range")
    if not ticks or not ends or axis.get("type") not in ("linear", "log"):
        return False, False
    first, last = (math.log10(tick) if axis["type"] == "log" else tick for tick in (ticks[0], ticks[-1]))
    near = 0.02 * (ends[1] - ends[0])
    return first - ends[0] < near, ends[1] - last < near
