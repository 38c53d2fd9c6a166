"""Pictures of the answers and nets of a room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ensemble.disagreement.entropy import entropy_split
from ensemble.room.class_ensemble import ClassPools
from ensemble.room.forecasters import ClassForecasts
from ensemble.room.nets import Net
from ui import charts
from ui.charts.figure import Figure
from ui.charts.run_axes import linear, logarithmic
from ui.text.format import number as written

LINE, FRAME = 44, 64
MIN_LOSS = 1e-6
GOLDEN = 0.6180339887


def class_scores(seen: ClassForecasts) -> Figure:
    """Bars of mean losses: one person on average, and the class as a linear and as a log pool; an infinite one has no bar."""
    names = ("one person, on average", "linear pool", "log pool")
    losses = (seen.log_score, seen.linear, seen.log)
    finite = [float(loss) if np.isfinite(loss) else 0.0 for loss in losses]
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
    linear(figure.update_xaxes, 0.0, 1.2 * max(finite) or 1.0, 5)
    figure.update_traces(textfont={"size": charts.MIN_TEXT, "color": charts.text_color()})
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(showlegend=False)
    return figure


def class_losses(seen: ClassPools, chosen: int | None = None) -> Figure:
    """A dot for each net's test loss, and a line for each pool with its name; losses are on a logarithmic axis.

    ``chosen`` is the number of the net that stands out, from 0.
    """
    figure = charts.empty_figure(250, x="test loss (nats)")
    losses = np.maximum(seen.losses, MIN_LOSS)
    heights = np.modf(np.arange(len(losses)) * GOLDEN)[0]
    edges = np.where(np.arange(len(losses)) == chosen, 3, 0)
    figure.add_scatter(
        x=losses,
        y=heights,
        mode="markers",
        marker={
            "color": charts.colour("member"),
            "opacity": 0.7,
            "size": 10,
            "line": {"width": edges, "color": charts.text_color()},
        },
        unselected={"marker": {"opacity": 0.7}},
        customdata=[written(loss) for loss in seen.losses],
        hovertemplate="a net: %{customdata} nats<extra></extra>",
        name="nets",
    )
    pools = {"linear pool": max(seen.linear, MIN_LOSS), "log pool": max(seen.log, MIN_LOSS)}
    for (name, loss), height, sign in zip(pools.items(), (1.3, -0.3), ("▼", "▲"), strict=True):
        figure.add_scatter(
            x=[loss, loss],
            y=[-0.15, 1.15],
            mode="lines",
            line={"color": charts.colour("pool"), "width": 3, "dash": "solid" if name == "linear pool" else "dot"},
            name=name,
            hoverinfo="skip",
        )
        charts.say(figure, float(np.log10(loss)), height, f"{sign} {name} {written(loss)}", bgcolor=charts.background())
    logarithmic(figure.update_xaxes, np.array([*losses, *pools.values()]))
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(visible=False, range=[-0.5, 1.5])
    figure.update_layout(showlegend=False)
    return figure


def class_triangle(proba: np.ndarray, true_class: int, names: Sequence[str]) -> Figure:
    """A dot for each net's forecast of one row in the triangle of three classes, and their linear pool.

    Parameters
    ----------
    proba : ndarray of shape (nets, 3)
    true_class : int
        From 0; its corner is marked.
    names : sequence of str
        Of the classes; see ``charts.labels``.
    """
    figure = charts.empty_figure(420)
    corners = [f"<b>{name} ✓</b>" if k == true_class else name for k, name in enumerate(names)]
    marks = (
        (proba, {"color": charts.colour("member"), "size": 9, "opacity": 0.6}, "a net"),
        (proba.mean(axis=0)[None], {"color": charts.colour("pool"), "size": 20, "symbol": "diamond"}, "their linear pool"),
    )
    for points, marker, name in marks:
        figure.add_scatterternary(
            **dict(zip("abc", points.T, strict=True)),
            mode="markers",
            marker=marker | {"line": {"color": charts.background(), "width": 1}},
            name=name,
            cliponaxis=False,
            hovertemplate=f"{name}: %{{a:.0%}}, %{{b:.0%}}, %{{c:.0%}}<extra></extra>",
        )
    corner = {"ticks": "", "showticklabels": False, "gridcolor": charts.FAINT, "linecolor": charts.FAINT}
    axes = {f"{axis}axis": corner | {"title": {"text": name}} for axis, name in zip("abc", corners, strict=True)}
    figure.update_layout(
        ternary={"sum": 1, "bgcolor": "rgba(0,0,0,0)", **axes},
        margin={"l": 40, "r": 40, "t": 36, "b": 50},
        legend={"y": -0.12, "yanchor": "top"},
    )
    return figure


def most_disputed(nets: Mapping[str, Net]) -> tuple[int, np.ndarray]:
    """The row on which the nets differ most, by its mean divergence from their mean, and its probabilities (nets, K)."""
    proba = np.exp(np.stack([net.log_proba for net in nets.values()]).astype(float))
    _, _, mutual_information = entropy_split(proba / proba.sum(axis=-1, keepdims=True))
    row = int(mutual_information.argmax())
    return row, proba[:, row]
