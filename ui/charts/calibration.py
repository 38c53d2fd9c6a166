"""Forecasts against what happens: reliability, decomposed scores, temperature, epochs, and prediction sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ensemble.calibration.decomposition import Decomposition
from ui import charts

MAX_DOT, MIN_DOT = 40, 8


def reliability_in_bins(table: pd.DataFrame, event: str) -> go.Figure:
    """Reliability diagram in bins: a dot each, as large as its count, and a bar where a calibrated forecast's would lie.

    ``table`` is ``ensemble.calibration.reliability.reliability_in_bins``'s.
    """
    figure = charts.empty_figure(430, x=f"forecast probability: {charts.escape_label(event)}", y="how often it happens")
    charts.diagonal(figure)
    bars = {"mode": "lines", "line": {"color": charts.with_alpha(charts.NEUTRAL, 0.35), "width": 14}, "hoverinfo": "skip"}
    for number, bin_ in enumerate(table.itertuples()):
        figure.add_scatter(
            x=[bin_.forecast] * 2,
            y=[bin_.low - 0.004, bin_.high + 0.004],
            name="calibrated forecasts, 90 %",
            legendgroup="luck",
            showlegend=number == 0,
            **bars,
        )
    size = np.maximum(np.sqrt(table["count"] / table["count"].max()) * MAX_DOT, MIN_DOT)
    figure.add_scatter(
        x=table["forecast"],
        y=table["frequency"],
        customdata=table[["hits", "count"]],
        mode="markers",
        marker={"color": charts.accent(), "size": size, "opacity": 0.9, "line": {"color": charts.background(), "width": 1}},
        name="seen here (area: number of forecasts)",
        hovertemplate="mean forecast %{x:.3f}<br>happened in %{customdata[0]} of %{customdata[1]}<extra></extra>",
        cliponaxis=False,
    )
    for bin_ in table.itertuples():
        figure.add_annotation(
            x=bin_.forecast,
            y=-0.05,
            yanchor="top",
            text=f"{bin_.hits} of {bin_.count}",
            textangle=-90,
            showarrow=False,
            font={"size": 12, "color": charts.text_color()},
            borderpad=0,
        )
    figure.update_xaxes(range=[-0.03, 1.05], zeroline=False)
    figure.update_yaxes(range=[-0.3, 1.08], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1])
    figure.update_layout(legend={"itemsizing": "constant"})
    return figure


def reliability(curve: pd.DataFrame, luck: pd.DataFrame, counts: pd.DataFrame, event: str) -> go.Figure:
    """Reliability diagram: the isotonic curve, the band where a calibrated forecast's would lie, and the counts below."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.78, 0.22], vertical_spacing=0.05)
    charts.settle(figure, 520)
    charts.band(figure, luck["forecast"], luck["low"], luck["high"], "calibrated forecasts, 90 %", charts.NEUTRAL)
    charts.diagonal(figure)
    figure.add_scatter(
        x=curve["forecast"],
        y=curve["frequency"],
        mode="lines+markers",
        marker={"size": 4},
        line={"color": charts.accent(), "width": 2},
        name="isotonic (CORP)",
        hovertemplate="forecast %{x:.3f}<br>happens %{y:.3f}<extra></extra>",
    )
    figure.add_bar(
        x=(counts["low"] + counts["high"]) / 2,
        y=counts["count"],
        width=counts["high"] - counts["low"],
        marker={"color": charts.GREY, "line": {"color": charts.background(), "width": 1}},
        text=[f"{count}" if count else "" for count in counts["count"]],
        textposition="outside",
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{y} forecasts around %{x:.2f}<extra></extra>",
        row=2,
        col=1,
    )
    figure.update_xaxes(range=[-0.02, 1.02], zeroline=False)
    figure.update_xaxes(title_text=f"forecast probability: {charts.escape_label(event)}", row=2, col=1)
    figure.update_yaxes(title_text="how often it happens", range=[-0.03, 1.03], row=1, col=1)
    figure.update_yaxes(title_text="forecasts", range=[0, counts["count"].max() * 1.35], nticks=3, row=2, col=1)
    return figure


def by_luck(luck: np.ndarray, seen: float) -> go.Figure:
    """Histogram of the error that calibrated forecasts show by luck, with the error that was seen."""
    figure = charts.empty_figure(230, x="expected calibration error (ECE)", y="simulated data sets")
    figure.add_histogram(
        x=luck, nbinsx=40, marker={"color": charts.GREY}, hovertemplate="%{y} with an ECE around %{x}<extra></extra>"
    )
    right = seen > luck.max() / 2
    figure.add_vline(
        x=seen,
        line={"color": charts.accent(), "width": 3},
        annotation={"text": "seen here", "yanchor": "bottom", "yref": "paper", "y": 1, "xanchor": "right" if right else "left"},
    )
    figure.update_xaxes(range=[0, max(seen, luck.max()) * 1.1 + 1e-6])
    figure.update_layout(showlegend=False, bargap=0.05, margin_t=30)
    return figure


