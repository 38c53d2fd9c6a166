"""Many runs in a picture: distributions, curves with bands, maps, and differences between pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ensemble.sweeps.tables import Comparison, band_name, median_and_band
from ui import charts
from ui.charts.comparison import run_colours
from ui.text.format import number, times_a_power
from ui.text.pairs import ratio

TITLES = {
    "test_loss": "test loss (nats, log scale)",
    "train_loss": "training loss (nats, log scale)",
    "accuracy": "test accuracy",
    "confidence": "mean confidence",
}
LOSSES = ("test_loss", "train_loss")
SMALLEST_LOSS = 1e-9
ENOUGH_FOR_A_LOG_AXIS = 8
MOST_COLUMNS_IN_LARGE_LETTERS = 4
FEW_RUNS = 60
SHARE_OF_AN_AXIS_FOR_A_NUMBER = 1 / 8
SPREADS = {
    "ensemble": ("the ensemble, between seeds", "solid", "diamond"),
    "within": ("single members, within a run", "dash", "circle"),
    "between": ("what members share, between runs", "dot", "square"),
}


class Runs(NamedTuple):
    """One metric of each run, with what a pointer is told of it."""

    outcomes: np.ndarray
    seeds: np.ndarray
    splits: np.ndarray


def so_far(losses: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Dots of the test losses that are there while others are still trained, as an ECharts option: it changes in place."""
    dots = [
        [float(f"{max(loss, SMALLEST_LOSS):.3g}"), place + 0.7 * (number * 0.618 % 1 - 0.5)]
        for place, group in enumerate(losses.values())
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
                "itemStyle": {"color": charts.accent(), "opacity": 0.5},
            }
        ],
    }


def distributions(runs: Mapping[str, Runs], metric: str, mark: float | None = None, mark_text: str = "") -> go.Figure:
    """A line per kind of luck: a dot per run, a bar as ``median_and_band`` has it, and the median across it.

    ``mark`` is a loss to draw a line at.
    """
    figure = charts.empty_figure(100 * len(runs) + 80, x=TITLES[metric])
    for place, (name, (values, seeds, splits)) in enumerate(runs.items()):
        colour = run_colours()[place]
        shown = _shown(values, metric)
        few = len(values) <= FEW_RUNS
        figure.add_scatter(
            x=shown,
            y=place + 0.5 * (np.arange(len(values)) * 0.618 % 1 - 0.5),
            mode="markers",
            marker={"color": colour, "size": 7 if few else 4, "opacity": 0.6 if few else 0.3, "symbol": charts.SYMBOLS[place]},
            customdata=np.stack([seeds, splits], axis=-1),
            hovertemplate=f"{name}: %{{x:.3g}}<br>seed %{{customdata[0]}}, split %{{customdata[1]}}<extra></extra>",
        )
        if len(values):
            low, median, high = median_and_band(shown)
            figure.add_scatter(
                x=[low, high],
                y=[place + 0.36] * 2,
                mode="lines",
                line={"color": colour, "width": 4},
                hovertemplate=f"{name}, {band_name([len(values)])}: %{{x:.3g}}<extra></extra>",
            )
            figure.add_scatter(
                x=[median],
                y=[place + 0.36],
                mode="markers",
                marker={"color": colour, "symbol": "line-ns", "size": 16, "line": {"color": colour, "width": 4}},
                hovertemplate=f"{name}, median: %{{x:.3g}}<extra></extra>",
            )
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=place - 0.39,
            yanchor="middle",
            text=f"<b>{name}</b>",
            font={"color": colour, "size": 13},
            showarrow=False,
        )
    if mark is not None:
        figure.add_vline(x=mark, line={"color": charts.ink(), "dash": "dash", "width": 1.5})
        figure.add_annotation(
            x=np.log10(mark), y=1, yref="paper", yanchor="bottom", text=mark_text, font_color=charts.ink(), showarrow=False
        )
        figure.update_layout(margin_t=28)
    figure.update_yaxes(showticklabels=False, range=[len(runs) - 0.45, -0.6], showgrid=False)
    everything = np.concatenate([one.outcomes for one in runs.values()])
    _measure(figure.update_xaxes, metric, np.append(everything, mark) if mark is not None else everything)
    figure.update_layout(showlegend=False)
    return figure


