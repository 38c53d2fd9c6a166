"""Lines, areas and marks of a scatter trace as SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ui.report.still import texts
from ui.report.still.colours import Lighten

DASHES = {"dot": "2 3", "dash": "7 4", "dashdot": "7 3 2 3", "longdash": "11 4", "longdashdot": "11 3 2 3"}
MANY = 60
MARK = 6.0
POSITIONS = {"left": ("end", -1.0), "right": ("start", 1.0), "center": ("middle", 0.0)}


class Points(NamedTuple):
    """Where a trace's points are, in pixels."""

    x: np.ndarray
    y: np.ndarray

    def finite(self) -> np.ndarray:
        """Which have a place in the picture."""
        return np.isfinite(self.x) & np.isfinite(self.y)


def thinned(count: int, most: int) -> np.ndarray:
    """Indices of at most so many of ``count`` points, evenly chosen."""
    return np.arange(count) if count <= most else np.unique(np.linspace(0, count - 1, most).astype(int))


def line(points: Points, look: Mapping[str, Any], lighten: Lighten, otherwise: str, most: int) -> str:
    """A line through points, broken where one has no place."""
    width = float(look.get("width", 2))
    if width <= 0:
        return ""
    d = _path(points, most)
    dash = DASHES.get(str(look.get("dash") or ""), "")
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    colour = lighten(look.get("color") or otherwise)
    look_of_it = f'stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}'
    return f'<path d="{d}" fill="none" {look_of_it}/>' if d else ""


def area(lower: Points, upper: Points, colour: str, most: int) -> str:
    """What is between two lines."""
    there, back = thinned(len(upper.x), most), thinned(len(lower.x), most)[::-1]
    x = np.concatenate([upper.x[there], lower.x[back]])
    y = np.concatenate([upper.y[there], lower.y[back]])
    kept = np.isfinite(x) & np.isfinite(y)
    d = _path(Points(x[kept], y[kept]), 4 * most)
    return f'<path d="{d}Z" fill="{colour}"/>' if d else ""


def _path(points: Points, most: int) -> str:
    chosen = thinned(len(points.x), most)
    written, command, before = [], "M", ""
    for x, y in zip(points.x[chosen], points.y[chosen], strict=True):
        if not (math.isfinite(x) and math.isfinite(y)):
            command, before = "M", ""
            continue
        here = f"{x:.1f} {y:.1f}"
        if here != before:
            written.append(command + here)
        command, before = "L", here
    return "".join(written)


def errors(ends: Sequence[Points], look: Mapping[str, Any], colour: str) -> str:
    """Intervals around points: ``ends`` are where they begin and where they end."""
    thickness, cap = float(look.get("thickness", 2)), float(look.get("width", 4) or 0)
    pieces = []
    for x0, y0, x1, y1 in zip(*(axis for end in ends for axis in end), strict=True):
        if not all(map(math.isfinite, (x0, y0, x1, y1))):
            continue
        pieces.append(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}")
        across = abs(x1 - x0) >= abs(y1 - y0)
        for x, y in ((x0, y0), (x1, y1)) if cap else ():
            pieces.append(f"M{x:.1f} {y - cap:.1f}v{2 * cap:g}" if across else f"M{x - cap:.1f} {y:.1f}h{2 * cap:g}")
    return f'<path d="{"".join(pieces)}" fill="none" stroke="{colour}" stroke-width="{thickness:g}"/>' if pieces else ""


def marks(points: Points, look: Mapping[str, Any], lighten: Lighten, otherwise: str, most: int) -> str:
    """A mark at each point; colour, size, symbol and the edge's width may differ from point to point."""
    shown = np.flatnonzero(points.finite())
    shown = shown[thinned(len(shown), most)]
    if not len(shown):
        return ""
    edge = look.get("line") or {}
    opacity = look.get("opacity")
    see_through = f' opacity="{float(opacity):g}"' if isinstance(opacity, int | float) and opacity != 1 else ""
    colours, sizes = _each(look.get("color"), otherwise), _each(look.get("size"), MARK)
    symbols, widths = _each(look.get("symbol"), "circle"), _each(edge.get("width"), 0)
    edges = _each(edge.get("color"), otherwise)
    is_uniform = not any(map(_is_many, (look.get("color"), look.get("size"), look.get("symbol"), edge.get("width"))))
    if is_uniform and len(shown) > MANY and symbols(0) == "circle":
        dots = "".join(f"M{points.x[k]:.1f} {points.y[k]:.1f}h0" for k in shown)
        return (
            f'<path d="{dots}" stroke="{lighten(colours(0))}" stroke-width="{float(sizes(0)):g}" '
            f'stroke-linecap="round"{see_through}/>'
        )
    pieces = [
        symbol(
            str(symbols(k)),
            float(points.x[k]),
            float(points.y[k]),
            float(sizes(k)),
            lighten(colours(k)),
            float(widths(k) or 0),
            lighten(edges(k)),
        )
        for k in shown
    ]
    return f"<g{see_through}>{''.join(pieces)}</g>"


