"""Proper scores taken apart into miscalibration, discrimination and uncertainty."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.decomposition import decompose_brier, decompose_log_loss, decompose_nll
from ensemble.probability.vectors import softmax
from pages.parts.calibration import words
from pages.parts.calibration.context import Context
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number

BRIER_UNIT = "0 to 2"


def show(context: Context) -> None:
    st.markdown(fill(words.SCORES))
    seen, data = context.seen, context.data
    proba = softmax(seen.logits)
    parts = {"Brier score, all classes": decompose_brier(proba, seen.y)}
    parts |= {f"Log loss, {name} or not": decompose_log_loss(proba, seen.y, k) for k, name in enumerate(data.class_names)}
    draw(pictures.decompositions(parts), key="decompositions", alt="Scores in their parts")
    st.dataframe(
        {
            "": list(parts),
            "Score": [part.score for part in parts.values()],
            "Miscalibration": [part.miscalibration for part in parts.values()],
            "Discrimination": [part.discrimination for part in parts.values()],
            "Uncertainty": [part.uncertainty for part in parts.values()],
            "Unit": [BRIER_UNIT, *["nats"] * data.classes],
        },
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.4f")
            for name in ("Score", "Miscalibration", "Discrimination", "Uncertainty")
        },
    )
    st.caption(fill(words.RECALIBRATION, rows=len(seen.y), row_names=data.row_names))
    split = decompose_nll(seen.logits, seen.y)
    st.markdown(
        fill(
            words.BEST_TEMPERATURE,
            score=number(split.score),
            temperature=f"{split.temperature:.2f}",
            refinement=number(split.refinement),
            calibration=number(split.calibration),
        )
    )
