"""A figure of Plotly's as plain values.

Plotly's own figures look each property up and check it as it is set, which took four fifths of the time of a page. Tests check
every figure by making Plotly's own of it: see ``Figure.checked``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partialmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

WITH_UNDERSCORES = ("error_x", "error_y")


class Figure:
    """Traces and layout, as Plotly's JSON has them.

    Methods take the names and values that those of ``plotly.graph_objects.Figure`` take: ``marker_color=`` for a colour within
    ``marker``, and ``row=`` for a row of a figure that has two.

    Parameters
    ----------
    layout : mapping, optional
        What ``update_layout`` takes.

    Attributes
    ----------
    traces : list of dict
    layout : dict
        Of the figure, its axes included.
    """

    def __init__(self, layout: Mapping[str, Any] | None = None) -> None:
        self.traces: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {"xaxis": {}, "yaxis": {}}
        self.update_layout(**(layout or {}))

    def _add(self, kind: str, row: int | None = None, **properties: Any) -> Figure:
        axes = {} if row is None else {"xaxis": _axis("x", row), "yaxis": _axis("y", row)}
        self.traces.append({"type": kind, **_nested(properties), **axes})
        return self

    add_scatter = partialmethod(_add, "scatter")
    add_bar = partialmethod(_add, "bar")
    add_heatmap = partialmethod(_add, "heatmap")
    add_histogram = partialmethod(_add, "histogram")
    add_scatterternary = partialmethod(_add, "scatterternary")

    def add_annotation(self, row: int | None = None, **properties: Any) -> None:
        """Words at a point."""
        axes = {} if row is None else {"xref": _axis("x", row), "yref": _axis("y", row)}
        self.layout.setdefault("annotations", []).append(_nested(axes | properties))

    def add_shape(self, **properties: Any) -> None:
        """A line or a rectangle between two points."""
        self.layout.setdefault("shapes", []).append(_nested(properties))

    def add_vline(self, x: Any, row: int | None = None, **properties: Any) -> None:
        """A line from the bottom to the top, in all rows unless one is named."""
        self._add_vertical({"type": "line", "x0": x, "x1": x}, row, properties)

    def add_vrect(self, x0: Any, x1: Any, row: int | None = None, **properties: Any) -> None:
        """A rectangle from the bottom to the top, in all rows unless one is named."""
        self._add_vertical({"type": "rect", "x0": x0, "x1": x1}, row, properties)

    def _add_vertical(self, shape: Mapping[str, Any], row: int | None, properties: Mapping[str, Any]) -> None:
        for number in self._rows(row):
            place = {"y0": 0, "y1": 1, "xref": _axis("x", number), "yref": f"{_axis('y', number)} domain"}
            self.add_shape(**shape, **place, **properties)

    def add_hline(self, y: Any, row: int | None = None, **properties: Any) -> None:
        """A line from the left to the right, in all rows unless one is named."""
        for number in self._rows(row):
            place = {"x0": 0, "x1": 1, "xref": f"{_axis('x', number)} domain", "yref": _axis("y", number)}
            self.add_shape(type="line", y0=y, y1=y, **place, **properties)

    def update_layout(self, **properties: Any) -> Figure:
        """Set properties of the layout; those beside them stay."""
        _merge(self.layout, _nested(properties))
        return self

    def update_xaxes(self, row: int | None = None, **properties: Any) -> None:
        """Set properties of the horizontal axes, or of that of one row."""
        self._update_axes("xaxis", row, properties)

    def update_yaxes(self, row: int | None = None, **properties: Any) -> None:
        """Set properties of the vertical axes, or of that of one row."""
        self._update_axes("yaxis", row, properties)

    def _update_axes(self, name: str, row: int | None, properties: Mapping[str, Any]) -> None:
        for number in self._rows(row):
            _merge(self.layout[_axis(name, number)], _nested(properties))

    def update_traces(self, **properties: Any) -> Figure:
        """Set properties of all traces."""
        for trace in self.traces:
            _merge(trace, _nested(properties))
        return self

    def _rows(self, row: int | None) -> range:
        """The named row, or all of them."""
        return range(1, 3 if "yaxis2" in self.layout else 2) if row is None else range(row, row + 1)

    def fonts(self) -> list[dict[str, Any]]:
        """The fonts of all labels, on traces and beside them; they may be changed in place."""
        labels = [note.get("font") for note in self.layout.get("annotations", ())]
        return [font for font in (*labels, *(trace.get("textfont") for trace in self.traces)) if font]

    def enlarge_marks(self, factor: float) -> None:
        """Make marks and lines of one size larger; sizes that carry a number stay."""
        for trace in self.traces:
            marker = trace.get("marker") or {}
            for owner, name in ((marker, "size"), (trace.get("line") or {}, "width"), (marker.get("line") or {}, "width")):
                if isinstance(owner.get(name), int | float):
                    owner[name] *= factor

    def copy(self) -> Figure:
        """Another figure of the same values."""
        made = Figure()
        made.traces, made.layout = _copied(self.traces), _copied(self.layout)
        return made

    def to_dict(self) -> dict[str, Any]:
        """The figure as Plotly's JSON has it, arrays as lists: Plotly takes new bytes for new values, and draws again."""
        return {"data": _written(self.traces), "layout": _written(self.layout)}

    def to_json(self) -> str:
        """``to_dict`` as JSON text, with null for what is not a number."""
        from plotly.io import to_json  # here, because only a plan needs it

        return str(to_json(self.to_dict(), validate=False))

    def checked(self) -> go.Figure:
        """Plotly's own figure of the same values.

        Raises
        ------
        ValueError
            If Plotly knows no such property, or the property no such value.
        """
        import plotly.graph_objects as go  # here, because it takes a third of a second, and no page needs it

        return go.Figure({"data": self.traces, "layout": self.layout})


def _axis(name: str, row: int) -> str:
    """The axis of a row, which the first one has no number for."""
    return name if row == 1 else f"{name}{row}"


def _nested(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their names, those within others in a dictionary of their own.

    >>> _nested({"marker_color": "red", "marker": {"size": 3}, "error_x": {"width": 0}})
    {'marker': {'color': 'red', 'size': 3}, 'error_x': {'width': 0}}
    """
    made: dict[str, Any] = {}
    for name, value in properties.items():
        first, _, rest = (name, "", "") if name in WITH_UNDERSCORES else name.partition("_")
        _merge(made, {first: _nested({rest: value}) if rest else value})
    return made


def _merge(present: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Put values among those that are there, into dictionaries within them too; a value that is None goes."""
    for name, value in new.items():
        if isinstance(value, Mapping):
            within = present[name] = dict(present.get(name) or {})
            _merge(within, value)
        elif value is None:
            present.pop(name, None)
        else:
            present[name] = value


def _copied(value: Any) -> Any:
    """Dictionaries and lists anew; arrays, which never change, as they are."""
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value
