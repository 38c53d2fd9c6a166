"""The plane of two features, with an ensemble's predictions over it."""

from __future__ import annotations

import numpy as np

from ensemble import Dataset
from ensemble.disagreement.plane import PlaneGrid
from ui import charts
from ui.charts.figure import Figure

MAX_DOTS = 5000


def confidence(seen: PlaneGrid, data: Dataset) -> Figure:
    """The likeliest class as colour, its probability as strength: pale where the ensemble does not know."""
    figure = _plane(data)
    uniform = 1 / data.classes
    for k in range(data.classes):
        colour = charts.class_colour(k)
        figure.add_heatmap(
            x=seen.x,
            y=seen.y,
            z=np.where(seen.likeliest == k, seen.confidence, np.nan),
            zmin=uniform,
            zmax=1,
            colorscale=[[0, charts.with_alpha(colour, 0.05)], [1, charts.with_alpha(colour, 0.75)]],
            showscale=False,
            hovertemplate=f"{charts.escape_label(data.class_names[k])}: %{{z:.3f}}<extra></extra>",
        )
    _rows(figure, data)
    return figure


def disagreement(seen: PlaneGrid, data: Dataset) -> Figure:
    """Mutual information in nats, from 0 to the logarithm of the number of classes."""
    figure, hue = _plane(data), charts.colour("disagreement")
    figure.add_heatmap(
        x=seen.x,
        y=seen.y,
        z=seen.disagreement,
        zmin=0,
        zmax=np.log(data.classes),
        colorscale=[[0, charts.with_alpha(hue, 0.0)], [1, charts.with_alpha(hue, 1.0)]],
        colorbar={"title": {"text": "nats"}, "thickness": 12, "len": 0.8},
        hovertemplate="%{z:.3f} nats<extra></extra>",
    )
    _rows(figure, data)
    return figure


def _plane(data: Dataset) -> Figure:
    return charts.empty_figure(430, x=charts.escape_label(data.feature_names[0]), y=charts.escape_label(data.feature_names[1]))


def _rows(figure: Figure, data: Dataset) -> None:
    """Training rows by class, the first 5,000 of them, and a frame around the range of all."""
    x, y = data.in_units(data.x_train[:MAX_DOTS]), data.y_train[:MAX_DOTS]
    for k, name in enumerate(charts.labels(data.class_names)):
        own = x[y == k]
        figure.add_scatter(
            x=own[:, 0],
            y=own[:, 1],
            mode="markers",
            name=name,
            marker={
                "color": charts.class_colour(k),
                "size": 6,
                "symbol": charts.symbol(k),
                "line": {"color": charts.background(), "width": 1},
            },
            hoverinfo="skip",
        )
    (left, bottom), (right, top) = data.low, data.high
    figure.add_shape(
        type="rect", x0=left, x1=right, y0=bottom, y1=top, line={"color": charts.text_color(), "dash": "dot", "width": 1}
    )
