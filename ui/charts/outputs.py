"""What a network puts out, against what happens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import charts

OUTPUT_AXIS = [-0.5, 1.5]
SUM_AXIS = [0, 2.2]
COUNT_ROWS = (1.1, 1.2)


def row_sums(sums: np.ndarray) -> go.Figure:
    """One dot per row at the sum of its outputs; a dashed line at 1."""
    figure = charts.empty_figure(150, x="sum of a row's outputs")
    lift = np.random.default_rng(0).uniform(-1, 1, len(sums))
    figure.add_scatter(
        x=np.clip(sums, *SUM_AXIS),
        y=lift,
        mode="markers",
        marker={"color": charts.with_alpha(charts.colour("ensemble"), 0.5), "size": 6},
        hovertemplate="%{x:.3f}<extra></extra>",
    )
    figure.add_vline(x=1, line={"color": charts.GREY, "dash": "dash"})
    figure.update_xaxes(range=SUM_AXIS, dtick=0.5)
    figure.update_yaxes(visible=False, range=[-1.6, 1.6])
    return figure


def frequency(table: pd.DataFrame) -> go.Figure:
    """How often a class was true against the output that it got, with 95 % bands; the counts stand above, in two rows."""
    figure = charts.empty_figure(300, x="mean output", y="how often the class was true")
    figure.add_vrect(x0=0, x1=1, fillcolor=charts.FAINT, line_width=0, layer="below")
    charts.diagonal(figure)
    figure.add_scatter(
        x=table["output"],
        y=table["frequency"],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": table["high"] - table["frequency"],
            "arrayminus": table["frequency"] - table["low"],
            "thickness": 1.5,
            "color": charts.colour("ensemble"),
        },
        mode="markers",
        marker={"color": charts.colour("ensemble"), "size": 9},
        text=table["count"],
        hovertemplate="mean output %{x:.3f}<br>true in %{y:.1%} of %{text}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=table["output"],
        y=[COUNT_ROWS[index % 2] for index in range(len(table))],
        mode="text",
        text=table["count"],
        textfont={"size": 12, "color": charts.text_color()},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(range=OUTPUT_AXIS, dtick=0.5)
    figure.update_yaxes(range=[-0.04, 1.26], tickvals=np.linspace(0, 1, 6).round(1))
    return figure
