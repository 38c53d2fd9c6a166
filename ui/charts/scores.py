"""Scores of several forecasts side by side: single members as dots, pools with their bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import charts

TITLES = {"nll": "NLL (nats, log scale)", "brier": "Brier score (0 to 2)", "accuracy": "accuracy"}


def scoreboard(table: pd.DataFrame, score: str, members: Mapping[str, np.ndarray], colours: Sequence[str] = ()) -> go.Figure:
    """One line per forecast: its score with the 95 % band, and behind it the scores of single members, if it has any.

    ``table`` is ``scoreboard.scoreboard``'s; ``members`` holds scores by the name of a forecast or of another line.
    ``colours`` are those of the forecasts, if they have their own.
    """
    lines = list(dict.fromkeys([*table["name"], *members]))
    figure = charts.empty_figure(62 * len(lines) + 70, x=TITLES[score])
    for index, name in enumerate(lines):
        dots = members.get(name, np.zeros(0))
        figure.add_scatter(
            x=dots,
            y=index + np.linspace(-0.3, 0.3, max(len(dots), 2))[: len(dots)],
            mode="markers",
            marker={"color": charts.GREY, "size": 6},
            hovertemplate="a single member: %{x:.3g}<extra></extra>",
        )
    of_colours = [(table.iloc[[index]], colour) for index, colour in enumerate(colours[: len(table)])]
    for rows, colour in of_colours or [(table, charts.accent())]:
        figure.add_scatter(
            x=rows[score],
            y=rows.index,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": rows[f"{score}_high"] - rows[score],
                "arrayminus": rows[score] - rows[f"{score}_low"],
                "color": colour,
                "thickness": 2,
            },
            mode="markers",
            marker={"color": colour, "size": 11, "symbol": "diamond"},
            text=rows["name"],
            customdata=rows[[f"{score}_low", f"{score}_high"]],
            hovertemplate="%{text}: %{x:.3g} (%{customdata[0]:.3g} to %{customdata[1]:.3g})<extra></extra>",
        )
    figure.update_yaxes(tickvals=np.arange(len(lines)), ticktext=lines, range=[len(lines) - 0.5, -0.5], showgrid=False)
    if score == "nll":
        figure.update_xaxes(type="log", dtick=1)
    elif score == "accuracy":
        figure.update_xaxes(range=[min(0.8, table["accuracy_low"].min() - 0.02), 1.01], tickformat=".0%")
    else:
        figure.update_xaxes(rangemode="tozero")
    figure.update_layout(showlegend=False)
    return figure


def weights(shares: np.ndarray) -> go.Figure:
    """Learned convex weights of the members, on an axis from 0 to 1; dashed: all equal."""
    figure = charts.empty_figure(210, x="member", y="weight")
    figure.add_bar(
        x=np.arange(1, len(shares) + 1), y=shares, marker_color=charts.accent(), hovertemplate="%{y:.3f}<extra></extra>"
    )
    figure.add_hline(y=1 / len(shares), line={"color": charts.text_color(), "dash": "dash", "width": 1})
    figure.update_yaxes(range=[0, 1])
    figure.update_xaxes(dtick=max(1, len(shares) // 8))
    return figure


def identity(mean_member_nll: float, pool_nll: float, mean_divergence: float) -> go.Figure:
    """Two bars of the same length: what the members lose on average, and what their log pool loses plus what it gains."""
    figure = charts.empty_figure(190, x="nats")
    rows = ["members, on average", "their log pool"]
    digits = max(3, 2 - int(np.floor(np.log10(mean_member_nll)))) if mean_member_nll > 0 else 3
    parts = (
        ("mean NLL of the members", [mean_member_nll, None], charts.GREY, charts.text_color()),
        ("NLL of the log pool", [None, pool_nll], charts.with_alpha(charts.accent(), 0.55), charts.text_color()),
        ("mean KL(pool‖member)", [None, mean_divergence], charts.accent(), "#FFFFFF"),
    )
    for name, values, colour, text_color in parts:
        figure.add_bar(
            x=values,
            y=rows,
            orientation="h",
            name=name,
            marker_color=colour,
            text=["" if value is None else f"{value:.{digits}f}" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": text_color},
            hovertemplate=f"{name}: %{{x:.6g}} nats<extra></extra>",
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal", margin_t=60)
    figure.update_yaxes(autorange="reversed")
    return figure


def nll_by_size(table: pd.DataFrame) -> go.Figure:
    """Mean and 90 % band of the test NLL against the number of members; ``table`` as in ``ensemble.disagreement.entropy``."""
    figure = charts.empty_figure(340, x="members in the pool", y="mean test NLL (nats)")
    charts.band(figure, table["members"], table["low"], table["high"], "5 % to 95 % of the choices")
    figure.add_scatter(
        x=table["members"],
        y=table["mean"],
        mode="lines+markers",
        name="mean",
        line={"color": charts.accent(), "width": 2},
        hovertemplate="%{x} members: %{y:.4f} nats<extra></extra>",
    )
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(type="log", tickvals=table["members"], ticktext=table["members"])
    return figure
