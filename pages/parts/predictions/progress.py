"""How the run goes, and a first run where there is none."""

from __future__ import annotations

import streamlit as st

from ensemble.execution.jobs import Job
from pages.parts.predictions import words
from ui import session
from ui.text.fill import fill
from ui.widgets import status


def show(polling: bool) -> None:
    """One sentence on the session's run; the page is drawn anew when a run that is watched ends."""

    @st.fragment(run_every=session.seconds_between_news() if polling else None)
    def say_how_the_run_goes() -> None:
        st.markdown(status.sentence(session.job()))
        if polling and not session.is_training():
            st.rerun()

    say_how_the_run_goes()


def offer_the_classic_run(job: Job | None, polling: bool) -> None:
    """What stands here until there is a run to read."""
    if job:
        show(polling)
    else:
        st.info(fill(words.NOTHING_TRAINED))
    st.button("Train the classic example", key="train", type="primary", icon=":material/play_arrow:", on_click=_train_classic)
    st.page_link("pages/train.py", label="Choose another ensemble", icon=":material/tune:")


def _train_classic() -> None:
    session.choose_classic()
    session.train()
