"""Axes and short numbers of the pictures of many runs: losses are on logarithmic axes, values of settings where they fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ui.charts.figure import Figure
from ui.text.format import in_words_of_settings, number, times_a_power
from ui.text.metrics import ON_A_LOG_AXIS

MIN_LOSS = 1e-9
MIN_RATIO_FOR_A_LOG_AXIS = 8
WIDTH_OF_A_NUMBER = 1 / 8
"""As a fraction of the axis."""


def measure_axis(update_axis: Any, metric: str, values: np.ndarray) -> None:
    """The axis of a metric with these values: logarithmic for a loss or a temperature, else in percent.

    A calibration error goes up from 0, a fraction of the rows up to 1.
    """
    if metric in ON_A_LOG_AXIS:
        logarithmic(update_axis, values)
    elif metric == "calibration_error":
        high = min(1.01, 1.1 * float(np.max(values, initial=0.05)))
        in_percent(update_axis, -0.02 * high, high)
    else:
        least = min(0.8, float(np.min(values, initial=1)) - 0.02)
        in_percent(update_axis, max(0.0, least), 1.01)


def drawable(values: np.ndarray, metric: str) -> np.ndarray:
    """The values, raised to what a logarithmic axis has a place for if they stand on one."""
    return np.maximum(values, MIN_LOSS) if metric in ON_A_LOG_AXIS else values


def logarithmic(update_axis: Any, values: np.ndarray) -> None:
    """A logarithmic axis for these losses, its numbers all in letters of one size."""
    there = np.maximum(values[np.isfinite(values)], MIN_LOSS)
    low, high = (there.min() / 1.3, there.max() * 1.3) if len(there) else (1e-3, 1.0)
    ticks = round_losses(low, high)
    update_axis(type="log", range=np.log10([low, high]), tickvals=ticks, ticktext=list(map(short_loss, ticks)))


def linear(update_axis: Any, low: float, high: float, most: int = 6) -> None:
    """A linear axis from ``low`` to ``high`` with at most so many round numbers, written as everywhere in the app."""
    ticks = round_steps(low, high, most)
    update_axis(type="linear", range=[low, high], tickvals=ticks, ticktext=list(map(on_axis, ticks)))


def in_percent(update_axis: Any, low: float, high: float, most: int = 6) -> None:
    """As ``linear``, in percent: ``low`` and ``high`` are fractions."""
    linear(update_axis, low, high, most)
    ticks = round_steps(low, min(high, 1.0), most)
    update_axis(tickvals=ticks, ticktext=[f"{on_axis(100 * tick)} %" for tick in ticks])


def on_axis(value: float) -> str:
    """A number beside an axis: 0, 0.25, −1.5, 5·10⁻⁴.

    >>> on_axis(0.30000000000000004), on_axis(-1.5), on_axis(5e-4)
    ('0.3', '−1.5', '5·10⁻⁴')
    """
    text = re.sub(r"\.?0+·", "·", short_loss(abs(value), 3)) if value else "0"
    return f"−{text}" if value < 0 else text


def round_steps(low: float, high: float, most: int = 6) -> np.ndarray:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers, at most ``most`` of them.

    >>> round_steps(0, 0.55).tolist(), round_steps(-1, 1, 3).tolist()
    ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [-1.0, 0.0, 1.0])
    """
    power = 10.0 ** np.floor(np.log10((high - low) / most))
    for step in power * np.array([1, 2, 5, 10, 20]):
        multiples = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)
        if len(multiples) <= most:
            break
    return (multiples * step).round(12) + 0.0


def values_on_x(figure: Figure, values: pd.Series) -> None:
    """The horizontal axis of a setting: its words side by side, or its numbers, logarithmic where they span much."""
    if not pd.api.types.is_numeric_dtype(values):
        names = list(map(str, values))
        figure.update_xaxes(type="category", categoryorder="array", categoryarray=names, range=[-0.5, len(names) - 0.5])
        figure.update_xaxes(tickvals=names, ticktext=list(map(in_words_of_settings, names)))
        figure.update_layout(scattermode="group", scattergap=0.8)
        return
    log = values.min() > 0 and values.max() / values.min() >= MIN_RATIO_FOR_A_LOG_AXIS
    ticks = with_room_between(values.tolist(), bool(log))
    figure.update_xaxes(type="log" if log else "linear", tickvals=ticks, ticktext=list(map(value_in_short, ticks)))


def with_room_between(values: Sequence[float], log: bool) -> list[float]:
    """The values, from small to large, that have room beside each other on an axis once they are written there."""
    where = np.log(values) if log else np.array(values, float)
    room = WIDTH_OF_A_NUMBER * (where[-1] - where[0])
    kept = [0]
    for index in range(1, len(values)):
        if where[index] - where[kept[-1]] >= room:
            kept.append(index)
    return [values[index] for index in kept]


def short_loss(value: float, digits: int = 2) -> str:
    """A loss in few letters: 750, 0.0012, 9·10⁻⁶, 2·10⁵."""
    if value == 0 or 1e-3 <= value < 1e4:
        return f"{float(f'{value:.{digits}g}'):g}"
    if not np.isfinite(value):
        return number(value)
    return times_a_power(value, digits - 1).replace(".0·", "·")


def value_in_short(value: Any) -> str:
    """A value of a setting as it stands on an axis."""
    return f"{value:g}" if isinstance(value, float) else in_words_of_settings(str(value))


def round_losses(low: float, high: float) -> np.ndarray:
    """Round numbers between two losses: powers of ten, and between few of them 1-2-5 or every digit."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    ticks = powers
    for digits in ([1], [1, 2, 5], range(1, 10), np.arange(10, 100) / 10):
        ticks = np.outer(powers, digits).ravel()
        ticks = ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]
        if len(ticks) >= 3:
            break
    return ticks[:: 1 + len(ticks) // 9]
