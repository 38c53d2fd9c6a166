"""Losses of the runs over the epochs."""

from __future__ import annotations

import streamlit as st

from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill


def show(context: Context) -> None:
    """Test and training losses side by side, on one axis."""
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
    for column, (title, loss) in zip(
        st.columns(2, gap="large"), {"Test": "test_loss", "Training": "train_loss"}.items(), strict=True
    ):
        with column:
            st.markdown(f"**{title} loss**")
            show_picture(
                pictures.curves(histories, loss, axis == "Logarithmic"),
                key=f"compare_{loss}",
                alt=f"{title} loss of {len(context.runs)} runs",
            )
    st.caption(fill(words.CURVES))
