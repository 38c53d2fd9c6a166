"""Two mistakes with a softmax: squared error on it, and a loss that applies it again."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from ensemble import Dataset, Run
from ensemble.probability.scoring import expected_calibration_error, top_label
from ensemble.probability.softmax_losses import (
    MARGINS,
    SoftmaxLoss,
    pull_on_true_score,
    softmax_twice_bound,
    softmax_twice_floor,
    softmax_twice_lead,
)
from ensemble.runs.test_rows import nll_of_test_rows
from pages.parts.losses import words
from pages.parts.losses.context import KINDS, Context
from ui.charts import outputs as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent

SOFTMAX_LOSSES = get_args(SoftmaxLoss)


def show(context: Context) -> None:
    """Show what goes wrong with each, and compare their results with those of the cross-entropy."""
    data = context.folds[0]
    left, right = st.columns(2, gap="large")
    with left:
        _show_pulls(data.classes)
    with right:
        _show_floor(context.runs_of("softmax_twice")[0], data.classes)
    _show_outcomes({kind: context.runs_of(kind)[0] for kind in SOFTMAX_LOSSES}, data)


def _show_pulls(classes: int) -> None:
    draw(
        pictures.pulls(MARGINS, {KINDS[kind]: pull_on_true_score(MARGINS, classes, kind) for kind in SOFTMAX_LOSSES}),
        key="pulls",
        alt="Gradient of three losses against the score of the true class",
        title="Where the network is sure and wrong, only the cross-entropy still pulls",
    )
    st.markdown(fill(words.SQUARED, classes=classes))


def _show_floor(run: Run, classes: int) -> None:
    floor, bound = softmax_twice_floor(classes), softmax_twice_bound(classes)
    history = run.history
    draw(
        pictures.floor(history, floor, bound, classes),
        key="floor",
        alt=f"Loss of a softmax applied twice over {run.epochs} epochs, with its floor at {number(floor)} nats",
        title=f"Softmax twice: the loss cannot fall below {number(floor)} nats",
    )
    st.markdown(
        fill(
            words.TWICE,
            classes=classes,
            floor=number(floor),
            bound=number(bound),
            reached=number(float(history["train_loss_as_trained"].iloc[-1])),
            lead=f"{number(100 * softmax_twice_lead(classes))} points",
        )
    )


def _show_outcomes(runs: dict[str, Run], data: Dataset) -> None:
    proba = {kind: run.predict_proba(data.x_test) for kind, run in runs.items()}
    tops = {kind: top_label(rows, data.y_test) for kind, rows in proba.items()}
    st.dataframe(
        {
            "": [KINDS[kind] for kind in runs],
            "Cross-entropy (nats)": [number(float(nll_of_test_rows(run, data).mean())) for run in runs.values()],
            "Right": [f"{int(hits.sum())} of {len(hits)}" for _, hits in tops.values()],
            "Mean confidence": [percent(float(confidence.mean()), 1) for confidence, _ in tops.values()],
            "Calibration error": [percent(expected_calibration_error(rows, data.y_test), 1) for rows in proba.values()],
        },
        hide_index=True,
    )
    st.caption(fill(words.OUTCOMES, rows=len(data.y_test), row_names=data.row_names))
