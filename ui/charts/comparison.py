"""Runs side by side: their curves, and the rows on which they part. Each run has its own colour, dash and symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ui import charts
from ui.charts import escape_label
from ui.charts.figure import Figure
from ui.charts.run_axes import round_losses, short_loss
from ui.palette import RUNS

DASHES = {"solid": (1,), "dash": (9, 9), "dot": (3, 3), "dashdot": (9, 3, 3, 3)}
MIN_LOSS = 1e-7
CURVE_HEIGHT = 320
MIN_TO_SMOOTH = 60
MIN_GAP = 0.07


def run_colours() -> tuple[str, ...]:
    """Colours of runs, in their order."""
    return tuple(charts.colour(f"run_{number}") for number in range(1, RUNS + 1))


def mark(position: int) -> str:
    """The line of a run in HTML, to stand beside its name."""
    colour, edge, stops = run_colours()[position], 0, []
    for number, length in enumerate(list(DASHES.values())[position]):
        stops.append(f"{'transparent' if number % 2 else colour} {edge}px {edge + length}px")
        edge += length
    line = f"repeating-linear-gradient(90deg, {', '.join(stops)})"
    return f'<span style="display: inline-block; width: 60px; height: 3px; vertical-align: middle; background: {line}"></span>'


def loss_range(histories: Mapping[str, pd.DataFrame], log: bool) -> tuple[float, float]:
    """Ends of an axis that holds training and test losses of all runs, so that both pictures can be compared."""
    losses = np.concatenate([history[["train_loss", "test_loss"]].to_numpy().ravel() for history in histories.values()])
    if not log:
        return 0.0, float(losses.max()) * 1.05 or 1.0
    low, high = np.maximum([losses.min(), losses.max()], MIN_LOSS)
    return float(low) / 1.3, float(high) * 1.3


def smoothing_window(epochs: int) -> int:
    """The window of the moving mean in epochs, an odd number; 1 for a curve that is short enough without."""
    return 1 if epochs < MIN_TO_SMOOTH else 2 * (epochs // 40) + 1


def curves(histories: Mapping[str, pd.DataFrame], column: str, log: bool, levels: Mapping[str, float] | None = None) -> Figure:
    """One loss of each run against the epochs, named at the end of its curve; long ones thin, with their moving mean.

    ``histories`` holds ``Run.history`` by the name of the run; ``column`` is ``"train_loss"`` or ``"test_loss"``. ``levels``
    are losses to beat.
    """
    figure = charts.empty_figure(CURVE_HEIGHT, x="epoch", y="nats (log scale)" if log else "nats")
    low, high = loss_range(histories, log)
    if log and levels:
        high = max(high, 1.3 * max(levels.values()))
    ends = []
    for (name, history), colour, dash in zip(histories.items(), run_colours(), DASHES, strict=False):
        loss: pd.Series = history[column].clip(lower=MIN_LOSS) if log else history[column]
        window = smoothing_window(len(history))
        if window > 1:
            figure.add_scatter(
                x=history["epoch"],
                y=loss,
                mode="lines",
                line={"color": charts.with_alpha(colour, 0.35), "width": 1},
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=history["epoch"],
            y=_smoothed(loss, window, log),
            mode="lines" if len(history) > 1 else "markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            customdata=loss,
            hovertemplate=f"{name}, epoch %{{x}}: %{{customdata:.4g}} nats<extra></extra>",
        )
        ends.append((len(history), float(loss.iloc[-1]), name, colour))
    charts.references(figure, {name: level for name, level in (levels or {}).items() if low < level < high}, log=log)
    positions = np.array([end[1] for end in ends])
    fraction = np.log(positions / low) / np.log(high / low) if log else (positions - low) / (high - low)
    for (epoch, _, name, colour), position in zip(ends, _apart(fraction), strict=True):
        figure.add_annotation(
            x=epoch,
            y=position,
            yref="y domain",
            text=f"<b>{name.removeprefix('Run ')}</b>",
            font={"color": colour, "size": 14},
            bgcolor=charts.with_alpha(charts.background(), 0.75),
            borderpad=0,
            showarrow=False,
            xanchor="left",
            xshift=5,
        )
    if log:
        _take_logarithms(figure, low, high)
    else:
        figure.update_yaxes(range=[low, high])
    figure.update_xaxes(range=[0, max(epoch for epoch, *_ in ends) * 1.07 + 1], nticks=6)
    figure.update_layout(showlegend=False)
    return figure


def _smoothed(loss: pd.Series, window: int, log: bool) -> pd.Series:
    """The moving mean, geometric on a logarithmic axis; at both ends over fewer epochs."""
    values = np.log(loss) if log else loss
    mean = values.rolling(window, center=True, min_periods=1).mean()
    return np.exp(mean) if log else mean


def rows_apart(table: pd.DataFrame, names: Sequence[str], row_name: str) -> Figure:
    """Each run's probability of the true class, for the rows on which they differ most.

    ``table`` is ``ensemble.runs.comparison.rows_that_differ_most``'s.
    """
    figure = charts.empty_figure(34 * len(table) + 90, x="probability of the true class")
    lines = [f"{row_name} {row} · {escape_label(name)}" for row, name in zip(table["row"], table["true class"], strict=True)]
    truths = table[[f"{name}: true class" for name in names]].to_numpy()
    for position, (low, high) in enumerate(zip(truths.min(axis=1), truths.max(axis=1), strict=True)):
        figure.add_scatter(
            x=[low, high],
            y=[position, position],
            mode="lines",
            line={"color": charts.GREY, "width": 2},
            showlegend=False,
            hoverinfo="skip",
        )
    beside = (np.arange(len(names)) - (len(names) - 1) / 2) * 0.15
    for name, proba, position, colour, symbol in zip(names, truths.T, beside, run_colours(), charts.SYMBOLS, strict=False):
        figure.add_scatter(
            x=proba,
            y=np.arange(len(table)) + position,
            mode="markers",
            name=escape_label(name),
            marker={"color": colour, "size": 10, "symbol": symbol},
            text=[escape_label(likeliest) for likeliest in table[f"{name}: likeliest"]],
            hovertemplate=f"{escape_label(name)}: %{{x:.3f}}, likeliest %{{text}}<extra></extra>",
        )
    figure.update_xaxes(range=[-0.02, 1.02])
    figure.update_yaxes(tickvals=np.arange(len(table)), ticktext=lines, range=[len(table) - 0.5, -0.5], showgrid=False)
    return figure


def losses(history: pd.DataFrame, levels: Mapping[str, float]) -> Figure:
    """Training and test loss of one run against the epochs, and losses to beat; ``history`` is ``Run.history``."""
    low, high = loss_range({"": history}, log=True)
    high = max(high, *(1.3 * level for level in levels.values()))
    figure = charts.empty_figure(340, x="epoch", y="nats (log scale)")
    for column, name, colour, dash in (
        ("train_loss", "training", charts.colour("train"), "solid"),
        ("test_loss", "test", charts.colour("test"), "dash"),
    ):
        figure.add_scatter(
            x=history["epoch"],
            y=np.maximum(history[column], MIN_LOSS),
            mode="lines" if len(history) > 1 else "markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate=f"{name}, epoch %{{x}}: %{{y:.4g}} nats<extra></extra>",
        )
    charts.references(figure, {name: level for name, level in levels.items() if level > low}, log=True)
    _take_logarithms(figure, low, high)
    return figure


def _take_logarithms(figure: Figure, low: float, high: float) -> None:
    """A logarithmic axis between two losses, its numbers written as on all axes."""
    ticks = round_losses(low, high)
    figure.update_yaxes(type="log", range=np.log10([low, high]), tickvals=ticks, ticktext=list(map(short_loss, ticks)))


def _apart(positions: np.ndarray) -> np.ndarray:
    """Positions on an axis from 0 to 1, moved apart so that labels at them are legible."""
    order = np.argsort(positions)
    steps = np.arange(len(positions)) * MIN_GAP
    moved = np.maximum.accumulate(positions[order] - steps) + steps
    moved = np.minimum(moved, 1 - steps[::-1])
    apart = np.empty(len(positions))
    apart[order] = moved
    return apart
