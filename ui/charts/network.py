"""The network as blocks."""

from __future__ import annotations

import plotly.graph_objects as go

from ensemble import EnsembleConfig
from ui import charts

MAX_COLUMNS = 5


def diagram(config: EnsembleConfig, features: int, classes: int, ink: str) -> go.Figure:
    """The network as blocks, from the inputs at the top to the probabilities at the bottom.

    Up to five members stand side by side; of more, the first three and the last are drawn and the others counted.
    """
    activation = "" if config.activation == "linear" else f"<br>{config.activation}"
    branch = [f"Input<br>{features}", *[f"Dense {config.hidden_units}{activation}"] * config.hidden_layers]
    branch.append(f"Dropout<br>{config.dropout:g}")
    end = f"{classes} probabilities" if config.outputs == "softmax" else f"{classes} outputs"
    if config.training == "independent":
        branch.append(f"Dense {classes}<br>{config.outputs}")
        trunk = [f"Average: {end}"]
    else:
        if config.training == "bootstrap":
            branch.append(f"Dense {classes}<br>scores")
        width = config.hidden_units if config.training == "joint" else classes
        trunk = [f"Concatenate: {config.members} × {width}", f"Dense {classes}, {config.outputs}: {end}"]

    columns = _columns(config.members)
    rows = len(branch) + len(trunk)
    figure = charts.empty_figure(54 * rows + 30)
    for place, member in enumerate(columns):
        x = (place + 0.5) / len(columns)
        if member is None:
            hidden_members = config.members - len(columns) + 1
            _text(figure, x, rows - len(branch) / 2, f"⋯<br>{hidden_members}<br>more")
            continue
        _text(figure, x, rows + 0.1, f"{member}")
        for depth, words in enumerate(branch):
            _box(figure, x, rows - depth - 0.5, 0.42 / len(columns), words)
            _arrow(figure, x, rows - depth - 0.78)
    for depth, words in enumerate(trunk, start=len(branch)):
        _box(figure, 0.5, rows - depth - 0.5, 0.5 - 0.08 / len(columns), words)
        if depth < rows - 1:
            _arrow(figure, 0.5, rows - depth - 0.78)
    figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, rows + 0.3], fixedrange=True)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 4}, showlegend=False)
    figure.update_annotations(font={"size": 12, "color": ink})
    return figure


def _columns(members: int) -> list[int | None]:
    """Numbers of the members that are drawn; None stands for the others."""
    if members <= MAX_COLUMNS:
        return list(range(1, members + 1))
    return [1, 2, 3, None, members]


def _box(figure: go.Figure, x: float, y: float, half_width: float, words: str) -> None:
    figure.add_shape(
        type="rect",
        x0=x - half_width,
        x1=x + half_width,
        y0=y - 0.3,
        y1=y + 0.3,
        fillcolor=charts.FAINT,
        line={"color": charts.GREY, "width": 1},
    )
    _text(figure, x, y, words)


def _text(figure: go.Figure, x: float, y: float, words: str) -> None:
    figure.add_annotation(x=x, y=y, text=words, showarrow=False)


def _arrow(figure: go.Figure, x: float, y: float) -> None:
    figure.add_annotation(
        x=x,
        y=y - 0.44,
        ax=x,
        ay=y,
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        text="",
        arrowhead=2,
        arrowsize=0.9,
        arrowcolor=charts.GREY,
    )
