"""The results of a finished run, and its downloads."""

from __future__ import annotations

import streamlit as st

from ensemble import classic
from ensemble.execution.jobs import Job
from ensemble.runs.rising_loss import rising_loss
from pages.parts.train import good_loss, reported, softmax_twice, words
from ui import session
from ui.text.fill import fill
from ui.text.format import number, percent


def show(job: Job) -> None:
    """Sentences on what its numbers do and do not show, and its downloads."""
    if not job.run:
        return
    result = classic.outcome(job.run, job.dataset)
    st.header("What came out")
    softmax_twice.show(job)
    low, high = result.test_accuracy_band
    st.markdown(
        fill(
            words.ACCURACY,
            epochs=job.run.epochs,
            hits=result.test_hits,
            rows=result.test_rows,
            row_names=job.dataset.row_names,
            low=percent(low),
            high=percent(high),
        )
    )
    _say_if_the_loss_has_risen(job)
    good_loss.show(job, result)
    st.markdown(
        fill(
            words.CONFIDENCE,
            rows=result.test_rows,
            mean_confidence=percent(result.mean_confidence, 1),
            unsure=result.unsure,
            confident=percent(classic.CONFIDENT),
            row_name=job.dataset.row_name,
        )
    )
    st.page_link("pages/predictions.py", label="Read", icon=":material/arrow_forward:")
    if job.dataset.name == "wine":
        reported.show(job, result)


def _say_if_the_loss_has_risen(job: Job) -> None:
    rows = len(job.dataset.y_test)
    found = rising_loss(job.run.curves, rows) if job.run else None
    if not found:
        return
    with st.container(border=True):
        st.markdown(
            fill(
                words.RISING,
                lowest_epoch=found.lowest_epoch,
                lowest=number(found.lowest),
                last=number(found.last),
                right_then=_count(found.accuracy_then, rows),
                right=_count(found.accuracy, rows),
                rows=rows,
                window=found.window,
            )
        )
        st.button(
            "Over the epochs",
            key="to_epochs",
            icon=":material/arrow_forward:",
            on_click=session.open_part,
            args=("calibration", "Over the epochs"),
            help="A part of the page “Calibration”.",
        )


def _count(accuracy: float, rows: int) -> str:
    """The number of right test rows, averaged over epochs, as text."""
    return number(round(accuracy * rows, 1))
