"""Pictures of the rows: two features or two directions, class counts, and digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ui import charts
from ui.charts.figure import Figure


def scatter(
    points: np.ndarray,
    y: np.ndarray,
    class_names: Sequence[str],
    x_name: str,
    y_name: str,
    held_back: np.ndarray | None = None,
) -> Figure:
    """Rows as dots (n, 2), coloured and shaped by class; test rows, which ``held_back`` (n,) marks, have a ring."""
    figure = charts.empty_figure(400, x=charts.escape_label(x_name), y=charts.escape_label(y_name))
    for k, name in enumerate(charts.labels(class_names)):
        own = points[y == k]
        figure.add_scatter(
            x=own[:, 0],
            y=own[:, 1],
            mode="markers",
            name=name,
            marker={
                "color": charts.class_colour(k),
                "symbol": charts.symbol(k),
                "size": 7,
                "opacity": 0.75,
            },
            hovertemplate="%{x:.4g}, %{y:.4g}",
        )
    if held_back is not None:
        figure.add_scatter(
            x=points[held_back, 0],
            y=points[held_back, 1],
            mode="markers",
            name="test row",
            marker={"color": charts.text_color(), "symbol": "circle-open", "size": 12, "line": {"width": 1.25}},
            hoverinfo="skip",
        )
    return figure


def class_counts(counts: np.ndarray, class_names: Sequence[str], pixels_each: int) -> Figure:
    """A bar for the number of rows in each class, with a height in pixels for bar and gap."""
    figure = charts.empty_figure(pixels_each * len(counts) + 20)
    figure.add_bar(
        x=counts,
        y=charts.labels(class_names),
        orientation="h",
        text=counts,
        textposition="outside",
        textfont={"color": charts.text_color()},
        cliponaxis=False,
        marker_color=[charts.class_colour(k) for k in range(len(counts))],
        hovertemplate="%{y}: %{x} rows<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(range=[0, counts.max() * 1.15], visible=False)
    return figure


def images(shown: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Pictures (classes, each, side, side), a line for each class."""
    classes, each, side, _ = shown.shape
    framed = np.pad(shown, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    sheet = framed.transpose(0, 2, 1, 3).reshape(classes * (side + 2), each * (side + 2))
    figure = charts.empty_figure(44 * classes + 20)
    figure.add_heatmap(
        z=sheet, colorscale=[[0, charts.FAINT], [1, charts.text_color()]], showscale=False, hoverinfo="skip", xgap=0, ygap=0
    )
    centres = np.arange(classes) * (side + 2) + (side + 1) / 2
    figure.update_yaxes(tickvals=centres, ticktext=charts.labels(class_names), autorange="reversed", showgrid=False)
    figure.update_yaxes(scaleanchor="x", constrain="domain")
    figure.update_xaxes(visible=False, range=[-0.5, sheet.shape[1] - 0.5], constrain="domain", constraintoward="left")
    return figure
