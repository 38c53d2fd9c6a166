"""Class weights: mean forecasts beside class frequencies, before and after division by the weights."""

from __future__ import annotations

import streamlit as st

from ensemble.probability.class_weights import class_balance
from ensemble.probability.vectors import softmax
from pages.parts.calibration import words
from ui.text.fill import fill
from ui.text.format import number, percent
from ui.widgets.forecasts.judged import Judged


def show(context: Judged) -> None:
    """A sentence and a table, if the judged network was trained with class weights."""
    if context.config.class_weights == "none":
        return
    seen, data = context.seen, context.data
    balance = class_balance(softmax(seen.logits), seen.y, data.y_train)
    st.subheader("Class weights")
    st.markdown(
        fill(
            words.CLASS_WEIGHTS,
            off=number(100 * balance.largest_gap(balance.mean_forecast)),
            undone=number(100 * balance.largest_gap(balance.without_weights)),
        )
    )
    st.dataframe(
        {
            "Class": list(data.class_names),
            "Weight": [number(weight) for weight in balance.weight],
            "Frequency": [percent(share, 1) for share in balance.frequency],
            "Mean forecast": [percent(share, 1) for share in balance.mean_forecast],
            "Divided by the weights": [percent(share, 1) for share in balance.without_weights],
        },
        hide_index=True,
    )
    st.caption(fill(words.CLASS_BALANCE, rows=len(seen.y), row_names=data.row_names))
