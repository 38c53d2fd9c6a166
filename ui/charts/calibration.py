"""Forecasts against what happens: scores in their parts, temperature, pools, epochs, and prediction sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from ensemble.calibration.decomposition import Decomposition
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number

TEMPERATURE_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
MAX_EXCESS_LOSS = 0.5
"""Temperatures whose loss exceeds the lowest one by more than this fraction of it are not drawn."""
MIN_REACH = 3.0


def decompositions(parts: Mapping[str, Decomposition], unit: str, legend: bool = True) -> Figure:
    """For each score, a bar of its refinement and its miscalibration, and a mark at the score of the base rates.

    An infinite bar extends to the end of the axis, where it is labelled.
    """
    figure = charts.empty_figure(42 * len(parts) + (136 if legend else 60), x=unit)
    names = charts.labels(list(parts))
    ends = [part.score for part in parts.values()] + [part.uncertainty for part in parts.values()]
    end = 1.08 * max([end for end in ends if np.isfinite(end)], default=1.0) or 1.0
    for name, values, role in (
        (
            "refinement: left after recalibration",
            [part.uncertainty - part.discrimination for part in parts.values()],
            "entropy",
        ),
        ("miscalibration: saved by recalibration", [part.miscalibration for part in parts.values()], "excess"),
    ):
        figure.add_bar(
            x=np.minimum(values, end),
            y=names,
            orientation="h",
            name=name,
            marker_color=charts.colour(role),
            customdata=[f"{value:.4f}" if np.isfinite(value) else "∞" for value in values],
            hovertemplate=f"{name}: %{{customdata}}<extra></extra>",
        )
    figure.add_scatter(
        x=[part.uncertainty for part in parts.values()],
        y=names,
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"color": charts.text_color(), "width": 2}},
        name="base rate: uncertainty",
        hovertemplate="base rate: %{x:.4f}<extra></extra>",
        cliponaxis=False,
    )
    for name, part in zip(names, parts.values(), strict=True):
        if np.isfinite(part.score):
            charts.say(figure, part.score, name, number(part.score), xanchor="left", xshift=6)
        else:
            charts.say(figure, end, name, "∞ →", xanchor="right", xshift=-2, bgcolor=charts.background())
    margin = {"t": 40 if legend else 4, "r": 24}
    figure.update_layout(barmode="stack", legend_traceorder="normal", margin=margin, bargap=0.35, showlegend=legend)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    linear(figure.update_xaxes, 0.0, end)
    return figure


def over_temperatures(table: pd.DataFrame, marks: Mapping[str, float], levels: Mapping[str, float]) -> Figure:
    """The loss near its minimum, and below it confidence beside accuracy, against the temperature.

    ``table`` is ``ensemble.calibration.temperature.over_temperatures``'s; ``marks`` are temperatures by name, ``levels``
    reference losses.
    """
    figure = charts.two_rows(430, between=0.07)
    shown = near_the_minimum(table, list(marks.values()))
    loss, confidence = partial(figure.update_yaxes, row=1), partial(figure.update_yaxes, row=2)
    for row, column, title, role in ((1, "nll", "loss", "ensemble"), (2, "confidence", "mean confidence", "ensemble")):
        figure.add_scatter(
            x=shown["temperature"],
            y=shown[column],
            mode="lines",
            line={"color": charts.colour(role), "width": 2},
            showlegend=False,
            hovertemplate=f"T = %{{x:.3g}}: {title} %{{y:.4f}}<extra></extra>",
            row=row,
        )
    accuracy = float(shown["accuracy"].iloc[0])
    figure.add_hline(y=accuracy, line={"color": charts.colour("test"), "width": 1.5}, row=2)
    low, high = float(shown["nll"].min()), float(shown["nll"].max())
    pad = 0.08 * (high - low) or 0.01
    linear(loss, max(0.0, low - pad), high + pad, 5)
    least = min(accuracy, float(shown["confidence"].min()))
    in_percent(confidence, max(0.0, least - 0.03), 1.02, 5)
    ends = np.log10(shown["temperature"].iloc[[0, -1]].to_numpy())
    for name, dash in zip(marks, ("dot", "dash"), strict=False):
        figure.add_vline(x=marks[name], line={"color": charts.text_color(), "width": 1, "dash": dash})
        is_last = marks[name] == max(marks.values())
        charts.say(
            figure, np.log10(marks[name]), 1, name, yref="paper", yanchor="bottom", xanchor="left" if is_last else "right"
        )
    note = {"xref": "paper", "xanchor": "right", "font": {"size": charts.MIN_TEXT, "color": charts.quiet()}}
    above = [f"{name} = {number(level)}" for name, level in levels.items() if level > high + pad]
    if above:
        on_paper = {"bgcolor": charts.background(), "yref": "paper", "yanchor": "top"}
        charts.say(figure, 1, 0.99, f"far above: {', '.join(above)}", **note, **on_paper)
    for name, level in levels.items():
        if low - pad <= level <= high + pad:
            figure.add_hline(y=level, line={"color": charts.quiet(), "dash": "dash", "width": 1}, row=1)
            figure.add_annotation(x=1, xref="x domain", xanchor="right", y=level, yanchor="bottom", text=name, showarrow=False)
    at = len(shown) // 8
    charts.say(
        figure,
        np.log10(shown["temperature"].iloc[at]),
        float(shown["confidence"].iloc[at]),
        "mean confidence",
        yref="y2",
        yanchor="top",
        yshift=-3,
        font={"size": charts.MIN_TEXT, "color": charts.colour("ensemble")},
        bgcolor=charts.with_alpha(charts.background(), 0.7),
        borderpad=0,
    )
    # The curve falls: where it begins above the accuracy there is room below, else it ends far below.
    begins_above = shown["confidence"].iloc[0] > accuracy
    beside = (
        {"x": 0, "xanchor": "left", "yanchor": "top"} if begins_above else {"x": 1, "xanchor": "right", "yanchor": "bottom"}
    )
    of_accuracy = {"xref": "paper", "yref": "y2", "font": {"size": charts.MIN_TEXT, "color": charts.colour("test")}}
    charts.say(figure, y=accuracy, text="accuracy, at every T", **of_accuracy, **beside)
    figure.update_xaxes(type="log", tickvals=TEMPERATURE_TICKS, ticktext=[f"{tick:g}" for tick in TEMPERATURE_TICKS])
    figure.update_xaxes(range=ends, zeroline=False, gridcolor=charts.FAINT)
    figure.update_yaxes(zeroline=False, gridcolor=charts.FAINT)
    figure.update_xaxes(title_text="temperature T", row=2)
    loss(title_text="loss (nats)")
    confidence(title_text="confidence")
    figure.update_layout(margin_t=28)
    return figure


def near_the_minimum(table: pd.DataFrame, temperatures: Sequence[float]) -> pd.DataFrame:
    """The part of the table around its lowest loss that also holds these temperatures, and a third of them to three times."""
    loss, temperature = table["nll"], table["temperature"]
    best = float(temperature.iloc[int(loss.argmin())])
    low, high = min(*temperatures, best) / MIN_REACH, max(*temperatures, best) * MIN_REACH
    near = loss <= (1 + MAX_EXCESS_LOSS) * max(loss.min(), *np.interp(temperatures, temperature, loss))
    held = (temperature >= min(*temperatures, best) * 0.999) & (temperature <= max(*temperatures, best) * 1.001)
    found: pd.DataFrame = table[held | (near & (temperature >= low) & (temperature <= high))]
    return found if len(found) > 1 else table


def differences(table: pd.DataFrame, reference: str) -> Figure:
    """Differences in loss from one way, each with its 95 % interval; ``table`` is ``comparison.differences_from_first``'s."""
    figure = charts.empty_figure(64 * len(table) + 126, x=f"difference in loss (nats)<br>from “{reference}”")
    figure.add_vline(x=0, line={"color": charts.quiet(), "width": 1.5})
    figure.add_scatter(
        x=table["nll"],
        y=table["name"],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table["nll_high"] - table["nll"],
            "arrayminus": table["nll"] - table["nll_low"],
            "color": charts.colour("pool"),
            "thickness": 2,
            "width": 6,
        },
        mode="markers",
        marker={"color": charts.colour("pool"), "size": 12, "symbol": "diamond"},
        hovertemplate="%{y}: %{x:.4f} nats<extra></extra>",
    )
    reach = 1.15 * float(table[["nll_low", "nll_high"]].abs().to_numpy().max()) or 0.01
    linear(figure.update_xaxes, -reach, reach, 7)
    note = {"yref": "paper", "yanchor": "bottom", "font": {"size": charts.MIN_TEXT, "color": charts.quiet()}}
    charts.say(figure, 0, 1, "← better than it", xanchor="right", xshift=-8, **note)
    charts.say(figure, 0, 1, "worse than it →", xanchor="left", xshift=8, **note)
    figure.update_yaxes(type="category", range=[len(table) - 0.5, -0.5], showgrid=False)
    figure.update_layout(showlegend=False, margin_t=28)
    return figure


