"""Many runs in a picture: distributions, curves with bands, and differences between pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ensemble.probability.intervals import Band
from ensemble.sweeps.comparisons import Comparison
from ensemble.sweeps.tables import band_name, median_and_band
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import MIN_LOSS, drawable, in_percent, logarithmic, measure_axis, values_on_x
from ui.text.format import number as written
from ui.text.format import percent
from ui.text.metrics import ON_A_LOG_AXIS
from ui.text.pairs import ratio

TITLES = {
    "test_loss": "test loss (nats, log scale)",
    "train_loss": "training loss (nats, log scale)",
    "accuracy": "test accuracy",
    "confidence": "mean confidence",
    "calibration_error": "calibration error of the likeliest class",
    "refinement": "refinement (nats, log scale)",
    "temperature": "fitted temperature (log scale)",
}
FEW_RUNS = 60
SPREADS = {
    "ensemble": ("the ensemble, between seeds", "ensemble", "solid", "diamond"),
    "within": ("single members, within a run", "member", "dash", "circle"),
    "between": ("what members share, between runs", "pool", "dot", "square"),
}
"""Name, role in the palette, dash and sign of each standard deviation."""
MAX_TIMES_BEYOND = 10
"""How far beyond the largest loss a reference may be and still be drawn."""


class Runs(NamedTuple):
    """One metric of each run, with the data for its tooltip."""

    outcomes: np.ndarray
    seeds: np.ndarray
    splits: np.ndarray


class Own(NamedTuple):
    """A metric of the visitor's own run, with its label."""

    value: float
    name: str


