"""The triangle of three probabilities as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ui.report.still import marks, texts
from ui.report.still.colours import Lighten
from ui.report.still.frame import GRID, INK

GRID_AT = (0.2, 0.4, 0.6, 0.8)


def drawn(
    traces: Sequence[tuple[Mapping[str, Any], str]],
    look: Mapping[str, Any],
    box: tuple[float, float, float, float],
    lighten: Lighten,
    most: int,
) -> str:
    """Dots in the triangle, its grid and the names at its corners.

    Parameters
    ----------
    traces : sequence of (trace, str)
        Each with its own colour.
    look : mapping
        ``layout.ternary``.
    box : tuple of float
        Left, top, right and bottom of the room for the triangle and its names, in pixels.
    """
    left, top, right, bottom = box
    names = [
        str((look.get(f"{axis}axis", {}).get("title") or {}).get("text") or "").replace("<br>", " ").strip() for axis in "abc"
    ]
    top, bottom = top + 30, bottom - 32
    side = min((bottom - top) * 2 / np.sqrt(3), right - left - 40)
    middle, height = (left + right) / 2, side * np.sqrt(3) / 2
    top = (top + bottom - height) / 2

    def place(a: Any, b: Any, c: Any) -> marks.Points:
        total = np.asarray(a, float) + np.asarray(b, float) + np.asarray(c, float)
        up, across = np.asarray(a, float) / total, (np.asarray(c, float) - np.asarray(b, float)) / total / 2
        return marks.Points(middle + side * across, top + height * (1 - up))

    lines = [place([at, at], [1 - at, 0], [0, 1 - at]) for at in GRID_AT]
    lines += [place([1 - at, 0], [at, at], [0, 1 - at]) for at in GRID_AT]
    lines += [place([1 - at, 0], [0, 1 - at], [at, at]) for at in GRID_AT]
    corners = place([1, 0, 0], [0, 1, 0], [0, 0, 1])
    grid = "".join(f"M{line.x[0]:.1f} {line.y[0]:.1f}L{line.x[1]:.1f} {line.y[1]:.1f}" for line in lines)
    frame = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(*corners, strict=True))
    pieces = [f'<path d="{grid}" stroke="{GRID}" fill="none"/><path d="M{frame}Z" stroke="#AAAAAA" fill="none"/>']
    for trace, colour in traces:
        points = place(*(np.asarray(trace.get(axis), float) for axis in "abc"))
        pieces.append(marks.marks(points, trace.get("marker") or {}, lighten, colour, most))
    for name, x, y, up in zip(names, corners.x, corners.y, ("bottom", "top", "top"), strict=True):
        pieces.append(texts.draw(name, x, y + (-8 if up == "bottom" else 8), INK, up=up))
    return "".join(pieces)
