"""For a diverged run: links to two experiments in which arithmetic gives “not a number”."""

from __future__ import annotations

import streamlit as st

from ensemble.execution.jobs import Job
from pages.parts.train import words
from ui import session
from ui.text.fill import fill

OVERFLOW = "overflow"


def show(job: Job | None) -> None:
    """If the run has diverged, explain it, and link to overflow and to 0 ln 0."""
    if not job or not job.run or job.run.status != "diverged":
        return
    with st.container(border=True):
        st.markdown(fill(words.NO_NUMBER))
        with st.container(horizontal=True):
            st.button(
                "Overflow",
                key="to_overflow",
                icon=":material/arrow_forward:",
                on_click=_open_overflow,
                help="The page “Softmax”, step “Overflow”: exponentials beyond the largest float.",
            )
            st.button(
                "0 ln 0",
                key="to_zero_ln_zero",
                icon=":material/arrow_forward:",
                on_click=_open_zero_ln_zero,
                help="The page “Cross-entropy”, where code without the limit makes NaN of a class with probability 0.",
            )


def _open_overflow() -> None:
    session.open_part("softmax", OVERFLOW)


def _open_zero_ln_zero() -> None:
    from ui.components.cross_entropy import KEY, ZERO_LN_ZERO, show_vectors  # here, because most runs do not diverge

    show_vectors(ZERO_LN_ZERO, key=KEY)
    session.lead_to("cross_entropy")