def over_epochs(table: pd.DataFrame, lowest: Mapping[str, int], levels: Mapping[str, float]) -> Figure:
    """The held-out loss as the sum of two areas, refinement and above it calibration, against the epochs.

    ``lowest`` is ``ensemble.calibration.decomposition.lowest_epochs``'s; ``levels`` are reference losses.
    """
    figure = charts.empty_figure(400, x="epoch", y="held-out loss (nats)")
    for name, column, role in (
        ("refinement: lost even at the best temperature", "refinement", "entropy"),
        ("calibration: lost to T = 1", "calibration", "excess"),
    ):
        figure.add_scatter(
            x=table["epoch"],
            y=table[column],
            mode="lines",
            stackgroup="loss",
            name=name,
            line={"color": charts.colour(role), "width": 1},
            fillcolor=charts.with_alpha(charts.colour(role), 0.55),
            hovertemplate=f"{column} %{{y:.4f}} nats<extra></extra>",
        )
    figure.add_scatter(
        x=table["epoch"],
        y=table["nll"],
        mode="lines",
        name="their sum: the loss",
        line={"color": charts.colour("test"), "width": 2},
        hovertemplate="epoch %{x}: loss %{y:.4f} nats<extra></extra>",
    )
    for column, role in (("nll", "test"), ("refinement", "entropy")):
        row = table[table["epoch"] == lowest[column]].iloc[0]
        figure.add_scatter(
            x=[row["epoch"]],
            y=[row[column]],
            mode="markers",
            marker={
                "color": charts.colour(role),
                "size": 11,
                "symbol": "diamond",
                "line": {"color": charts.background(), "width": 1.5},
            },
            name=f"◆ {column} is lowest",
            showlegend=False,
            cliponaxis=False,
            hovertemplate=f"{'loss' if column == 'nll' else column} is lowest in epoch %{{x}}: %{{y:.4f}} nats<extra></extra>",
        )
    charts.references(figure, levels)
    linear(figure.update_yaxes, 0.0, 1.08 * max([float(table["nll"].max()), *levels.values()]) or 1.0)
    first, last = table["epoch"].iloc[0], table["epoch"].iloc[-1]
    figure.update_xaxes(range=[first if last > first else first - 1, last if last > first else last + 1])
    figure.update_layout(legend_traceorder="reversed", margin_r=24)
    return figure


