"""Proper scores taken apart into miscalibration, discrimination and uncertainty."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.decomposition import decompose_brier, decompose_log_loss, decompose_nll
from ensemble.probability.vectors import softmax
from pages.parts.calibration import words
from ui.charts import calibration as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import in_a_column, number
from ui.widgets.forecasts.judged import Judged

BRIER, BRIER_UNIT = "Brier score, all classes", "0 to 2"


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    proba = softmax(seen.logits)
    brier = {BRIER: decompose_brier(proba, seen.y)}
    logs = {f"{name} or not": decompose_log_loss(proba, seen.y, k) for k, name in enumerate(data.class_names)}
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        whole = brier[BRIER]
        draw(
            pictures.decompositions({"all classes": whole}, "Brier score (0 to 2)"),
            key="brier_parts",
            alt="The Brier score in its parts",
            title=fill(words.SAVED, score=number(whole.score), saved=number(whole.miscalibration)),
        )
        draw(
            pictures.decompositions(logs, "log loss (nats)", legend=False),
            key="log_loss_parts",
            alt="Log losses in their parts",
            title=words.CLASS_BY_CLASS,
        )
    with right:
        st.markdown(fill(words.SCORES))
    parts = brier | {f"Log loss, {name}": part for name, part in logs.items()}
    st.dataframe(
        {
            "": list(parts),
            "Score": in_a_column([part.score for part in parts.values()]),
            "Miscalibration": in_a_column([part.miscalibration for part in parts.values()]),
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
    if ruled_out := int((~seen.has_finite_loss()).sum()):
        st.markdown(fill(words.INFINITE_LOSS, rows=f"{ruled_out:,}", row_names=data.row_names))
        return
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