def symbol(name: str, x: float, y: float, size: float, colour: str, edge: float, edge_colour: str) -> str:
    """One mark. An open one, or one that is a line, has only an edge."""
    r = size / 2
    is_open = name.endswith("-open")
    name = name.removesuffix("-open")
    if is_open:
        colour, edge, edge_colour = "none", edge or 1.5, colour
    if name in ("line-ns", "line-ew"):
        d = f"M{x:.1f} {y - r:.1f}v{size:g}" if name == "line-ns" else f"M{x - r:.1f} {y:.1f}h{size:g}"
        return f'<path d="{d}" stroke="{edge_colour}" stroke-width="{edge or 1:g}"/>'
    outline = f' stroke="{edge_colour}" stroke-width="{edge:g}"' if edge else ""
    if name in CORNERS:
        corners = " ".join(f"{x + r * dx:.1f},{y + r * dy:.1f}" for dx, dy in CORNERS[name])
        return f'<polygon points="{corners}" fill="{colour}"{outline}/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{colour}"{outline}/>'


def _around(count: int, first: float = -90, inner: float = 0.0) -> list[tuple[float, float]]:
    """Corners of a regular polygon, or of a star whose inner corners are so far out."""
    many = count * (2 if inner else 1)
    radii = [inner if inner and index % 2 else 1.0 for index in range(many)]
    angles = [math.radians(first + 360 * index / many) for index in range(many)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for radius, angle in zip(radii, angles, strict=True)]


ARM = 1 / 3
CROSS = [(-ARM, -1), (ARM, -1), (ARM, -ARM), (1, -ARM), (1, ARM), (ARM, ARM)]
CROSS += [(-x, -y) for x, y in CROSS]
CORNERS = {
    "cross": CROSS,
    "x": [((x - y) * math.sqrt(0.5), (x + y) * math.sqrt(0.5)) for x, y in CROSS],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)],
    "triangle-up": _around(3),
    "triangle-down": _around(3, 90),
    "triangle-right": _around(3, 0),
    "star": _around(5, inner=0.45),
    "pentagon": _around(5),
    "hexagon": _around(6),
}


def words(points: Points, trace: Mapping[str, Any], lighten: Lighten, otherwise: str, right_end: float) -> str:
    """The words beside the points, moved so that they do not end beyond the picture."""
    look = trace.get("textfont") or {}
    given = _each(trace.get("text"), "")
    up_and_across = str(trace.get("textposition") or "middle center").split()
    across, side = POSITIONS.get(up_and_across[-1], POSITIONS["center"])
    up = {"top": "bottom", "bottom": "top"}.get(up_and_across[0], "middle")
    size, colour = min(float(look.get("size") or texts.SIZE), 14.0), lighten(look.get("color") or otherwise)
    room = float((trace.get("marker") or {}).get("size") or 0) / 2 + 2 if "markers" in str(trace.get("mode")) else 0.0
    lift = {"bottom": -room, "top": room}.get(up, 0.0)
    pieces = []
    for k in np.flatnonzero(points.finite())[:400]:
        if given(k) not in ("", None):
            x, wide = points.x[k] + side * room, texts.width_of(given(k), size)
            over = x + {"start": wide, "middle": wide / 2, "end": 0.0}[across] - right_end
            pieces.append(texts.draw(given(k), x - max(over, 0.0), points.y[k] + lift, colour, size, across, up))
    return "".join(pieces)


def _is_many(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray)


def _each(value: Any, otherwise: Any) -> Callable[[int], Any]:
    """What point number k has: of a list its own, else what all have."""
    if _is_many(value) and len(value):
        return lambda k: value[k % len(value)]
    return lambda k: otherwise if value is None or _is_many(value) else value
