"""The network as a block diagram."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.weights import weight_count
from pages.parts.train import words
from pages.parts.train.context import Context
from ui.charts import network, text_color
from ui.charts import show as show_picture
from ui.text.fill import fill


def show(context: Context) -> None:
    """Draw it, and say how many weights it has."""
    config, data = context.config, context.data
    st.header("The network")
    show_picture(
        network.diagram(config, data.features, data.classes, text_color()),
        key="network",
        alt=f"Block diagram: {config.members} members with {config.hidden_layers} hidden layers of {config.hidden_units} units",
    )
    weights = f"{weight_count(config, data.features, data.classes):,}"
    st.caption(fill(words.NETWORK, weights=weights, features=data.features, row_name=data.row_name))
