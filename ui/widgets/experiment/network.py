"""A diagram of the network."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig

MAX_COLUMNS = 5


def show_network(config: EnsembleConfig, features: int, classes: int) -> None:
    """The network as a block diagram, from the inputs at the top to the probabilities at the bottom.

    Up to five members stand side by side; of more, the first three and the last are drawn and the others counted.
    """
    branch, trunk = _blocks(config, features, classes)
    drawn = range(1, config.members + 1) if config.members <= MAX_COLUMNS else (1, 2, 3, config.members)
    columns = [f"<div><b>{member}</b>{_boxes(branch)}</div>" for member in drawn]
    if hidden := config.members - len(drawn):
        columns.insert(-1, f"<div>⋯<br>{hidden}<br>more</div>")
    words = f"Block diagram: {config.members} members with {config.hidden_layers} hidden layers of {config.hidden_units} units"
    st.html(f'<div class="network" role="img" aria-label="{words}"><div>{"".join(columns)}</div>{_boxes(trunk)}</div>')


def _blocks(config: EnsembleConfig, features: int, classes: int) -> tuple[list[str], list[str]]:
    """The labels of each member's blocks, and of the blocks below all members."""
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
    return branch, trunk


def _boxes(blocks: list[str]) -> str:
    return "".join(f"<span>{words}</span>" for words in blocks)
