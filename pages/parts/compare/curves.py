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
    """Test and training losses beside each other, on one axis."""
    st.header("Loss, epoch by epoch")
    axis = st.segmented_control(
        "Loss axis",
        ("Logarithmic", "Linear"),
        key="compare_axis",
        default="Logarithmic",
        required=True,
        persist_state="session",
        help="Logarithmic: small losses can be told apart. Linear: how much falls in the first epochs.",
    )
    histories = {name: run.history for name, run in context.runs.items()}
    levels = loss_references(context.data.y_test, context.data.classes)
    for column, (title, loss) in zip(
        st.columns(2, gap="large"), {"Test": "test_loss", "Training": "train_loss"}.items(), strict=True
    ):
        with column:
            ends = ", ".join(f"{name[-1]} {number(history[loss].iloc[-1])}" for name, history in histories.items())
            show_picture(
                pictures.curves(histories, loss, axis == "Logarithmic", levels),
                key=f"compare_{loss}",
                alt=f"{title} loss of {len(context.runs)} runs",
                title=f"{title} loss, nats: {ends} in the end",
            )
    window = max(map(pictures.smoothing_window, map(len, histories.values())))
    smoothed = fill(words.SMOOTHED, epochs=window) if window > 1 else ""
    st.caption(f"{fill(words.CURVES)} {smoothed}")
