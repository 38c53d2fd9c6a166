"""Pictures of what a room has answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ensemble.room.forecasters import ClassForecasts
from ensemble.room.tally import Round
from ui import charts
from ui.text.format import number as written

LINE, FRAME = 44, 64
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