def so_far(losses: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Dots of the test losses that are there while others are still trained, as an ECharts option: it changes in place."""
    dots = [
        [float(f"{max(loss, MIN_LOSS):.3g}"), index + 0.7 * (number * 0.618 % 1 - 0.5)]
        for index, group in enumerate(losses.values())
        for number, loss in enumerate(group)
    ]
    names = list(losses)
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 8, "bottom": 34, "containLabel": True},
        "xAxis": {
            "type": "log",
            "axisLine": {"show": False, "onZero": False},
            "name": "test loss (nats, log scale)",
            "nameLocation": "middle",
            "nameGap": 26,
            "min": 10.0 ** np.floor(np.log10(min([dot[0] for dot in dots], default=1e-4))),
            "max": 10.0 ** np.ceil(np.log10(max([dot[0] for dot in dots], default=1.0)) + 1e-9),
        },
        "yAxis": [
            {"type": "value", "min": -0.5, "max": len(names) - 0.5, "inverse": True, "show": False},
            {"type": "category", "data": names, "inverse": True, "position": "left", "axisTick": {"show": False}},
        ],
        "series": [
            {
                "type": "scatter",
                "data": dots,
                "symbolSize": 6,
                "silent": True,
                "itemStyle": {"color": charts.colour("ensemble"), "opacity": 0.5},
            }
        ],
    }


def distributions(
    runs: Mapping[str, Runs],
    metric: str,
    height: int,
    mark: float | None = None,
    mark_text: str = "",
    own: Own | None = None,
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """A line per kind of luck: a dot per run, a bar as ``median_and_band`` has it, and the median across it.

    ``mark`` is a loss to draw a line at; ``own`` stands as a diamond among the runs of the last kind. ``levels`` are losses to
    beat, drawn where the axis comes near them.
    """
    figure = charts.empty_figure(height, x=TITLES[metric])
    colour = charts.colour("ensemble")
    for index, (name, (values, seeds, splits)) in enumerate(runs.items()):
        shown = drawable(values, metric)
        few = len(values) <= FEW_RUNS
        figure.add_scatter(
            x=shown,
            y=index + 0.5 * (np.arange(len(values)) * 0.618 % 1 - 0.5),
            mode="markers",
            marker={"color": colour, "size": 7 if few else 4, "opacity": 0.5 if few else 0.3, "symbol": charts.SYMBOLS[index]},
            customdata=np.stack([seeds, splits], axis=-1),
            hovertemplate=f"{name}: %{{x:.3g}}<br>seed %{{customdata[0]}}, split %{{customdata[1]}}<extra></extra>",
        )
        if len(values):
            low, median, high = median_and_band(shown)
            figure.add_scatter(
                x=[low, high],
                y=[index + 0.36] * 2,
                mode="lines",
                line={"color": colour, "width": 4},
                hovertemplate=f"{name}, {band_name([len(values)])}: %{{x:.3g}}<extra></extra>",
            )
            figure.add_scatter(
                x=[median],
                y=[index + 0.36],
                mode="markers",
                marker={"color": colour, "symbol": "line-ns", "size": 16, "line": {"color": colour, "width": 4}},
                hovertemplate=f"{name}, median: %{{x:.3g}}<extra></extra>",
            )
        font = {"color": colour, "size": 13}
        charts.say(figure, 0, index - 0.43, f"<b>{name}</b>", xref="paper", xanchor="left", font=font, bgcolor=_on_paper())
    marks = [] if mark is None else [mark]
    if mark is not None:
        _draw_mark(figure, mark, mark_text)
    everything = np.concatenate([one.outcomes for one in runs.values()])
    if own is not None:
        marks.append(own.value)
        at = drawable(np.array([own.value, *everything]), metric)
        _draw_own(figure, own.name, at, np.log10(at) if metric in ON_A_LOG_AXIS else at, len(runs) - 1)
    near = _near(levels or {}, everything)
    measure_axis(figure.update_xaxes, metric, np.concatenate([everything, marks, list(near.values())]))
    charts.references(figure, near, across=True, log=True)
    _name_those_beyond(figure, levels or {}, near)
    figure.update_yaxes(showticklabels=False, range=[len(runs) - 0.45, -0.6], showgrid=False)
    figure.update_layout(showlegend=False)
    return figure


def _on_paper() -> str:
    """Behind words that stand among dots."""
    return charts.with_alpha(charts.background(), 0.7)


def _draw_mark(figure: Figure, mark: float, text: str) -> None:
    figure.add_vline(x=mark, line={"color": charts.text_color(), "dash": "dash", "width": 1.5})
    charts.say(figure, np.log10(mark), 1, text, yref="paper", yanchor="bottom")
    figure.update_layout(margin_t=28)


def _draw_own(figure: Figure, name: str, values: np.ndarray, places: np.ndarray, y: float) -> None:
    """The diamond of the visitor's own run with its name: the first of the values, which lie at these places of the axis."""
    figure.add_scatter(
        x=values[:1],
        y=[y],
        mode="markers",
        name=name,
        marker={
            "color": charts.text_color(),
            "size": 14,
            "symbol": "diamond",
            "line": {"color": charts.background(), "width": 1.5},
        },
        cliponaxis=False,
        showlegend=False,
        hovertemplate=f"{name}: %{{x:.3g}}<extra></extra>",
    )
    is_at_the_right = bool(2 * places[0] > places.min() + places.max())
    charts.say(
        figure,
        float(places[0]),
        y,
        f"<b>{name}</b>",
        xanchor="right" if is_at_the_right else "left",
        xshift=-9 if is_at_the_right else 9,
        yshift=13,
        font={"size": 13, "color": charts.text_color()},
        bgcolor=_on_paper(),
    )


def _near(levels: Mapping[str, float], losses: np.ndarray) -> dict[str, float]:
    """The levels (nats) that are near enough to these losses to be drawn."""
    most = MAX_TIMES_BEYOND * float(np.max(losses, initial=0))
    return {name: level for name, level in levels.items() if level <= most}


def _name_those_beyond(figure: Figure, levels: Mapping[str, float], near: Mapping[str, float]) -> None:
    """Name the levels beyond the end of the axis in the corner."""
    far = ", ".join(f"{name} ≈ {written(level)}" for name, level in levels.items() if name not in near)
    if not far:
        return
    font = {"size": charts.MIN_TEXT, "color": charts.quiet()}
    charts.say(figure, 1, 1, f"far above: {far}", xref="paper", yref="paper", xanchor="right", yanchor="top", font=font)


def along(
    table: pd.DataFrame,
    setting: str,
    title: str,
    metric: str,
    runs: Sequence[Runs],
    joined: bool = True,
    levels: Mapping[str, float] | None = None,
) -> Figure:
    """Median and band of a metric along the values of a setting, and a dot per run: the first trace that has ``customdata``.

    ``table`` is ``ensemble.sweeps.tables.summary``'s; ``runs`` has what is behind each of its lines. Without ``joined`` no
    line leads from value to value. ``levels`` are losses to beat, drawn where the axis comes near them.
    """
    figure = charts.empty_figure(430, x=title, y=TITLES[metric])
    colour = charts.colour("ensemble")
    there = table[table["used"] > 0]
    low, median, high = (drawable(there[name].to_numpy(), metric) for name in (f"{metric}_low", metric, f"{metric}_high"))
    numeric = pd.api.types.is_numeric_dtype(table[setting])
    x = there[setting] if numeric else there[setting].astype(str)
    dots = [(value, one) for value, one in zip(table[setting], runs, strict=True)]
    band = f"{band_name(there['used'])} of the runs"
    curve = numeric and joined
    if curve:
        charts.band(figure, x, low, high, band, colour)
    figure.add_scatter(
        x=np.concatenate([np.repeat(value, len(one.outcomes)) for value, one in dots]),
        y=drawable(np.concatenate([one.outcomes for _, one in dots]), metric),
        mode="markers",
        name="a run",
        marker={"color": charts.NEUTRAL, "size": 5 if curve else 7, "opacity": 0.8},
        offsetgroup="runs",
        customdata=np.concatenate([np.stack([one.seeds, one.splits], axis=-1) for _, one in dots]),
        hovertemplate="%{x}: %{y:.3g}<br>seed %{customdata[0]}, split %{customdata[1]}<extra></extra>",
    )
    figure.add_scatter(
        x=x,
        y=median,
        mode="lines+markers" if curve else "markers",
        name="median" if numeric else f"median, {band}",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 9, "symbol": "diamond"}
        if curve or not numeric
        else {"symbol": "line-ew", "size": 26, "line": {"color": colour, "width": 3}},
        offsetgroup="median",
        error_y=None
        if numeric
        else {
            "type": "data",
            "symmetric": False,
            "array": high - median,
            "arrayminus": median - low,
            "color": colour,
            "thickness": 2,
        },
        hovertemplate="%{x}: median %{y:.3g}<extra></extra>",
    )
    values_on_x(figure, table[setting])
    outcomes = np.concatenate([one.outcomes for one in runs])
    near = _near(levels or {}, outcomes)
    charts.references(figure, near, log=True)
    _name_those_beyond(figure, levels or {}, near)
    measure_axis(figure.update_yaxes, metric, np.concatenate([outcomes, list(near.values())]))
    return figure