def decompositions(parts: Mapping[str, Decomposition]) -> go.Figure:
    """For each score, a bar of its miscalibration, and of what is left after recalibration: uncertainty less discrimination."""
    figure = charts.empty_figure(70 * len(parts) + 120, x="Brier score: 0 to 2. Log loss: nats")
    names = charts.labels(list(parts))
    left = [part.uncertainty - part.discrimination for part in parts.values()]
    for name, values, colour in (
        ("refinement (uncertainty − discrimination)", left, charts.GREY),
        ("miscalibration", [part.miscalibration for part in parts.values()], charts.accent()),
    ):
        figure.add_bar(
            x=values, y=names, orientation="h", name=name, marker_color=colour, hovertemplate="%{x:.4f}<extra></extra>"
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal", margin_t=40)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(rangemode="tozero")
    return figure


def over_temperatures(table: pd.DataFrame, marks: Mapping[str, float]) -> go.Figure:
    """NLL, Brier score, ECE and accuracy against the temperature, one below the other, with marked temperatures."""
    names = {"nll": "NLL (nats)", "brier": "Brier", "ece": "ECE", "accuracy": "accuracy"}
    figure = make_subplots(rows=4, cols=1, shared_xaxes=True, vertical_spacing=0.05)
    charts.settle(figure, 620)
    for row, (column, title) in enumerate(names.items(), start=1):
        figure.add_scatter(
            x=table["temperature"],
            y=table[column],
            mode="lines",
            line={"color": charts.accent(), "width": 2},
            showlegend=False,
            hovertemplate=f"T = %{{x:.3g}}: {title} %{{y:.4g}}<extra></extra>",
            row=row,
            col=1,
        )
        figure.update_yaxes(title_text=title, rangemode="tozero", nticks=4, row=row, col=1)
    figure.update_yaxes(range=[0, 1.03], row=4, col=1)
    for (name, temperature), dash in zip(marks.items(), ("dot", "dash"), strict=False):
        figure.add_vline(x=temperature, line={"color": charts.text_color(), "width": 1, "dash": dash})
        figure.add_annotation(
            x=np.log10(temperature),
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="left" if temperature == max(marks.values()) else "right",
            text=name,
            showarrow=False,
            textangle=0,
        )
    figure.update_xaxes(type="log", tickvals=[0.01, 0.1, 1, 10, 100], zeroline=False)
    figure.update_xaxes(title_text="temperature T", row=4, col=1)
    figure.update_layout(margin_t=30)
    return figure


def over_epochs(table: pd.DataFrame) -> go.Figure:
    """What is lost to bad calibration, and what would be lost after the best temperature, against the epochs."""
    figure = charts.empty_figure(360, x="epoch", y="mean held-out NLL (nats, log scale)")
    for name, column, colour, dash in (
        ("NLL = refinement + calibration", "nll", charts.text_color(), "solid"),
        ("refinement: NLL at the best temperature", "refinement", charts.GREY, "dash"),
        ("calibration: what the best temperature would save", "calibration", charts.accent(), "solid"),
    ):
        figure.add_scatter(
            x=table["epoch"],
            y=np.maximum(table[column], 1e-6),
            mode="lines",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="epoch %{x}: %{y:.4f} nats<extra></extra>",
        )
        lowest = table[column].idxmin()
        figure.add_scatter(
            x=[table["epoch"][lowest]],
            y=[max(table[column][lowest], 1e-6)],
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": "diamond"},
            showlegend=False,
            hovertemplate="lowest: epoch %{x}<extra></extra>",
        )
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    figure.update_layout(legend={"orientation": "v"}, margin_t=80)
    return figure


def set_sizes(sizes: Sequence[int], classes: int, row_names: str) -> go.Figure:
    """How many prediction sets hold so many classes."""
    figure = charts.empty_figure(220, x="classes in the set", y=row_names)
    counts = np.bincount(sizes, minlength=classes + 1)
    figure.add_bar(
        x=np.arange(classes + 1), y=counts, text=counts, textposition="outside", cliponaxis=False, marker_color=charts.accent()
    )
    figure.update_xaxes(dtick=1 if classes <= 10 else 5)
    figure.update_yaxes(range=[0, counts.max() * 1.2])
    return figure


def promise(low: float, high: float, wanted: float, measured: float) -> go.Figure:
    """The coverage that was asked for, the interval that the number of calibration rows promises, and what was measured."""
    figure = charts.empty_figure(130, x="coverage")
    figure.add_scatter(
        x=[low, high],
        y=[0, 0],
        mode="lines",
        line={"color": charts.GREY, "width": 12},
        name="promised in at least 9 of 10 splits",
    )
    figure.add_scatter(
        x=[measured],
        y=[0],
        mode="markers",
        marker={"color": charts.accent(), "size": 13, "symbol": "diamond"},
        name="measured",
        hovertemplate="measured %{x:.1%}<extra></extra>",
    )
    figure.add_vline(x=wanted, line={"color": charts.text_color(), "dash": "dash"})
    figure.update_xaxes(range=[min(0.5, low, measured) - 0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(visible=False, range=[-1, 1])
    return figure
