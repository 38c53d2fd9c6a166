"""Losses of the runs over the epochs."""

from __future__ import annotations

import streamlit as st

from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import loss_references
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.format import number


def show(context: Context) -> None:
    """Test and training losses below each other, on one axis."""
    histories = {name: run.history for name, run in context.runs.items()}
    levels = loss_references(context.data.y_test, context.data.classes)
    places = [st.container(), st.container()]
    axis = st.segmented_control(
        "Loss axis",
        ("Logarithmic", "Linear"),
        key="compare_axis",
        default="Logarithmic",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    for place, (title, loss) in zip(places, {"Test": "test_loss", "Training": "train_loss"}.items(), strict=True):
        ends = ", ".join(f"{name[-1]} {number(history[loss].iloc[-1])}" for name, history in histories.items())
        with place:
            show_picture(
                pictures.curves(histories, loss, axis == "Logarithmic", levels),
                key=f"compare_{loss}",
                alt=f"{title} loss of {len(context.runs)} runs",
                title=f"{title} loss in the end, nats: {ends}",
            )
    window = max(map(pictures.smoothing_window, map(len, histories.values())))
    smoothed = fill(words.SMOOTHED, epochs=window) if window > 1 else ""
    st.caption(f"{fill(words.CURVES)} {smoothed}")