def spreads(table: pd.DataFrame, setting: str, title: str, joined: bool = True) -> Figure:
    """Standard deviations of test losses along a setting: of ensembles, and of single members within and between runs.

    ``table`` has the columns of ``SPREADS``; a line joins their points if ``joined``. What is 0 has no place on the logarithmic
    axis and is not drawn.
    """
    figure = charts.empty_figure(340, x=title, y="standard deviation (nats, log scale)")
    numeric = pd.api.types.is_numeric_dtype(table[setting])
    for column, (name, role, dash, sign) in SPREADS.items():
        colour = charts.colour(role)
        figure.add_scatter(
            x=table[setting] if numeric else table[setting].astype(str),
            y=table[column].where(table[column] > 0),
            mode="lines+markers" if numeric and joined else "markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            marker={"color": colour, "size": 9, "symbol": sign},
            offsetgroup=column,
            hovertemplate=f"{name}: %{{y:.3g}} nats<extra></extra>",
        )
    values_on_x(figure, table[setting])
    shown = table[list(SPREADS)].to_numpy(float)
    logarithmic(figure.update_yaxes, shown[shown > 0])
    return figure


def shares(bands: Mapping[str, Band]) -> Figure:
    """Shares (0..1) of the variance as bars with their intervals and numbers."""
    names = list(bands)
    means, lows, highs = (np.array([getattr(band, end) for band in bands.values()]) for end in ("mean", "low", "high"))
    figure = charts.empty_figure(190, x="share of the variance, with its 95 % interval")
    figure.add_bar(
        x=means,
        y=names,
        orientation="h",
        width=0.6,
        marker_color=charts.with_alpha(charts.colour("ensemble"), 0.55),
        error_x={
            "type": "data",
            "symmetric": False,
            "array": highs - means,
            "arrayminus": means - lows,
            "color": charts.text_color(),
            "thickness": 2,
            "width": 5,
        },
        customdata=np.stack([lows, highs], axis=-1),
        hovertemplate="%{y}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
    )
    for name, mean, high in zip(names, means, highs, strict=True):
        charts.say(figure, max(mean, high), name, f"<b>{percent(float(mean))}</b>", xanchor="left", xshift=8)
    in_percent(figure.update_xaxes, 0.0, 1.1, 6)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 13, "color": charts.text_color()})
    return figure


def differences(comparison: Comparison, title: str, is_ratio: bool, interval: str) -> Figure:
    """A dot per pair, from the smallest difference to the largest, with their mean and its interval; dashed: no difference."""
    values, seeds, paired = comparison
    ends = [0.5, len(values) + 0.5]
    mean, low, high = (ratio(one) if is_ratio else one for one in (paired.mean, paired.low, paired.high))
    none = 1.0 if is_ratio else 0.0
    figure = charts.empty_figure(430, x="pairs, sorted by their difference", y=title)
    colour = charts.colour("run_2")
    order = np.argsort(values, kind="stable")
    ranks = np.arange(1, len(values) + 1)
    charts.band(figure, ends, [low] * 2, [high] * 2, interval, colour)
    figure.add_scatter(x=ends, y=[mean] * 2, mode="lines", name="mean", line={"color": colour, "width": 2}, hoverinfo="skip")
    figure.add_scatter(
        x=ranks,
        y=values[order],
        mode="markers",
        name="a pair",
        marker={"color": charts.text_color(), "size": 7 if len(values) <= FEW_RUNS else 4, "opacity": 0.6},
        customdata=seeds[order],
        hovertemplate="seed %{customdata[0]}, split %{customdata[1]}: %{y:.3g}<extra></extra>",
    )
    figure.add_hline(y=none, line={"color": charts.text_color(), "dash": "dash", "width": 1.5})
    # On a logarithmic axis annotations have the logarithm: of the ratio 1 it is 0, as no difference is on the other.
    side_without_dots = "top" if values.max() > none else "bottom"
    charts.say(figure, 1, 0, "no difference", xref="paper", xanchor="right", yanchor=side_without_dots)
    figure.update_xaxes(range=ends, showgrid=False, nticks=6)
    if is_ratio:
        logarithmic(figure.update_yaxes, np.array([*values, low, high, 1.0]))
    return figure
