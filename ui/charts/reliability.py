"""How often forecasts come true: the reliability diagram, in bins or as a curve, and the error that chance brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number

MAX_DOT, MIN_DOT = 44, 9
SMALL, MAX_SMALL_DOT = 300, 20
BIN = 0.1
BARS = 40
ROOM, ROOM_FOR_A_DOT = 0.05, 0.09
NEAR_THE_EDGE = 0.08
ROOM_FOR_A_COUNT = 0.16
CALIBRATED = "where calibrated forecasts land, 9 times in 10"


def in_bins(table: pd.DataFrame, event: str, small: bool = False, beside: Sequence[pd.DataFrame] = ()) -> Figure:
    """A dot for each bin, as large as its count, and a bar where a calibrated forecast's would lie; only where forecasts are.

    ``table`` is ``ensemble.calibration.reliability.reliability_in_bins``'s. A small picture has its counts under the pointer,
    and no legend. It has the axes and the sizes of dots of the tables ``beside`` it.
    """
    figure = charts.empty_figure(SMALL if small else 430, x=f"forecast: {charts.escape_label(event)}", y="came true")
    drawn = pd.concat([table, *beside])
    left, bottom = _zoom(drawn["forecast"].min(), min(drawn["frequency"].min(), drawn["low"].min()))
    _diagonal(figure, max(left, bottom))
    bins: list[Any] = list(table.itertuples())
    for position, bin_ in enumerate(bins):
        figure.add_scatter(
            x=[bin_.forecast] * 2,
            y=[bin_.low - 0.004, bin_.high + 0.004],
            mode="lines",
            line={"color": charts.with_alpha(charts.NEUTRAL, 0.35), "width": 14},
            hoverinfo="skip",
            name=CALIBRATED,
            legendgroup="calibrated",
            showlegend=position == 0,
        )
    size = np.maximum(np.sqrt(table["count"] / drawn["count"].max()) * (MAX_SMALL_DOT if small else MAX_DOT), MIN_DOT)
    figure.add_scatter(
        x=table["forecast"],
        y=table["frequency"],
        customdata=table[["hits", "count"]],
        mode="markers",
        marker={
            "color": charts.colour("ensemble"),
            "size": size,
            "opacity": 0.9,
            "line": {"color": charts.background(), "width": 1},
        },
        name="these forecasts (area: how many)",
        hovertemplate="mean forecast %{x:.3f}<br>came true in %{customdata[0]} of %{customdata[1]}<extra></extra>",
        cliponaxis=False,
    )
    lifted, before = 0, -np.inf
    for bin_, diameter in () if small else zip(bins, size, strict=True):
        # Labels of neighbours stand at two heights where there is no room beside each other.
        lifted, before = (lifted + 1) % 2 if bin_.forecast - before < ROOM_FOR_A_COUNT * (1 - left) else 0, bin_.forecast
        is_high = bin_.frequency > bottom + 0.7 * (1 - bottom)
        is_at_the_edge = bin_.forecast > 1 - NEAR_THE_EDGE * (1 - left)
        charts.say(
            figure,
            bin_.forecast,
            bin_.frequency,
            f"{bin_.hits} of {bin_.count}",
            xanchor="right" if is_at_the_edge else "center",
            xshift=diameter / 2 if is_at_the_edge else 0,
            yshift=(-1 if is_high else 1) * (diameter / 2 + 9 + 15 * lifted),
            bgcolor=charts.with_alpha(charts.background(), 0.7),
            borderpad=1,
        )
    in_percent(figure.update_xaxes, left, 1 + ROOM * (1 - left))
    in_percent(figure.update_yaxes, bottom, 1 + ROOM_FOR_A_DOT * (1 - bottom))
    figure.update_layout(legend={"itemsizing": "constant"}, showlegend=not small)
    return figure


def as_curve(curve: pd.DataFrame, luck: pd.DataFrame, counts: pd.DataFrame, event: str) -> Figure:
    """The isotonic curve, the band where a calibrated forecast's would lie, and the counts below; only where forecasts are."""
    figure = charts.two_rows(450, above=0.76, between=0.05)
    left, bottom = _zoom(curve["forecast"].min(), min(curve["frequency"].min(), luck["low"].min()))
    charts.band(figure, luck["forecast"], luck["low"], luck["high"], CALIBRATED)
    _diagonal(figure, max(left, bottom))
    figure.add_scatter(
        x=curve["forecast"],
        y=curve["frequency"],
        mode="lines+markers",
        marker={"size": 4},
        line={"color": charts.colour("ensemble"), "width": 2},
        name="these forecasts: isotonic curve (CORP)",
        hovertemplate="forecast %{x:.3f}<br>comes true %{y:.3f}<extra></extra>",
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
    )
    in_percent(figure.update_xaxes, left, 1 + ROOM * (1 - left))
    figure.update_xaxes(zeroline=False, gridcolor=charts.FAINT)
    figure.update_xaxes(title_text=f"forecast: {charts.escape_label(event)}", row=2)
    in_percent(lambda **axis: figure.update_yaxes(row=1, **axis), bottom, 1 + ROOM * (1 - bottom))
    figure.update_yaxes(zeroline=False, gridcolor=charts.FAINT)
    figure.update_yaxes(title_text="came true", row=1)
    figure.update_yaxes(title_text="forecasts", range=[0, counts["count"].max() * 1.45], nticks=3, row=2)
    return figure


def simulated_errors(simulated: np.ndarray, seen: float) -> Figure:
    """Histogram of the calibration errors of simulated calibrated forecasts, with the error that was seen."""
    figure = charts.empty_figure(210, x="expected calibration error (ECE)", y="data sets")
    end = max(seen, float(simulated.max())) * 1.1 + 1e-6
    figure.add_histogram(
        x=simulated,
        xbins={"start": 0, "end": end, "size": end / BARS},
        marker={"color": charts.GREY},
        hovertemplate="%{y} with an ECE around %{x}<extra></extra>",
    )
    figure.add_vline(x=seen, line={"color": charts.colour("ensemble"), "width": 3})
    side = "right" if seen > end / 2 else "left"
    charts.say(figure, seen, 1, f"seen here: {number(seen)}", yref="paper", yanchor="bottom", xanchor=side)
    linear(figure.update_xaxes, 0.0, end, 5)
    figure.update_yaxes(nticks=4)
    figure.update_layout(showlegend=False, bargap=0.05, margin_t=28)
    return figure


def _zoom(lowest_forecast: float, lowest_frequency: float) -> tuple[float, float]:
    """Where the axes begin: at the edge of the bin that holds the lowest value, with room for a dot."""
    left, bottom = (float(np.floor(lowest / BIN + 1e-9) * BIN - ROOM) for lowest in (lowest_forecast, lowest_frequency))
    return left, bottom


def _diagonal(figure: Figure, low: float) -> None:
    """Named in the legend: on the picture, good forecasts stand where its name would."""
    charts.diagonal(figure, max(low, 0.0), 1.0, name="as often as forecast", showlegend=True)
