"""The frame of a picture: grid, numbers, titles, legend, reference lines, and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ui.report.still import marks, texts
from ui.report.still.axes import Axis, apart, sequence, spread_out
from ui.report.still.bars import ends_of, scale_of
from ui.report.still.colours import Lighten, of_scale

INK, QUIET, GRID = "#31333F", "#5F5D5A", "#E6E6E6"
SWATCH, GAP = 20.0, 14.0
LINE_OF_LEGEND = 16.0
MAX_IN_LEGEND = 12
BAR = 10.0
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Entry(NamedTuple):
    """One line of the legend."""

    name: str
    trace: Mapping[str, Any]
    colour: str


def grid(x: Axis, y: Axis, across_titles: bool) -> str:
    """Grid, numbers and titles of a pair of axes."""
    pieces = []
    left, right, bottom, top = x.start, x.end, y.start, y.end
    below, beside = spread_out(x.ticks()), apart(y.ticks())
    if x.is_visible and x.look.get("showgrid", True):
        pieces += [f"M{at:.1f} {top:.1f}V{bottom:.1f}" for at, _ in below]
    if y.is_visible and y.look.get("showgrid", True):
        pieces += [f"M{left:.1f} {at:.1f}H{right:.1f}" for at, _ in beside]
    lines = f'<path d="{"".join(pieces)}" stroke="{GRID}" fill="none"/>' if pieces else ""
    zero = f'<path d="M{left:.1f} {y.at([0])[0]:.1f}H{right:.1f}" stroke="#999999"/>' if y.look.get("zeroline") else ""
    numbers = [texts.draw(word, at, bottom + 4, QUIET, up="top") for at, word in below]
    numbers += [texts.draw(word, left - 5, at, QUIET, across="end") for at, word in beside]
    if x.title and across_titles:
        lowest = max((texts.height_of(word) for _, word in below), default=0)
        numbers.append(texts.draw(x.title, (left + right) / 2, bottom + 8 + lowest, QUIET, up="top"))
    if y.title:
        widest = max((texts.width_of(word) for _, word in beside), default=0)
        at = left - widest - 10 - texts.height_of(y.title)
        numbers.append(texts.draw(y.title, at, (top + bottom) / 2, QUIET, up="top", turned=-90))
    return lines + zero + "".join(numbers)


def entries(traces: Sequence[Mapping[str, Any]], colours: Sequence[str], layout: Mapping[str, Any]) -> list[Entry]:
    """What the legend names: each group once, and nothing if there is only one."""
    if layout.get("showlegend") is False:
        return []
    found: dict[str, Entry] = {}
    for trace, colour in zip(traces, colours, strict=True):
        if trace.get("showlegend") is False or not trace.get("name") or trace["type"] == "heatmap":
            continue
        key = trace.get("legendgroup") or f"{trace['name']} {len(found)}"
        found.setdefault(key, Entry(str(trace["name"]), trace, colour))
    is_wanted = any(trace.get("showlegend") for trace in traces) or layout.get("showlegend")
    return list(found.values())[:MAX_IN_LEGEND] if len(found) > 1 or is_wanted else []


def in_lines(shown: Sequence[Entry], width: float) -> list[list[tuple[float, Entry]]]:
    """The legend's entries with their places, in lines of at most this width."""
    lines: list[list[tuple[float, Entry]]] = [[]]
    at = 0.0
    for entry in shown:
        own = SWATCH + 5 + texts.width_of(entry.name)
        if lines[-1] and at + own > width:
            lines.append([])
            at = 0.0
        lines[-1].append((at, entry))
        at += own + GAP
    return lines if shown else []


def legend(lines: Sequence[Sequence[tuple[float, Entry]]], left: float, top: float, lighten: Lighten) -> str:
    """The legend as SVG."""
    pieces = []
    for number, line in enumerate(lines):
        y = top + LINE_OF_LEGEND * (number + 0.5)
        for at, entry in line:
            pieces.append(_swatch(entry, left + at, y, lighten))
            pieces.append(texts.draw(entry.name, left + at + SWATCH + 5, y, INK, across="start"))
    return "".join(pieces)


def _swatch(entry: Entry, x: float, y: float, lighten: Lighten) -> str:
    trace, middle = entry.trace, marks.Points(np.array([x + SWATCH / 2]), np.array([y]))
    if trace["type"] == "bar":
        look = trace.get("marker") or {}
        given = look.get("color")
        colour = given if isinstance(given, str) else entry.colour
        return f'<rect x="{x + 4:.1f}" y="{y - 5:.1f}" width="12" height="10" fill="{lighten(colour)}"/>'
    mode, pieces = mode_of(trace), []
    if trace.get("fill") or trace.get("stackgroup"):
        colour = lighten(trace.get("fillcolor") or entry.colour)
        pieces.append(f'<rect x="{x:.1f}" y="{y - 5:.1f}" width="{SWATCH:g}" height="10" fill="{colour}"/>')
    if "lines" in mode:
        look = trace.get("line") or {}
        ends = marks.Points(np.array([x, x + SWATCH]), np.array([y, y]))
        pieces.append(marks.line(ends, {**look, "width": min(float(look.get("width", 2)), 6)}, lighten, entry.colour, 2))
    if "markers" in mode:
        look = dict(trace.get("marker") or {})
        one: dict[str, Any] = {name: value for name, value in look.items() if isinstance(value, str | int | float | dict)}
        one["size"] = min(float(one.get("size", 8)), 10.0)
        pieces.append(marks.marks(middle, one, lighten, entry.colour, 1))
    return "".join(pieces)


