"""Other shares of the classes: how EM finds them, and what ways to train cost before and after the correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from ensemble.probability.intervals import Band
from ensemble.probability.vectors import Floats
from ensemble.shift.priors import PriorInterval, PriorSteps
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number, percent

STANDS = 5e-4
MAX_STEPS = 100
MAX_LABELS = 4
MAX_LETTERS_OF_A_LABEL = 12
LINE, FRAME = 64, 112
LONGEST = 4
AS_IT_IS, CORRECTED = "as it is", "corrected"


def steps_shown(steps: PriorSteps) -> int:
    """How many steps of EM are drawn: all, or of more than 100 those that bring a share nearer to its end by 0.05 points."""
    taken = len(steps.shares) - 1
    moving = np.flatnonzero(np.abs(steps.shares - steps.estimate).max(axis=1) > STANDS)
    return min(taken, max(MAX_STEPS, int(moving[-1]) + 1 if len(moving) else 0))


def em_steps(steps: PriorSteps, interval: PriorInterval, truth: Floats, class_names: Sequence[str]) -> Figure:
    """The share of each class after each step of EM, its 95 % interval at the end, and the true share as a dashed line."""
    last = steps_shown(steps)
    taken = len(steps.shares) - 1
    axis = "step of EM" if last == taken else f"step of EM, the first {last:,} of {taken:,}"
    figure = charts.empty_figure(360, x=axis, y="share of the class")
    room = max(1.0, 0.04 * last)
    for k, name in enumerate(charts.labels(class_names)):
        hue, at = charts.class_colour(k), last + room * (0.5 + 0.35 * (k % 3))
        figure.add_scatter(
            x=[0, last + 2 * room],
            y=[truth[k], truth[k]],
            mode="lines",
            line={"color": hue, "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=np.arange(last + 1),
            y=steps.shares[: last + 1, k],
            customdata=steps.log_likelihood[: last + 1],
            mode="lines+markers" if last <= 40 else "lines",
            marker={"size": 5},
            line={"color": hue, "width": 2},
            name=name,
            showlegend=len(class_names) > MAX_LABELS,
            hovertemplate="step %{x}: %{y:.1%}<br>log-likelihood %{customdata:+.4f} nats a row<extra>" + name + "</extra>",
        )
        figure.add_scatter(
            x=[at],
            y=[steps.estimate[k]],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, interval.high[k] - steps.estimate[k])],
                "arrayminus": [max(0.0, steps.estimate[k] - interval.low[k])],
                "color": hue,
                "thickness": 2,
                "width": 5,
            },
            mode="markers",
            marker={"color": hue, "size": 8, "symbol": "diamond"},
            showlegend=False,
            hovertemplate=f"{name}: {percent(float(steps.estimate[k]), 1)}, 95 % interval "
            f"{percent(float(interval.low[k]), 1)} to {percent(float(interval.high[k]), 1)}<extra></extra>",
        )
    if len(class_names) <= MAX_LABELS:
        ends = _apart(truth, 0.06)
        for k, name in enumerate(charts.labels(class_names, MAX_LETTERS_OF_A_LABEL)):
            charts.say(figure, last + 2 * room, ends[k], name, xanchor="left", xshift=6, font=_font(charts.class_colour(k)))
    linear(figure.update_xaxes, 0.0, last + 2.2 * room, 6)
    top = min(1.0, 1.05 * float(max(truth.max(), interval.high.max(), steps.shares[: last + 1].max())))
    in_percent(figure.update_yaxes, 0.0, top, 5)
    figure.update_layout(margin={"r": 84 if len(class_names) <= MAX_LABELS else 16, "t": 32})
    return figure


def ways_to_train(losses: Mapping[str, tuple[Band, Band]], truth: float | None) -> Figure:
    """A line for each way to train: the loss of the forecasts as they are and corrected, with 95 % intervals."""
    figure = charts.empty_figure(LINE * len(losses) + FRAME, x="loss at these shares (nats)")
    hue = charts.colour("ensemble")
    bands_of_all = [band for pair in losses.values() for band in pair]
    largest = max(*(band.mean for band in bands_of_all), truth or 0.0)
    end = min(1.12 * max(band.high for band in bands_of_all), LONGEST * largest) or 1.0
    for index, (name, symbol, fill) in enumerate(((AS_IT_IS, "circle", charts.background()), (CORRECTED, "diamond", hue))):
        bands = [pair[index] for pair in losses.values()]
        height = [position + 0.34 * index - 0.17 for position in range(len(bands))]
        figure.add_scatter(
            x=[band.mean for band in bands],
            y=height,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [band.high - band.mean for band in bands],
                "arrayminus": [band.mean - band.low for band in bands],
                "color": hue,
                "thickness": 2,
                "width": 0,
            },
            mode="markers",
            marker={"symbol": symbol, "size": 11, "color": fill, "line": {"color": hue, "width": 2}},
            name=name,
            hovertemplate=name + ": %{x:.4f} nats<extra></extra>",
        )
        for band, y in zip(bands, height, strict=True):
            goes_on = band.high > end
            charts.say(
                figure, band.mean if goes_on else band.high, y, number(band.mean), xanchor="left", xshift=8, yshift=8 * goes_on
            )
            if goes_on:
                charts.say(figure, end, y, f"→ {number(band.high)}", xanchor="right", yshift=8, font=_font(charts.quiet()))
    if truth is not None:
        figure.add_vline(truth, line={"color": charts.quiet(), "width": 1, "dash": "dash"})
        below = {"xanchor": "right", "xshift": -6, "font": _font(charts.quiet())}
        charts.say(figure, truth, len(losses) - 0.6, f"the truth: {number(truth)}", **below)
    linear(figure.update_xaxes, 0.0, end, 6)
    figure.update_yaxes(
        tickvals=list(range(len(losses))), ticktext=charts.labels(list(losses)), range=[len(losses) - 0.5, -0.5], showgrid=False
    )
    figure.update_layout(margin={"r": 24, "t": 44})
    return figure


def _font(hue: str) -> dict[str, object]:
    return {"size": charts.MIN_TEXT, "color": hue}


def _apart(values: Floats, gap: float) -> Floats:
    """Heights of labels in the order of the values, at least so far from each other."""
    placed, order = np.array(values, dtype=np.float64), np.argsort(values)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    return placed
