"""For a run whose loss applied the softmax twice: the floor of the loss, and the meaning of the curves."""

from __future__ import annotations

import streamlit as st

from ensemble.execution.jobs import Job
from ensemble.probability import softmax_twice_bound, softmax_twice_floor
from pages.parts.train import words
from ui.text.fill import fill
from ui.text.format import number


def show(job: Job) -> None:
    """Name floor and bound, and link to “Losses”; nothing for other runs."""
    if job.run is None or job.config.outputs != "softmax_twice":
        return
    classes = job.dataset.classes
    st.markdown(
        fill(
            words.SOFTMAX_TWICE,
            bound=number(softmax_twice_bound(classes)),
            floor=number(softmax_twice_floor(classes)),
            reached=number(float(job.run.history["train_loss_as_trained"].iloc[-1])),
            row_names=job.dataset.row_names,
        )
    )
    st.page_link("pages/losses.py", label="Losses", icon=":material/arrow_forward:")
