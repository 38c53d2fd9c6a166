"""The outputs of a network, against true classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import in_percent, linear
from ui.text.format import number

OUTPUT_AXIS = (-0.5, 1.5)
SUM_AXIS = (0.0, 2.2)
COUNT_ROWS = (1.1, 1.2)


def row_sums(sums: np.ndarray) -> Figure:
    """One dot per row at the sum of its outputs, sums beyond the axis at its ends; a line at 1."""
    figure = charts.empty_figure(160, x="sum of a row's outputs")
    lift = np.random.default_rng(0).uniform(-1, 1, len(sums))
    figure.add_scatter(
        x=np.clip(sums, *SUM_AXIS),
        y=lift,
        mode="markers",
        marker={"color": charts.with_alpha(charts.colour("ensemble"), 0.5), "size": 6},
        customdata=sums,
        hovertemplate="%{customdata:.3f}<extra></extra>",
        cliponaxis=False,
    )
    figure.add_vline(x=1, line={"color": charts.quiet(), "dash": "dash", "width": 1})
    quiet = {"size": charts.MIN_TEXT, "color": charts.quiet()}
    charts.say(figure, 1, 1, "sum of probabilities", yref="paper", yanchor="bottom", font=quiet)
    linear(figure.update_xaxes, *SUM_AXIS)
    figure.update_yaxes(visible=False, range=[-1.3, 1.3])
    figure.update_layout(margin_t=24)
    return figure


def frequency(table: pd.DataFrame) -> Figure:
    """The frequency of classes against their outputs, with 95 % bands and counts."""
    figure = charts.empty_figure(320, x="mean output (grey: could be a probability)", y="class was true")
    figure.add_vrect(x0=0, x1=1, fillcolor=charts.FAINT, line_width=0, layer="below")
    charts.diagonal(figure)
    quiet = {"size": charts.MIN_TEXT, "color": charts.quiet()}
    charts.say(figure, 0, COUNT_ROWS[0], "outputs", xref="paper", xanchor="right", xshift=-6, font=quiet)
    figure.add_scatter(
        x=table["output"],
        y=table["frequency"],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": table["high"] - table["frequency"],
            "arrayminus": table["frequency"] - table["low"],
            "thickness": 1.5,
            "color": charts.colour("ensemble"),
        },
        mode="markers",
        marker={"color": charts.colour("ensemble"), "size": 9},
        text=table["count"],
        hovertemplate="mean output %{x:.3f}<br>true in %{y:.1%} of %{text}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=table["output"],
        y=[COUNT_ROWS[index % 2] for index in range(len(table))],
        mode="text",
        text=table["count"],
        textfont={"size": charts.MIN_TEXT, "color": charts.text_color()},
        hoverinfo="skip",
        showlegend=False,
    )
    linear(figure.update_xaxes, *OUTPUT_AXIS)
    in_percent(figure.update_yaxes, -0.04, 1.26)
    return figure


def pulls(margins: np.ndarray, by_loss: Mapping[str, np.ndarray]) -> Figure:
    """How strongly each loss pulls the true class's score up, against how far that score is ahead of the others."""
    figure = charts.empty_figure(320, x="score of the true class − score of each other", y="pull on the true score, −∂L/∂z")
    figure.add_vrect(x0=float(margins[0]), x1=0, fillcolor=charts.FAINT, line_width=0, layer="below")
    font = {"size": charts.MIN_TEXT, "color": charts.quiet()}
    charts.say(figure, float(margins[0]), 0.52, "sure and wrong", xanchor="left", font=font)
    charts.say(figure, float(margins[-1]), 0.52, "sure and right", xanchor="right", font=font)
    looks = zip(by_loss.items(), ("run_1", "run_2", "run_3"), ("solid", "dash", "dot"), strict=False)
    for (name, values), role, dash in looks:
        figure.add_scatter(
            x=margins,
            y=values,
            mode="lines",
            name=name,
            line={"color": charts.colour(role), "width": 2, "dash": dash},
            hovertemplate=f"{name}: %{{y:.3f}} at %{{x:.1f}}<extra></extra>",
        )
    linear(figure.update_xaxes, float(margins[0]), float(margins[-1]))
    linear(figure.update_yaxes, -0.02, 1.05)
    return figure


def floor(history: pd.DataFrame, floor: float, bound: float, classes: int) -> Figure:
    """The loss of a softmax applied twice over the epochs, as trained, its floor (nats), and the loss of equal forecasts."""
    figure = charts.empty_figure(320, x="epoch", y="loss as trained (nats)")
    for part, name in (("test", "test rows"), ("train", "training rows")):
        figure.add_scatter(
            x=history["epoch"],
            y=history[f"{part}_loss_as_trained"],
            mode="lines" if len(history) > 1 else "markers",
            name=name,
            line={"color": charts.colour(part), "width": 2},
            hovertemplate=f"{name}, epoch %{{x}}: %{{y:.4f}} nats<extra></extra>",
        )
    charts.references(figure, {f"uniform ln {classes}": float(np.log(classes))})
    figure.add_hline(y=floor, line={"color": charts.text_color(), "width": 1.5, "dash": "dash"})
    label = f"floor {number(floor)} nats = −ln {number(bound)}"
    charts.say(figure, 1, floor, label, xref="paper", xanchor="right", yanchor="top")
    highest = max(float(np.log(classes)), float(history[["train_loss_as_trained", "test_loss_as_trained"]].to_numpy().max()))
    linear(figure.update_yaxes, 0.0, 1.1 * highest)
    return figure
