"""Label noise: the highest probability of calibrated forecasts, beside the probabilities and the accuracy of these."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.label_noise import noisy_labels
from ensemble.probability.vectors import softmax
from pages.parts.calibration import words
from ui.text.fill import fill
from ui.text.format import percent
from ui.widgets.forecasts.judged import Judged


def show(context: Judged) -> None:
    """A heading and a few sentences, if the judged rows have label noise."""
    seen, data = context.seen, context.data
    if not data.label_noise:
        return
    found = noisy_labels(softmax(seen.logits), seen.y, data.label_noise)
    st.subheader("Label noise")
    st.markdown(
        fill(
            words.LABEL_NOISE,
            noise=percent(data.label_noise),
            ceiling=percent(found.ceiling),
            mean=percent(found.mean_top, 1),
            largest=percent(found.largest, 1),
            above=f"{found.above:,}",
            rows=f"{found.rows:,}",
            hits=f"{found.hits:,}",
            low=percent(found.low, 1),
            high=percent(found.high, 1),
            row_names=data.row_names,
        )
    )