def mode_of(trace: Mapping[str, Any]) -> str:
    """What a scatter trace draws, as Plotly decides where nothing is said."""
    given = trace.get("mode")
    if given:
        return str(given)
    return "lines+markers" if len(sequence(trace.get("x"))) < 20 else "lines"


def shape(look: Mapping[str, Any], where: Callable[[Any, str, bool], float], lighten: Lighten) -> str:
    """A line or a rectangle; ``where`` gives the pixel of a value, of an axis or of a part of the picture."""
    x0, x1 = (where(look[name], _reference(look, "x"), False) for name in ("x0", "x1"))
    y0, y1 = (where(look[name], _reference(look, "y"), False) for name in ("y0", "y1"))
    if not all(map(np.isfinite, (x0, x1, y0, y1))):
        return ""
    edge = look.get("line") or {}
    dash = marks.DASHES.get(str(edge.get("dash") or ""), "")
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    width = float(edge.get("width", 2))
    stroke = f' stroke="{lighten(edge.get("color") or INK)}" stroke-width="{width:g}"{dashes}' if width else ""
    if look.get("type") == "line":
        return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"{stroke}/>'
    fill = lighten(look["fillcolor"]) if look.get("fillcolor") else "none"
    return (
        f'<rect x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}" '
        f'fill="{fill}"{stroke}/>'
    )


def note(look: Mapping[str, Any], where: Callable[[Any, str, bool], float], lighten: Lighten, right_end: float) -> str:
    """Words on the picture, moved so that they do not end beyond its right edge."""
    if not look.get("text") or look.get("visible") is False:
        return ""
    x = where(look.get("x", 0.5), _reference(look, "x"), True) + float(look.get("xshift") or 0)
    y = where(look.get("y", 0.5), _reference(look, "y"), True) - float(look.get("yshift") or 0)
    if not (np.isfinite(x) and np.isfinite(y)):
        return ""
    font = look.get("font") or {}
    size = min(float(font.get("size") or texts.SIZE), 14.0)
    across = ANCHORS[_anchor(look, "x", "xanchor", ("left", "center", "right"))]
    up = _anchor(look, "y", "yanchor", ("bottom", "middle", "top"))
    wide = texts.width_of(look["text"], size)
    over = x + {"start": wide, "middle": wide / 2, "end": 0.0}[across] - right_end
    short = x - {"start": 0.0, "middle": wide / 2, "end": wide}[across]
    x -= max(over, 0.0) + min(short, 0.0)
    behind = lighten(look["bgcolor"]) if look.get("bgcolor") else ""
    return texts.draw(look["text"], x, y, lighten(font.get("color") or INK), size, across, up, behind=behind)


def _reference(look: Mapping[str, Any], letter: str) -> str:
    """What a value is a value of: an axis, "x domain" for a fraction of one, or "x of paper" for one of the whole picture."""
    given = str(look.get(f"{letter}ref", letter))
    return f"{letter} of paper" if given == "paper" else given


def _anchor(look: Mapping[str, Any], axis: str, name: str, sides: tuple[str, str, str]) -> str:
    given = str(look.get(name) or "auto")
    if given != "auto":
        return given
    reference = str(look.get(f"{axis}ref", axis))
    if reference != "paper" and "domain" not in reference:
        return sides[1]
    at = float(look.get(axis) or 0)
    return sides[0] if at < 1 / 3 else sides[2] if at > 2 / 3 else sides[1]


def colour_bar(trace: Mapping[str, Any], x: float, top: float, bottom: float, lighten: Lighten) -> str:
    """The colours of a heat map and their numbers, from bottom to top."""
    look = trace.get("colorbar") or {}
    low, high = ends_of(trace, np.asarray(trace["z"], float))
    steps, pieces = 24, []
    stops = _colours(trace, steps, lighten)
    height = (bottom - top) / steps
    for k, (red, green, blue, opacity) in enumerate(stops):
        colour = f"rgba({red}, {green}, {blue}, {opacity / 255:.2f})"
        y = bottom - height * (k + 1)
        pieces.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{BAR:g}" height="{height + 0.3:.1f}" fill="{colour}"/>')
    axis = Axis(look, low=low, high=high, start=bottom, end=top)
    pieces += [texts.draw(word, x + BAR + 3, at, QUIET, across="start") for at, word in apart(axis.ticks())]
    if axis.title:
        pieces.append(texts.draw(axis.title, x, top - 4, QUIET, across="start", up="bottom"))
    return "".join(pieces)


def _colours(trace: Mapping[str, Any], steps: int, lighten: Lighten) -> list[list[int]]:
    found: list[list[int]] = of_scale(scale_of(trace), (np.arange(steps) + 0.5) / steps, lighten).tolist()
    return found


def width_of_colour_bar(trace: Mapping[str, Any]) -> float:
    """How many pixels it takes at the right."""
    look = trace.get("colorbar") or {}
    low, high = ends_of(trace, np.asarray(trace["z"], float))
    words = [word for _, word in Axis(look, low=low, high=high).ticks()]
    title = str((look.get("title") or {}).get("text") or "")
    return BAR + 12 + max([texts.width_of(word) + 3 for word in words] + [texts.width_of(title) - BAR], default=0.0)
