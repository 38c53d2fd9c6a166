"""A map of many runs: the median of a metric over two settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ensemble.sweeps.tables import band_name
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import drawable, on_axis, round_losses, round_steps, short_loss, value_in_short
from ui.text.metrics import IN_NATS, LOWER_IS_BETTER, ON_A_LOG_AXIS

MAX_COLUMNS_IN_LARGE_LETTERS = 4


def heat_map(table: pd.DataFrame, settings: Sequence[str], titles: Sequence[str], metric: str) -> Figure:
    """The median of a metric over two settings, with its number in each cell; an empty cell has no run to make one of.

    Where not all runs count, the cell also says how many of how many do.

    ``table`` is ``ensemble.sweeps.tables.summary``'s, of all combinations, the second setting's values changing first.
    """
    across, up = ([*dict.fromkeys(map(value_in_short, table[setting]))] for setting in settings)
    median, low, high, used, count = (
        table[name].to_numpy(float).reshape(len(across), len(up)).T
        for name in (metric, f"{metric}_low", f"{metric}_high", "used", "runs")
    )
    figure = charts.empty_figure(48 * len(up) + 110, x=titles[0], y=titles[1])
    words = np.vectorize(partial(_in_cell, metric), otypes=[object])(median, used, count)
    z = np.log10(drawable(median, metric)) if metric in ON_A_LOG_AXIS else median
    colours = "Cividis_r" if metric in LOWER_IS_BETTER else "Cividis"
    figure.add_heatmap(
        z=z,
        x=across,
        y=up,
        colorscale=colours,
        text=words,
        customdata=np.stack([median, low, high, used, count], axis=-1),
        xgap=2,
        ygap=2,
        colorbar=_scale(z, metric),
        hovertemplate="%{x}, %{y}: median %{customdata[0]:.3g}<br>"
        + band_name(table["used"])
        + ": %{customdata[1]:.3g} to %{customdata[2]:.3g}<br>%{customdata[3]} of %{customdata[4]} runs<extra></extra>",
    )
    _write_in_cells(figure, z, words, across, up, colours)
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    figure.update_layout(showlegend=False)
    return figure


def _write_in_cells(
    figure: Figure, z: np.ndarray, words: np.ndarray, across: Sequence[str], up: Sequence[str], colours: str
) -> None:
    """Write in black where the colour is bright, in white where it is dark, in the colour of words where there is none."""
    from plotly.colors import sample_colorscale  # here, because no other picture needs Plotly in Python

    low, high = (np.nanmin(z), np.nanmax(z)) if np.isfinite(z).any() else (0, 0)
    fraction = np.nan_to_num((z - low) / (high - low) if high > low else z * 0)
    sampled = np.array(sample_colorscale(colours, fraction.ravel().tolist(), colortype="tuple"))
    is_bright = charts.is_bright(255 * sampled).reshape(z.shape)
    cells = {
        "#000000": is_bright & ~np.isnan(z),
        "#FFFFFF": ~is_bright & ~np.isnan(z),
        charts.text_color(): np.isnan(z),
    }
    size = 14 if len(across) <= MAX_COLUMNS_IN_LARGE_LETTERS else charts.MIN_TEXT
    charts.write_in_cells(figure, words, across, up, cells, size)


def _in_cell(metric: str, median: float, used: float, count: float) -> str:
    words = "—" if np.isnan(median) else _loss_in_cell(median) if metric in ON_A_LOG_AXIS else f"{100 * median:.1f} %"
    return words if used == count else f"{words}<br>{used:.0f}/{count:.0f}"


def _loss_in_cell(loss: float) -> str:
    return short_loss(loss, 2 if 1e-3 <= loss < 1e4 else 1)


def _scale(z: np.ndarray, metric: str) -> dict[str, Any]:
    if metric not in ON_A_LOG_AXIS:
        low, high = (np.nanmin(z), np.nanmax(z)) if np.isfinite(z).any() else (0, 1)
        ticks = round_steps(low, high if high > low else low + 0.01)
        return {"tickvals": ticks, "ticktext": [f"{on_axis(100 * tick)} %" for tick in ticks], "thickness": 12}
    low, high = (np.nanmin(z), np.nanmax(z)) if np.isfinite(z).any() else (-3, 0)
    ticks = round_losses(10.0**low, 10.0**high)
    return {
        "tickvals": np.log10(ticks),
        "ticktext": list(map(short_loss, ticks)),
        "thickness": 12,
        "title": {"text": "nats" if metric in IN_NATS else ""},
    }