def along(table: pd.DataFrame, setting: str, title: str, metric: str, runs: Sequence[Runs]) -> go.Figure:
    """Median and band of a metric along the values of a setting, and a dot per run.

    ``table`` is ``ensemble.sweeps.tables.summary``'s; ``runs`` has what is behind each of its lines.
    """
    figure = charts.empty_figure(380, x=title, y=TITLES[metric])
    there = table[table["used"] > 0]
    x, low, median, high = (there[name] for name in (setting, f"{metric}_low", metric, f"{metric}_high"))
    low, median, high = (_shown(one.to_numpy(), metric) for one in (low, median, high))
    numeric = pd.api.types.is_numeric_dtype(table[setting])
    x = x if numeric else x.astype(str)
    dots = [(value, one) for value, one in zip(table[setting], runs, strict=True)]
    band = f"{band_name(there['used'])} of the runs"
    if numeric:
        charts.band(figure, x, low, high, band)
    figure.add_scatter(
        x=np.concatenate([np.repeat(value, len(one.outcomes)) for value, one in dots]),
        y=_shown(np.concatenate([one.outcomes for _, one in dots]), metric),
        mode="markers",
        name="a run",
        marker={"color": charts.NEUTRAL, "size": 5, "opacity": 0.8},
        offsetgroup="runs",
        customdata=np.concatenate([np.stack([one.seeds, one.splits], axis=-1) for _, one in dots]),
        hovertemplate="%{x}: %{y:.3g}<br>seed %{customdata[0]}, split %{customdata[1]}<extra></extra>",
    )
    figure.add_scatter(
        x=x,
        y=median,
        mode="lines+markers" if numeric else "markers",
        name="median" if numeric else f"median, {band}",
        line={"color": charts.accent(), "width": 2},
        marker={"color": charts.accent(), "size": 9, "symbol": "diamond"},
        offsetgroup="median",
        error_y=None
        if numeric
        else {
            "type": "data",
            "symmetric": False,
            "array": high - median,
            "arrayminus": median - low,
            "color": charts.accent(),
            "thickness": 2,
        },
        hovertemplate="%{x}: median %{y:.3g}<extra></extra>",
    )
    _values_on_x(figure, table[setting])
    _measure(figure.update_yaxes, metric, np.concatenate([one.outcomes for one in runs]))
    return figure


def heat_map(table: pd.DataFrame, settings: Sequence[str], titles: Sequence[str], metric: str) -> go.Figure:
    """The median of a metric over two settings, with its number in each cell; an empty cell has no run to make one of.

    Where not all runs count, the cell also says how many of how many do.

    ``table`` is ``ensemble.sweeps.tables.summary``'s, of all combinations, the second setting's values changing first.
    """
    across, up = ([*dict.fromkeys(map(_text, table[setting]))] for setting in settings)
    median, low, high, used, count = (
        table[name].to_numpy(float).reshape(len(across), len(up)).T
        for name in (metric, f"{metric}_low", f"{metric}_high", "used", "runs")
    )
    figure = charts.empty_figure(48 * len(up) + 110, x=titles[0], y=titles[1])
    words = np.vectorize(lambda *cell: _in_cell(*cell, metric), otypes=[object])(median, used, count)
    z = np.log10(_shown(median, metric)) if metric in LOSSES else median
    figure.add_heatmap(
        z=z,
        x=across,
        y=up,
        colorscale="Cividis_r" if metric in LOSSES else "Cividis",
        text=words,
        customdata=np.stack([median, low, high, used, count], axis=-1),
        xgap=2,
        ygap=2,
        colorbar=_scale(z, metric),
        hovertemplate="%{x}, %{y}: median %{customdata[0]:.3g}<br>"
        + band_name(table["used"])
        + ": %{customdata[1]:.3g} to %{customdata[2]:.3g}<br>%{customdata[3]} of %{customdata[4]} runs<extra></extra>",
    )
    _write_in_cells(figure, z, words, across, up, is_bright_where_low=metric in LOSSES)
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    figure.update_layout(showlegend=False)
    return figure


