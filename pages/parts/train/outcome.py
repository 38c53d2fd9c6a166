"""The results of a finished run, and its downloads."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, Run, classic
from ensemble.datasets.csv_words import counted
from ensemble.execution.jobs import Job
from ensemble.once import once
from ensemble.runs.rising_loss import rising_loss
from pages.parts.train import good_loss, reported, softmax_twice, words
from ui import session
from ui.text.fill import fill
from ui.text.format import number, percent


def show(job: Job) -> None:
    """Sentences on what its numbers do and do not show, and its downloads."""
    if not (run := job.run):
        return
    data = job.dataset
    st.header("What came out")
    softmax_twice.show(job)
    accuracy, others = once(_accuracy, run, data), f"{once(good_loss.in_words, run, data)}\n\n{once(_confidence, run, data)}"
    if once(_rising, run, data):
        st.markdown(accuracy)
        show_rising_loss(run, data)
        st.markdown(others)
    else:
        st.markdown(f"{accuracy}\n\n{others}")
    st.page_link("pages/predictions.py", label="Read", icon=":material/arrow_forward:")
    if data.name == "wine":
        reported.show(job)


def show_rising_loss(run: Run, data: Dataset) -> None:
    """A sentence if the test loss has risen while the accuracy stood, with a button to the part that shows why."""
    risen = once(_rising, run, data)
    if not risen:
        return
    with st.container(border=True):
        st.markdown(risen)
        st.button(
            "Over the epochs",
            key="to_epochs",
            icon=":material/arrow_forward:",
            on_click=session.open_part,
            args=("calibration", "Over the epochs"),
            help="A part of the page “Calibration”.",
        )


def _accuracy(run: Run, data: Dataset) -> str:
    result = classic.outcome(run, data)
    low, high = result.test_accuracy_band
    return fill(
        words.ACCURACY,
        epochs=counted(run.epochs, "epoch"),
        hits=result.test_hits,
        rows=result.test_rows,
        row_names=data.row_names,
        low=percent(low),
        high=percent(high),
    )


def _confidence(run: Run, data: Dataset) -> str:
    result = classic.outcome(run, data)
    return fill(
        words.CONFIDENCE,
        rows=result.test_rows,
        mean_confidence=percent(result.mean_confidence, 1),
        unsure=result.unsure,
        confident=percent(classic.CONFIDENT),
        row_name=data.row_name,
    )


def _rising(run: Run, data: Dataset) -> str:
    """The sentence on a test loss that has risen while the accuracy stood; empty if it has not."""
    rows = len(data.y_test)
    found = rising_loss(run.curves, rows)
    if not found:
        return ""
    return fill(
        words.RISING,
        accuracy="rose" if found.has_accuracy_risen else "stood",
        lowest_epoch=found.lowest_epoch,
        lowest=number(found.lowest),
        last=number(found.last),
        right_then=_count(found.accuracy_then, rows),
        right=_count(found.accuracy, rows),
        rows=rows,
        window=found.window,
    )


def _count(accuracy: float, rows: int) -> str:
    """The number of right test rows, averaged over epochs, as text."""
    return number(round(accuracy * rows, 1))
