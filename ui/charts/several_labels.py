"""Labels of photos by the hour: true probabilities, what a head puts out, and what both add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import linear

HEIGHT = 330


def outputs(hours: Sequence[int], names: Sequence[str], truth: np.ndarray, found: np.ndarray, chosen: int) -> Figure:
    """A curve per label: true probabilities (hours, labels) dotted, what a head puts out solid; a line at the chosen hour."""
    figure = _figure(hours, chosen, "probability")
    for k, name in enumerate(names):
        colour = charts.class_colour(k)
        figure.add_scatter(
            x=hours,
            y=truth[:, k],
            mode="lines",
            line={"color": colour, "width": 2, "dash": "dot"},
            showlegend=False,
            hovertemplate=f"{name}, truth: %{{y:.2f}} at %{{x}} h<extra></extra>",
        )
        figure.add_scatter(
            x=hours,
            y=found[:, k],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2},
            marker={"size": 7, "symbol": charts.symbol(k)},
            hovertemplate=f"{name}: %{{y:.2f}} at %{{x}} h<extra></extra>",
        )
    linear(figure.update_yaxes, -0.02, 1.02, 5)
    return figure


def sums(hours: Sequence[int], found: Mapping[str, np.ndarray], chosen: int) -> Figure:
    """What the labels' probabilities add up to at each hour: the true ones and those of each head."""
    figure = _figure(hours, chosen, "sum over the labels")
    roles = ("test", "ensemble", "pool")
    for (name, table), role, dash in zip(found.items(), roles, ("dot", "solid", "dash"), strict=True):
        figure.add_scatter(
            x=hours,
            y=table.sum(axis=1),
            mode="lines",
            name=name,
            line={"color": charts.colour(role), "width": 2.5, "dash": dash},
            hovertemplate=f"{name}: %{{y:.2f}} at %{{x}} h<extra></extra>",
        )
    linear(figure.update_yaxes, -0.06, 3.06, 4)
    return figure


def _figure(hours: Sequence[int], chosen: int, y: str) -> Figure:
    figure = charts.empty_figure(HEIGHT, x="hour of the photo", y=y)
    figure.add_vline(x=chosen, line={"color": charts.accent(), "width": 1.5})
    linear(figure.update_xaxes, hours[0] - 0.4, hours[-1] + 0.4, 6)
    figure.update_layout(margin_t=28)
    return figure