def spreads(table: pd.DataFrame, setting: str, title: str, joined: bool = True) -> go.Figure:
    """Standard deviations of test losses along a setting: of ensembles, and of single members within and between runs.

    ``table`` has the columns of ``SPREADS``; a line joins their points if ``joined``. What is 0 has no place on the logarithmic
    axis and is not drawn.
    """
    figure = charts.empty_figure(340, x=title, y="standard deviation (nats, log scale)")
    numeric = pd.api.types.is_numeric_dtype(table[setting])
    colours = (charts.accent(), *run_colours()[:2])
    for colour, (column, (name, dash, sign)) in zip(colours, SPREADS.items(), strict=True):
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
    _values_on_x(figure, table[setting])
    shown = table[list(SPREADS)].to_numpy(float)
    logarithmic(figure.update_yaxes, shown[shown > 0])
    return figure


def differences(comparison: Comparison, title: str, is_ratio: bool, interval: str) -> go.Figure:
    """A dot per pair, from the smallest difference to the largest, with their mean and its interval; dashed: no difference."""
    values, seeds, paired = comparison
    ends = [0.5, len(values) + 0.5]
    mean, low, high = (ratio(one) if is_ratio else one for one in (paired.mean, paired.low, paired.high))
    none = 1.0 if is_ratio else 0.0
    figure = charts.empty_figure(340, x="pairs, sorted", y=title)
    order = np.argsort(values, kind="stable")
    ranks = np.arange(1, len(values) + 1)
    charts.band(figure, ends, [low] * 2, [high] * 2, interval)
    figure.add_scatter(
        x=ends, y=[mean] * 2, mode="lines", name="mean", line={"color": charts.accent(), "width": 2}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=ranks,
        y=values[order],
        mode="markers",
        name="a pair",
        marker={"color": charts.ink(), "size": 7 if len(values) <= FEW_RUNS else 4, "opacity": 0.6},
        customdata=seeds[order],
        hovertemplate="seed %{customdata[0]}, split %{customdata[1]}: %{y:.3g}<extra></extra>",
    )
    figure.add_hline(y=none, line={"color": charts.ink(), "dash": "dash", "width": 1.5})
    figure.update_xaxes(range=ends, showgrid=False, nticks=6)
    if is_ratio:
        logarithmic(figure.update_yaxes, np.array([*values, low, high, 1.0]))
    return figure


def _shown(values: np.ndarray, metric: str) -> np.ndarray:
    return np.maximum(values, SMALLEST_LOSS) if metric in LOSSES else values


def _measure(update_axis: Any, metric: str, values: np.ndarray) -> None:
    if metric in LOSSES:
        logarithmic(update_axis, values)
    else:
        least = min(0.8, float(np.min(values, initial=1)) - 0.02)
        update_axis(range=[max(0.0, least), 1.01], tickformat=".0%")


def logarithmic(update_axis: Any, values: np.ndarray) -> None:
    """A logarithmic axis for these losses, its numbers all in letters of one size."""
    there = np.maximum(values[np.isfinite(values)], SMALLEST_LOSS)
    low, high = (there.min() / 1.3, there.max() * 1.3) if len(there) else (1e-3, 1.0)
    ticks = _ticks(low, high)
    update_axis(type="log", range=np.log10([low, high]), tickvals=ticks, ticktext=list(map(short_loss, ticks)))


