"""The network as blocks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from ensemble import EnsembleConfig
from ui import charts

MAX_COLUMNS = 5
Part = dict[str, Any]
DRAWN = {"members", "hidden_layers", "hidden_units", "activation", "dropout", "training", "outputs"}


def diagram(config: EnsembleConfig, features: int, classes: int, ink: str) -> go.Figure:
    """The network as blocks, from the inputs at the top to the probabilities at the bottom.

    Up to five members stand side by side; of more, the first three and the last are drawn and the others counted. Nobody may
    change the figure: whoever asks for the same network gets the same one.
    """
    return _diagram(EnsembleConfig(**config.model_dump(include=DRAWN)), features, classes, ink, charts.scheme())


@lru_cache(maxsize=128)
def _diagram(config: EnsembleConfig, features: int, classes: int, ink: str, scheme: str) -> go.Figure:
    activation = "" if config.activation == "linear" else f"<br>{config.activation}"
    branch = [f"Input<br>{features}", *[f"Dense {config.hidden_units}{activation}"] * config.hidden_layers]
    branch.append(f"Dropout<br>{config.dropout:g}")
    end = f"{classes} probabilities" if config.output_activation == "softmax" else f"{classes} outputs"
    if config.training == "independent":
        branch.append(f"Dense {classes}<br>{config.output_activation}")
        trunk = [f"Average: {end}"]
    else:
        if config.training == "bootstrap":
            branch.append(f"Dense {classes}<br>scores")
        width = config.hidden_units if config.training == "joint" else classes
        trunk = [f"Concatenate: {config.members} × {width}", f"Dense {classes}, {config.output_activation}: {end}"]
    if config.outputs == "softmax_twice":
        trunk.append("In the loss: softmax again")

    columns = _columns(config.members)
    rows = len(branch) + len(trunk)
    boxes: list[Part] = []
    notes: list[Part] = []
    for index, member in enumerate(columns):
        x = (index + 0.5) / len(columns)
        if member is None:
            hidden_members = config.members - len(columns) + 1
            notes.append(_text(x, rows - len(branch) / 2, f"⋯<br>{hidden_members}<br>more"))
            continue
        notes.append(_text(x, rows + 0.1, f"{member}"))
        for depth, words in enumerate(branch):
            boxes.append(_box(x, rows - depth - 0.5, 0.42 / len(columns)))
            notes += [_text(x, rows - depth - 0.5, words), _arrow(x, rows - depth - 0.78)]
    for depth, words in enumerate(trunk, start=len(branch)):
        boxes.append(_box(0.5, rows - depth - 0.5, 0.5 - 0.08 / len(columns)))
        notes.append(_text(0.5, rows - depth - 0.5, words))
        if depth < rows - 1:
            notes.append(_arrow(0.5, rows - depth - 0.78))
    font = {"size": 12, "color": ink}
    figure = charts.empty_figure(54 * rows + 30)
    # All at once: one by one they take ten times as long.
    figure.update_layout(shapes=boxes, annotations=[note | {"font": font} for note in notes])
    figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, rows + 0.3], fixedrange=True)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 4}, showlegend=False)
    return figure


def _columns(members: int) -> list[int | None]:
    """Numbers of the members that are drawn; None stands for the others."""
    if members <= MAX_COLUMNS:
        return list(range(1, members + 1))
    return [1, 2, 3, None, members]


def _box(x: float, y: float, half_width: float) -> Part:
    return {
        "type": "rect",
        "x0": x - half_width,
        "x1": x + half_width,
        "y0": y - 0.3,
        "y1": y + 0.3,
        "fillcolor": charts.FAINT,
        "line": {"color": charts.GREY, "width": 1},
    }


def _text(x: float, y: float, words: str) -> Part:
    return {"x": x, "y": y, "text": words, "showarrow": False}


def _arrow(x: float, y: float) -> Part:
    return {
        "x": x,
        "y": y - 0.44,
        "ax": x,
        "ay": y,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "arrowhead": 2,
        "arrowsize": 0.9,
        "arrowcolor": charts.GREY,
    }
