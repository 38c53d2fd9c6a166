"""Bars, histograms and heat maps as SVG."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from plotly.colors import get_colorscale

from ui.report.still import marks, texts
from ui.report.still.axes import Axis, sequence
from ui.report.still.colours import Lighten, of_scale

GAP = 0.2
MAX_PIXELS = 40_000


def histogram_as_bars(trace: Mapping[str, Any], bins: int) -> dict[str, Any]:
    """The bars of a histogram: its bins' middles, counts and widths."""
    values = np.asarray(sequence(trace.get("x")), float)
    counts, edges = np.histogram(values[np.isfinite(values)], bins=bins)
    middles = (edges[:-1] + edges[1:]) / 2
    return {**trace, "type": "bar", "x": middles, "y": counts, "width": float(edges[1] - edges[0])}


def drawn(
    traces: Sequence[tuple[Mapping[str, Any], Axis, Axis, str]], mode: str, gap: float, lighten: Lighten, text_color: str
) -> str:
    """All bars of a picture, stacked or beside each other.

    Parameters
    ----------
    traces : sequence of (trace, Axis, Axis, str)
        Each with its axes, across and up, and its own colour.
    mode : {"stack", "relative", "group", "overlay"}
    gap : float
        The part of a category that stays empty.
    lighten : callable
    text_color : str
        The colour of words.
    """
    ends: dict[tuple[int, Any], float] = {}
    pieces = []
    for number, (trace, x, y, own) in enumerate(traces):
        lies = trace.get("orientation") == "h"
        along, of_values = (y, x) if lies else (x, y)
        at, values = along.numbers(trace["y" if lies else "x"]), of_values.numbers(trace["x" if lies else "y"])
        width = np.asarray(trace.get("width") if trace.get("width") is not None else _room(at, gap), float)
        share = width / len(traces) if mode == "group" else width
        aside = (number - (len(traces) - 1) / 2) * share if mode == "group" else 0.0
        middles, widths = at + aside, np.broadcast_to(share, at.shape)
        starts = np.zeros(len(at))
        if mode in ("stack", "relative"):
            starts = np.array([ends.get((id(along), float(one)), 0.0) for one in at])
        for k, (middle, value, start) in enumerate(zip(middles, values, starts, strict=True)):
            if not np.isfinite([middle, value]).all():
                continue
            ends[(id(along), float(at[k]))] = start + value
            sides = along.pixels([middle - widths[k] / 2, middle + widths[k] / 2])
            first, last = sorted((of_values.start, of_values.end))
            reach = np.clip(of_values.pixels([start, start + value]), first, last)
            pieces.append(_bar(trace, k, sides, reach, lies, lighten, own, text_color))
        if look := trace.get("error_x" if lies else "error_y"):
            pieces.append(_intervals(look, along.pixels(middles), of_values, values, lies, lighten(look.get("color") or own)))
    return "".join(pieces)


def _room(at: np.ndarray, gap: float) -> float:
    steps = np.diff(np.unique(at[np.isfinite(at)]))
    return (1 - gap) * (float(steps.min()) if len(steps) else 1.0)


def _bar(
    trace: Mapping[str, Any],
    k: int,
    sides: np.ndarray,
    reach: np.ndarray,
    lies: bool,
    lighten: Lighten,
    own: str,
    text_color: str,
) -> str:
    look = trace.get("marker") or {}
    edge = look.get("line") or {}
    colour, width = _of(look.get("color"), k, own), float(_of(edge.get("width"), k, 0) or 0)
    (x0, x1), (y0, y1) = (reach, sides) if lies else (sides, reach)
    left, top = min(x0, x1), min(y0, y1)
    outline = f' stroke="{lighten(_of(edge.get("color"), k, own))}" stroke-width="{width:g}"' if width else ""
    box = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}" '
        f'fill="{lighten(colour)}"{outline}/>'
    )
    words = _of(trace.get("text"), k, "")
    if words in ("", None):
        return box
    text_color = lighten((trace.get("textfont") or {}).get("color") or text_color)
    if trace.get("textposition") == "outside":
        spot = (reach[1] + 4, (y0 + y1) / 2, "start", "middle") if lies else ((x0 + x1) / 2, top - 2, "middle", "bottom")
        x, y, across, up = spot
        return box + texts.draw(words, x, y, text_color, across=across, up=up)
    return box + texts.draw(words, (x0 + x1) / 2, (y0 + y1) / 2, text_color)


