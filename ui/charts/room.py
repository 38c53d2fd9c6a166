"""Pictures of what a room has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from ensemble.disagreement.entropy import entropy_split
from ensemble.room.class_ensemble import ClassPools
from ensemble.room.forecasters import ClassForecasts
from ensemble.room.nets import Net
from ensemble.room.tally import Round
from ui import charts
from ui.text.format import number as written

LINE, FRAME = 44, 64
LEAST_LOSS = 1e-6
GOLDEN = 0.6180339887
NAMES = {1: ("answers",), 2: ("first vote", "second vote")}


def answers(names: Sequence[str], rounds: Sequence[Round], right: int | None) -> go.Figure:
    """Bars of how many chose each answer; two rounds side by side.

    Parameters
    ----------
    names : sequence of str
        The answers.
    rounds : sequence of Round
        One or two; those of fewer than five votes have no bars.
    right : int or None
        The answer that is marked as right; None before it is revealed.
    """
    figure = charts.empty_figure(LINE * len(names) * len(rounds) + FRAME, x="people")
    shown = [f"{name} ✓" if k == right else name for k, name in enumerate(charts.labels(names))]
    for number, (name, one) in enumerate(zip(NAMES[len(rounds)], rounds, strict=True), start=1):
        if one.counts:
            last = number == len(rounds)
            figure.add_bar(
                x=one.counts,
                y=shown,
                orientation="h",
                name=name,
                text=[f"{count}" for count in one.counts],
                textposition="outside",
                cliponaxis=False,
                marker={"color": charts.colour("ensemble") if last else charts.with_alpha(charts.NEUTRAL, 0.5)},
                hovertemplate="%{y}: %{x}<extra></extra>",
            )
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=len(rounds) > 1)
    return figure


def class_scores(seen: ClassForecasts) -> go.Figure:
    """Bars of mean losses: one person on average, and the class as a linear and as a log pool; an infinite one has no bar."""
    names = ("one person, on average", "linear pool", "log pool")
    losses = (seen.log_score, seen.linear, seen.log)
    finite = [loss if np.isfinite(loss) else 0.0 for loss in losses]
    figure = charts.empty_figure(LINE * len(names) + FRAME, x="nats per answer")
    figure.add_bar(
        x=finite,
        y=names,
        orientation="h",
        text=["∞" if np.isinf(loss) else "none" if np.isnan(loss) else written(loss) for loss in losses],
        textposition="outside",
        cliponaxis=False,
        marker={"color": [charts.colour("member"), charts.colour("pool"), charts.colour("pool")]},
        hovertemplate="%{y}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=False)
    return figure


def class_losses(seen: ClassPools) -> go.Figure:
    """A dot for each net's test loss, and a line for each pool; losses are on a logarithmic axis."""
    figure = charts.empty_figure(230, x="test loss (nats)")
    losses = np.maximum(seen.losses, LEAST_LOSS)
    heights = np.modf(np.arange(len(losses)) * GOLDEN)[0]
    figure.add_scatter(
        x=losses,
        y=heights,
        mode="markers",
        marker={"color": charts.with_alpha(charts.colour("member"), 0.7), "size": 10},
        hovertemplate="%{x:.4f} nats<extra></extra>",
        name="nets",
    )
    for name, loss, dash in (("linear pool", seen.linear, "solid"), ("log pool", seen.log, "dot")):
        loss = max(loss, LEAST_LOSS)
        figure.add_scatter(
            x=[loss, loss],
            y=[-0.1, 1.1],
            mode="lines",
            line={"color": charts.colour("pool"), "width": 3, "dash": dash},
            name=f"{name}: {written(loss)}",
            hoverinfo="skip",
        )
    figure.update_xaxes(type="log")
    figure.update_yaxes(visible=False)
    return figure


def most_disputed(nets: Mapping[str, Net]) -> tuple[int, np.ndarray]:
    """The row on which the nets differ most, by its mean divergence from their mean, and their probabilities (nets, n, K)."""
    proba = np.exp(np.stack([net.log_proba for net in nets.values()]))
    _, _, mutual_information = entropy_split(proba / proba.sum(axis=-1, keepdims=True))
    return int(mutual_information.argmax()), proba
