"""Convert a Plotly figure to SVG; only the features that the app's pictures use are supported."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from ui import charts
from ui.charts.figure import Figure
from ui.report.still import bars, frame, marks, ternary, texts
from ui.report.still.axes import Axis, apart, axis_of, sequence, spread_out, unpacked
from ui.report.still.colours import Lighten, as_it_is, lightened

WIDTH, HEIGHTS = 430, (120, 256)
SCALE = 0.64
"""The height of a picture, as a fraction of the figure's on the screen."""
MAX_POINTS = (1200, 300, 80, 20)
MAX_BYTES = 60_000
LETTERS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def svg_of(figure: Figure | Mapping[str, Any], alt: str = "", from_dark: bool = False, width: int = WIDTH) -> str:
    """A figure as an SVG element without scripts, links or fonts of its own.

    Parameters
    ----------
    figure : Figure or mapping
        The figure, or its layout and data as Plotly writes them in JSON. Scatter, ternary, bar, histogram and heat map traces
        are drawn; others are left out.
    alt : str
        What it shows, for those who do not see it.
    from_dark : bool
        Whether it was drawn in the dark theme: it becomes light.
    width : int
        Of its view box, in pixels of which letters have 12.

    Returns
    -------
    str
        At most 60,000 characters: of very many points fewer are drawn. Empty if that is not enough.
    """
    for most in MAX_POINTS:
        made = _Picture(figure, lightened if from_dark else as_it_is, width, most).svg(alt)
        if len(made) <= MAX_BYTES:
            return made
    return ""