def set_sizes(sizes: Sequence[int], classes: int, row_names: str) -> Figure:
    """The number of prediction sets by their number of classes."""
    figure = charts.empty_figure(200, x="classes in the set", y=row_names)
    counts = np.bincount(sizes, minlength=classes + 1)
    figure.add_bar(
        x=np.arange(classes + 1),
        y=counts,
        text=counts,
        textposition="outside",
        textfont={"size": 13, "color": charts.text_color()},
        cliponaxis=False,
        marker_color=charts.colour("ensemble"),
    )
    figure.update_xaxes(dtick=1 if classes <= 10 else 5)
    figure.update_yaxes(range=[0, counts.max() * 1.25], nticks=4)
    figure.update_layout(margin_t=12)
    return figure


def promise(low: float, high: float, wanted: float, measured: float) -> Figure:
    """The coverage that was asked for, the interval that the number of calibration rows promises, and what was measured."""
    figure = charts.empty_figure(172, x="sets that hold the true class")
    figure.add_scatter(
        x=[low, high],
        y=[0, 0],
        mode="lines",
        line={"color": charts.GREY, "width": 14},
        name="expected in at least 9 of 10 splits",
    )
    figure.add_scatter(
        x=[measured],
        y=[0],
        mode="markers",
        marker={"color": charts.colour("ensemble"), "size": 14, "symbol": "diamond"},
        name="here",
        hovertemplate="measured %{x:.1%}<extra></extra>",
    )
    figure.add_vline(x=wanted, line={"color": charts.accent(), "width": 2})
    charts.say(figure, wanted, -1, "asked for", yanchor="bottom", xanchor="right", xshift=-4)
    in_percent(figure.update_xaxes, min(0.5, low, measured) - 0.02, 1.02)
    figure.update_yaxes(visible=False, range=[-1, 1])
    return figure