def _intervals(
    look: Mapping[str, Any], middles: np.ndarray, of_values: Axis, values: np.ndarray, lies: bool, colour: str
) -> str:
    above = np.asarray(sequence(look.get("array")), float)
    below = np.asarray(sequence(look["arrayminus"] if look.get("arrayminus") is not None else above), float)
    ends = [of_values.pixels(values - below), of_values.pixels(values + above)]
    points = [marks.Points(end, middles) if lies else marks.Points(middles, end) for end in ends]
    return marks.errors(points, look, colour)


def _of(value: Any, k: int, otherwise: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return value[k % len(value)] if len(value) else otherwise
    return otherwise if value is None else value


def heat_map(trace: Mapping[str, Any], x: Axis, y: Axis, lighten: Lighten) -> str:
    """The cells of a heat map as a small picture in the picture, with the words that its cells have."""
    z = np.asarray(trace["z"], float)
    if z.ndim != 2 or not z.size:
        return ""
    step = max(1, int(np.ceil(np.sqrt(z.size / MAX_PIXELS))))
    low, high = ends_of(trace, z)
    pixels = of_scale(scale_of(trace), (z[::step, ::step] - low) / ((high - low) or 1.0), lighten)
    across, up = (_edges(axis, trace.get(name), count) for axis, name, count in ((x, "x", z.shape[1]), (y, "y", z.shape[0])))
    if across[0] > across[1]:
        pixels = pixels[:, ::-1]
    if up[0] > up[1]:
        pixels = pixels[::-1]
    left, top, right, bottom = min(across), min(up), max(across), max(up)
    picture = (
        f'<image x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'preserveAspectRatio="none" style="image-rendering: pixelated" href="data:image/png;base64,{_png(pixels)}"/>'
    )
    return picture + (_in_cells(trace, z, x, y, lighten) if trace.get("texttemplate") == "%{text}" else "")


def ends_of(trace: Mapping[str, Any], z: np.ndarray) -> tuple[float, float]:
    """The numbers at the ends of its colours."""
    finite = z[np.isfinite(z)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    return float(trace.get("zmin", low)), float(trace.get("zmax", high))


def scale_of(trace: Mapping[str, Any]) -> Any:
    """Its colour scale: positions from 0 to 1, and colours."""
    scale = trace.get("colorscale") or "Cividis"
    return get_colorscale(scale) if isinstance(scale, str) else scale


def _edges(axis: Axis, values: Any, count: int) -> tuple[float, float]:
    """The pixels of the outer edges of the first and the last cell."""
    at = axis.numbers(values) if values is not None else np.arange(count, dtype=float)
    half = (at[-1] - at[0]) / (len(at) - 1) / 2 if len(at) > 1 else 0.5
    first, last = axis.pixels([at[0] - half, at[-1] + half])
    return float(first), float(last)


def _in_cells(trace: Mapping[str, Any], z: np.ndarray, x: Axis, y: Axis, lighten: Lighten) -> str:
    across = x.at(trace["x"]) if trace.get("x") is not None else x.pixels(np.arange(z.shape[1]))
    up = y.at(trace["y"]) if trace.get("y") is not None else y.pixels(np.arange(z.shape[0]))
    low, high = ends_of(trace, z)
    colours = of_scale(scale_of(trace), (z - low) / ((high - low) or 1.0), lighten)
    written = np.asarray(trace["text"], object)
    return "".join(
        texts.draw(written[i, j], across[j], up[i], "#FFFFFF" if _is_dark(colours[i, j]) else "#31333F")
        for i in range(min(z.shape[0], 40))
        for j in range(min(z.shape[1], 12))
    )


def _is_dark(pixel: np.ndarray) -> bool:
    red, green, blue, opacity = (float(channel) for channel in pixel)
    seen = (0.299 * red + 0.587 * green + 0.114 * blue) * opacity / 255 + 255 - opacity
    return seen < 128


def _png(pixels: np.ndarray) -> str:
    """Bytes (rows, columns, 4) as a PNG in base64."""
    rows, columns, _ = pixels.shape
    raw = b"".join(b"\0" + np.ascontiguousarray(row).tobytes() for row in pixels)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw, 9)),
        (b"IEND", b""),
    )
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return base64.b64encode(content).decode()