class _Picture:
    """The conversion of one figure."""

    def __init__(self, figure: Figure | Mapping[str, Any], lighten: Lighten, width: int, most: int) -> None:
        content = figure.to_dict() if isinstance(figure, Figure) else figure
        self.layout: dict[str, Any] = unpacked(content["layout"])
        traces = unpacked(content["data"])
        self.traces = [self._prepared(trace) for trace in traces]
        self.lighten, self.width, self.most = lighten, float(width), most
        self.colours = [self._own_colour(trace, k) for k, trace in enumerate(self.traces)]
        low, high = HEIGHTS
        self.height = float(min(max(low, SCALE * float(self.layout.get("height") or 400)), high))
        self.axes: dict[str, Axis] = {}

    def svg(self, alt: str) -> str:
        shown = frame.entries(self.traces, self.colours, self.layout)
        lines = frame.in_lines(shown, self.width - 8)
        of_legend = frame.LINE_OF_LEGEND * len(lines)
        is_below = float((self.layout.get("legend") or {}).get("y", 1)) < 0
        self.height += of_legend
        body = self._ternary(of_legend, is_below) if "ternary" in self.layout else self._cartesian(of_legend)
        top = self.height - of_legend - 2 if is_below else 2
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:.0f}" role="img" '
            f'aria-label="{escape(alt)}" font-family="{LETTERS}">{body}{frame.legend(lines, 4, top, self.lighten)}</svg>'
        )

    def _prepared(self, trace: dict[str, Any]) -> dict[str, Any]:
        if trace.get("type") == "histogram":
            return bars.histogram_as_bars(trace, int(trace.get("nbinsx") or 20))
        return trace

    def _own_colour(self, trace: Mapping[str, Any], k: int) -> str:
        for part in ("line", "marker"):
            colour = (trace.get(part) or {}).get("color")
            if isinstance(colour, str):
                return colour
        return charts.class_colour(k)

    def _ternary(self, of_legend: float, is_below: bool) -> str:
        top, bottom = (0.0, self.height - of_legend) if is_below else (of_legend, self.height)
        both = zip(self.traces, self.colours, strict=True)
        own = [(trace, colour) for trace, colour in both if trace["type"] == "scatterternary"]
        return ternary.drawn(own, self.layout["ternary"], (0.0, top, self.width, bottom), self.lighten, self.most)

    def _cartesian(self, of_legend: float) -> str:
        self._make_axes()
        self._place_axes(of_legend)
        shapes = self.layout.get("shapes") or ()
        drawn = [shape for shape in shapes if shape.get("layer") == "below"]
        above = [shape for shape in shapes if shape.get("layer") != "below"]
        pieces = [frame.grid(x, y, True) for x, y in self._pairs()]
        pieces += [frame.shape(shape, self._where, self.lighten) for shape in drawn]
        pieces += self._data()
        pieces += [frame.shape(shape, self._where, self.lighten) for shape in above]
        notes = self.layout.get("annotations") or ()
        pieces += [frame.note(look, self._where, self.lighten, self.width - 2) for look in notes[:60]]
        return "".join(pieces)

    def _pairs(self) -> list[tuple[Axis, Axis]]:
        """The axes of each part of the picture, across and up."""
        names = [(trace.get("xaxis") or "x", trace.get("yaxis") or "y") for trace in self.traces] or [("x", "y")]
        return [(self.axes[x], self.axes[y]) for x, y in dict.fromkeys(names)]

    def _make_axes(self) -> None:
        looks = {name.replace("axis", ""): look for name, look in self.layout.items() if name[:5] in ("xaxis", "yaxis")}
        for name in ("x", "y", *looks):
            look = looks.get(name, {})
            group = {name, look.get("matches")} - {None}
            shared = [other for other, its in looks.items() if group & {other, its.get("matches")}]
            letter = name[0]
            own = [trace for trace in self.traces if (trace.get(f"{letter}axis") or letter) in {name, *shared}]
            stands = any(trace["type"] == "bar" and (trace.get("orientation") == "h") == (letter == "x") for trace in own)
            lies = any(trace["type"] in ("bar", "heatmap") for trace in own) and not stands
            has_marks = letter == "y" or any("markers" in frame.mode_of(trace) for trace in own if trace["type"] == "scatter")
            axis = axis_of(look, [self._values(trace, letter) for trace in own], stands, has_marks and not lies)
            if lies and axis.kind != "category" and look.get("range") is None:
                axis.low, axis.high = axis.low - 0.5 * self._step(own, letter), axis.high + 0.5 * self._step(own, letter)
            self.axes[name] = axis

    def _values(self, trace: Mapping[str, Any], letter: str) -> list[Any]:
        if trace["type"] == "heatmap" and trace.get(letter) is None:
            return list(range(np.asarray(trace["z"]).shape[letter == "x"]))
        values = sequence(trace.get(letter))
        if look := trace.get(f"error_{letter}"):
            ends = sequence(look.get("array")), sequence(look.get("arrayminus"))
            if not any(isinstance(value, str) for value in values):
                values = [*values, *(a + b for a, b in zip(values, ends[0], strict=False))]
                values += [a - b for a, b in zip(values, ends[1] or ends[0], strict=False)]
        if trace.get("stackgroup") and letter == "y":
            return list(self._stacked(trace))
        return values

    def _step(self, traces: list[dict[str, Any]], letter: str) -> float:
        for trace in traces:
            if trace["type"] in ("bar", "heatmap"):
                steps = np.diff(np.unique(np.asarray(self._values(trace, letter), float)))
                return float(steps.min()) if len(steps) else 1.0
        return 1.0

    def _place_axes(self, of_legend: float) -> None:
        margin = self.layout.get("margin") or {}
        bar = next((trace for trace in self.traces if trace["type"] == "heatmap" and trace.get("showscale") is not False), None)
        room_for_bar = frame.width_of_colour_bar(bar) if bar else 0.0
        # Until their numbers are known, all axes have the whole picture.
        for name, axis in self.axes.items():
            axis.start, axis.end = (0.0, self.width) if name[0] == "x" else (self.height, 0.0)
        left = max((self._beside(axis) for name, axis in self.axes.items() if name[0] == "y"), default=0.0)
        below = max((self._below(axis) for name, axis in self.axes.items() if name[0] == "x"), default=0.0)
        top = max(float(margin.get("t") or 8) if not of_legend else 8.0, 10.0) + of_legend
        right = self.width - max(float(margin.get("r") or 8), 10.0) - room_for_bar
        left, bottom = left + 4, self.height - below - 4
        self.box = left, top, right, bottom
        for name, axis in self.axes.items():
            low, high = axis.domain
            start, end = (left, right) if name[0] == "x" else (bottom, top)
            axis.start, axis.end = start + low * (end - start), start + high * (end - start)
        self._keep_squares_square()
        self.colour_bar = frame.colour_bar(bar, right + 10, top + 14, bottom, self.lighten) if bar else ""

    def _keep_squares_square(self) -> None:
        x, y = self.axes["x"], self.axes["y"]
        if y.look.get("scaleanchor") != "x":
            return
        across, up = abs(x.end - x.start) / abs(x.high - x.low), abs(y.end - y.start) / abs(y.high - y.low)
        each = min(across, up)
        x.end = x.start + each * abs(x.high - x.low)
        y.end = y.start - each * abs(y.high - y.low)

    def _beside(self, axis: Axis) -> float:
        widest = max((texts.width_of(word) for _, word in apart(axis.ticks())), default=0.0)
        return widest + 6 + (texts.height_of(axis.title) + 4 if axis.title else 0.0)

    def _below(self, axis: Axis) -> float:
        highest = max((texts.height_of(word) for _, word in spread_out(axis.ticks())), default=0.0)
        return highest + 4 + (texts.height_of(axis.title) + 4 if axis.title else 0.0)

    def _where(self, value: Any, reference: str, is_note: bool) -> float:
        """The pixel of a value of an axis, or of a fraction of an axis or of the whole picture."""
        left, top, right, bottom = self.box
        name, _, part = reference.partition(" ")
        if part == "of paper":
            start, end = (left, right) if name == "x" else (bottom, top)
            return start + float(value) * (end - start)
        axis = self.axes.get(name) or self.axes[name[0]]
        if part:
            return axis.within(float(value))
        found = axis.of_note(value) if is_note else float(axis.at([value])[0])
        first, last = sorted((axis.start, axis.end))
        return found if first - 1 <= found <= last + 1 or not is_note else np.nan

    def _data(self) -> list[str]:
        own = list(zip(self.traces, self.colours, strict=True))
        layers: list[str] = []
        for trace, _ in own:
            if trace["type"] == "heatmap":
                layers.append(bars.heat_map(trace, *self._axes_of(trace), self.lighten))
        layers.append(self.colour_bar)
        of_bars = [(trace, *self._axes_of(trace), colour) for trace, colour in own if trace["type"] == "bar"]
        mode, gap = self.layout.get("barmode") or "group", float(self.layout.get("bargap") or bars.GAP)
        layers.append(bars.drawn(of_bars, mode, gap, self.lighten, frame.INK))
        before: dict[str, marks.Points] = {}
        for trace, colour in own:
            if trace["type"] == "scatter":
                layers.append(self._scatter(trace, colour, before))
        return layers

    def _axes_of(self, trace: Mapping[str, Any]) -> tuple[Axis, Axis]:
        return self.axes[trace.get("xaxis") or "x"], self.axes[trace.get("yaxis") or "y"]

    def _stacked(self, trace: Mapping[str, Any]) -> np.ndarray:
        total: np.ndarray = np.zeros(len(sequence(trace.get("y"))))
        for other in self.traces:
            if other.get("stackgroup") == trace.get("stackgroup"):
                total = total + np.asarray(sequence(other.get("y")), float)
            if other is trace:
                break
        return total

    def _scatter(self, trace: Mapping[str, Any], colour: str, before: dict[str, marks.Points]) -> str:
        x, y = self._axes_of(trace)
        across = x.numbers(trace.get("x"))
        up = self._stacked(trace) if trace.get("stackgroup") else y.numbers(trace.get("y"))
        count = min(len(across), len(up))
        across = across[:count] + self._aside(trace)
        points = marks.Points(x.pixels(across), y.pixels(up[:count]))
        mode, pieces = frame.mode_of(trace), []
        key = f"{trace.get('yaxis') or 'y'} {trace.get('stackgroup') or ''}"
        if trace.get("fill") == "tonexty" and key in before:
            pieces.append(marks.area(before[key], points, self.lighten(trace.get("fillcolor") or colour), self.most))
        elif trace.get("stackgroup") or trace.get("fill") == "tozeroy":
            below = before.get(key) or marks.Points(points.x, np.full(count, y.at([0])[0] if y.kind != "log" else y.start))
            pieces.append(marks.area(below, points, self.lighten(trace.get("fillcolor") or colour), self.most))
        before[key] = points
        if "lines" in mode:
            pieces.append(marks.line(points, trace.get("line") or {}, self.lighten, colour, self.most))
        for letter, axis, middles in (("x", x, across), ("y", y, up[:count])):
            if look := trace.get(f"error_{letter}"):
                pieces.append(self._errors(look, axis, letter, middles, points, colour))
        pieces = [_clipped("".join(pieces), x, y)] if any(pieces) else []
        points = _within(points, x, y)
        if "markers" in mode:
            pieces.append(marks.marks(points, trace.get("marker") or {}, self.lighten, colour, self.most))
        if "text" in mode.split("+"):
            pieces.append(marks.words(points, trace, self.lighten, frame.INK, self.width - 2))
        return "".join(pieces)

    def _aside(self, trace: Mapping[str, Any]) -> float:
        """How far groups of marks stand beside the middle of a category."""
        if self.layout.get("scattermode") != "group":
            return 0.0
        groups = list(dict.fromkeys(one.get("offsetgroup") for one in self.traces if one.get("offsetgroup")))
        if trace.get("offsetgroup") not in groups:
            return 0.0
        share = (1 - float(self.layout.get("scattergap") or 0)) / len(groups)
        return (groups.index(trace.get("offsetgroup")) - (len(groups) - 1) / 2) * share

    def _errors(
        self, look: Mapping[str, Any], axis: Axis, letter: str, middles: np.ndarray, points: marks.Points, colour: str
    ) -> str:
        above = np.asarray(sequence(look.get("array")), float)[: len(middles)]
        below = np.asarray(sequence(look["arrayminus"]), float)[: len(middles)] if look.get("arrayminus") is not None else above
        if len(above) < len(middles) or len(below) < len(middles):
            return ""
        values = 10.0**middles if axis.kind == "log" else middles
        low, high = values - below, values + above
        if axis.kind == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                least = 10.0 ** min(axis.low, axis.high)
                low, high = np.log10(np.maximum(low, least)), np.log10(high)
        first, last = sorted((axis.start, axis.end))
        pixels = [np.clip(axis.pixels(end), first, last) for end in (low, high)]
        ends = [marks.Points(end, points.y) if letter == "x" else marks.Points(points.x, end) for end in pixels]
        return marks.errors(ends, look, self.lighten(look.get("color") or colour))


def _clipped(content: str, x: Axis, y: Axis) -> str:
    """What is beyond the axes is cut off: an inner SVG shows no more than its own box."""
    left, top, width, height = x.start - 2, y.end - 2, x.end - x.start + 4, y.start - y.end + 4
    box = " ".join(f"{number:.1f}" for number in (left, top, width, height))
    return (
        f'<svg x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" viewBox="{box}" overflow="hidden">'
        f"{content}</svg>"
    )


def _within(points: marks.Points, x: Axis, y: Axis) -> marks.Points:
    """The points that are not beyond the axes; the others have no place."""
    inside = (points.x >= x.start - 1) & (points.x <= x.end + 1) & (points.y >= y.end - 1) & (points.y <= y.start + 1)
    return marks.Points(np.where(inside, points.x, np.nan), points.y)
