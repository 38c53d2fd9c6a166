"""What came out of a run that has ended, and what can be kept of it."""

from __future__ import annotations

import streamlit as st

from ensemble import classic
from ensemble.execution.jobs import Job
from pages.parts.train import reported, words
from ui.text.fill import fill
from ui.text.format import number, percent


def show(job: Job) -> None:
    """Its numbers, what they do and do not say, and its downloads."""
    if not job.run:
        return
    result = classic.outcome(job.run, job.dataset)
    st.header("What came out")
    _show_numbers(result, job.dataset.row_names)
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
    st.markdown(
        fill(
            words.CONFIDENCE,
            rows=result.test_rows,
            sure=result.test_rows - result.unsure,
            confident=percent(classic.CONFIDENT),
            row_name=job.dataset.row_name,
        )
    )
    st.page_link("pages/predictions.py", label="Read", icon=":material/arrow_forward:")
    if job.dataset.name == "wine":
        reported.show(job, result)


def _show_numbers(result: classic.Outcome, row_names: str) -> None:
    numbers = {
        "Training loss": (f"{number(result.train_loss)} nats", "Mean negative log-likelihood, dropout off."),
        "Test loss": (f"{number(result.test_loss)} nats", f"The same on the {row_names} that training never saw."),
        "Test accuracy": (
            f"{result.test_hits} of {result.test_rows}",
            f"Test {row_names} whose likeliest class is the true one.",
        ),
        "Mean confidence": (
            percent(result.mean_confidence, 1),
            f"Mean probability of the likeliest class over the test {row_names}.",
        ),
        f"Unsure (below {percent(classic.CONFIDENT)})": (
            f"{result.unsure} of {result.test_rows}",
            f"Test {row_names} whose likeliest class has a smaller probability than this.",
        ),
    }
    with st.container(horizontal=True, gap="large"):
        for label, (value, help) in numbers.items():
            st.metric(label, value, help=help, width="content")
