"""The network as a block diagram."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.weights import weight_count
from pages.parts.train import words
from pages.parts.train.context import Context
from ui.text.fill import fill
from ui.widgets.experiment.network import show_network


def show(context: Context) -> None:
    """Draw it, and say how many weights it has."""
    config, data = context.config, context.data
    st.header("The network")
    show_network(config, data.features, data.classes)
    weights = f"{weight_count(config, data.features, data.classes):,}"
    st.caption(fill(words.NETWORK, weights=weights, features=data.features, row_name=data.row_name))