def _ticks(low: float, high: float) -> np.ndarray:
    """Round numbers between two losses: powers of ten, and between few of them 1-2-5 or every digit."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    ticks = powers
    for digits in ([1], [1, 2, 5], range(1, 10), np.arange(10, 100) / 10):
        ticks = np.outer(powers, digits).ravel()
        ticks = ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]
        if len(ticks) >= 3:
            break
    return ticks[:: 1 + len(ticks) // 9]


def _values_on_x(figure: go.Figure, values: pd.Series) -> None:
    if not pd.api.types.is_numeric_dtype(values):
        names = list(map(str, values))
        figure.update_xaxes(type="category", categoryorder="array", categoryarray=names, range=[-0.5, len(names) - 0.5])
        figure.update_layout(scattermode="group", scattergap=0.8)
        return
    log = values.min() > 0 and values.max() / values.min() >= ENOUGH_FOR_A_LOG_AXIS
    ticks = with_room_between(values.tolist(), bool(log))
    figure.update_xaxes(type="log" if log else "linear", tickvals=ticks, ticktext=list(map(_text, ticks)))


def with_room_between(values: Sequence[float], log: bool) -> list[float]:
    """Those of the values, from small to large, whose numbers have room beside each other on an axis."""
    where = np.log(values) if log else np.array(values, float)
    room = SHARE_OF_AN_AXIS_FOR_A_NUMBER * (where[-1] - where[0])
    kept = [0]
    for place in range(1, len(values)):
        if where[place] - where[kept[-1]] >= room:
            kept.append(place)
    return [values[place] for place in kept]


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def short_loss(value: float, digits: int = 2) -> str:
    """A loss in few letters: 750, 0.0012, 9·10⁻⁶, 2·10⁵."""
    if value == 0 or 1e-3 <= value < 1e4:
        return f"{float(f'{value:.{digits}g}'):g}"
    if not np.isfinite(value):
        return number(value)
    return times_a_power(value, digits - 1).replace(".0·", "·")


def _write_in_cells(
    figure: go.Figure, z: np.ndarray, words: np.ndarray, across: Sequence[str], up: Sequence[str], is_bright_where_low: bool
) -> None:
    """Write in black where the colour is bright, in white where it is dark, in the colour of words where there is none."""
    low, high = (np.nanmin(z), np.nanmax(z)) if np.isfinite(z).any() else (0, 0)
    share = (z - low) / (high - low) if high > low else z * 0
    is_bright = (share < 0.55) if is_bright_where_low else (share > 0.45)
    for colour, cells in (
        ("#000000", is_bright & ~np.isnan(z)),
        ("#FFFFFF", ~is_bright & ~np.isnan(z)),
        (charts.ink(), np.isnan(z)),
    ):
        rows, columns = np.nonzero(cells)
        figure.add_scatter(
            x=[across[column] for column in columns],
            y=[up[row] for row in rows],
            mode="text",
            text=words[rows, columns],
            textfont={"color": colour, "size": 14 if len(across) <= MOST_COLUMNS_IN_LARGE_LETTERS else 11},
            hoverinfo="skip",
        )


def _in_cell(median: float, used: float, count: float, metric: str) -> str:
    words = "—" if np.isnan(median) else _loss_in_cell(median) if metric in LOSSES else f"{100 * median:.1f} %"
    return words if used == count else f"{words}<br>{used:.0f}/{count:.0f}"


def _loss_in_cell(loss: float) -> str:
    return short_loss(loss, 2 if 1e-3 <= loss < 1e4 else 1)


def _scale(z: np.ndarray, metric: str) -> dict[str, Any]:
    if metric not in LOSSES:
        return {"tickformat": ".0%", "thickness": 12}
    low, high = (np.nanmin(z), np.nanmax(z)) if np.isfinite(z).any() else (-3, 0)
    ticks = _ticks(10.0**low, 10.0**high)
    return {
        "tickvals": np.log10(ticks),
        "ticktext": list(map(short_loss, ticks)),
        "thickness": 12,
        "title": {"text": "nats"},
    }
