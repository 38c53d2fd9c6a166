"""The fragment that changes between a press of Train and the end of the run, without the rest of the page."""

from __future__ import annotations

import streamlit as st

from ensemble.execution.states import JobState
from pages.parts.train.context import Context
from pages.parts.train.open_row import open_row
from ui import session
from ui.components.training_view import training_view
from ui.page import Page
from ui.text.format import plain
from ui.widgets.experiment import experiment_bar
from ui.widgets.experiment.run_settings import epochs_per_second

SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS = 0.25


@st.fragment
def show(context: Context, page: Page) -> None:
    """Draw the bar of the experiment and the picture of the run, and refresh both while it trains."""
    _rerun_page_if_outdated(context)
    experiment_bar.train_as_one_moves()
    job, seconds = session.job(), session.seconds_between_news()
    watched = None if job is context.ended else job
    # In a crowd the picture stays as it is until the run begins: the words alone ask for news.
    waits_long = watched is not None and watched.state is JobState.QUEUED and session.is_in_a_crowd()

    @st.fragment(run_every=seconds if watched else None)
    def say_what_is_shown() -> None:
        if watched and waits_long:
            _rerun_page_if_outdated(context, has_begun=watched.state is not JobState.QUEUED)
            watched.heartbeat()
        experiment_bar.describe()

    @st.fragment(run_every=seconds if watched and not waits_long else None)
    def watch() -> None:
        _rerun_page_if_outdated(context)
        if watched:
            watched.heartbeat()
        _draw_picture(context, seconds)

    if watched and watched.begins_at_once:
        watched.wait_for_progress(SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS)
    with page.bar:
        experiment_bar.draw(say_what_is_shown, lambda: experiment_bar.draw_train_and_stop(epochs_per_second))
    watch()
    page.write_link()
    session.begin_related()


def _rerun_page_if_outdated(context: Context, has_begun: bool = False) -> None:
    """Rerun the whole page once a run has ended; until then the rest of the page shows the previous run."""
    ended = session.ended_job()
    is_new = (ended and ended is not context.ended) or has_begun
    if is_new or session.notices() != context.notices or session.is_refusal_outdated():
        st.rerun()


def _draw_picture(context: Context, seconds_between_news: float) -> None:
    own, shown = session.job(), session.shown_job()
    if context.too_much:
        st.warning(plain(context.too_much), icon=":material/hourglass_disabled:")
    job = own if own and (own.live or own is shown) else shown
    row = training_view(
        job.run,
        job.dataset,
        run_id=f"{job.id}-{job.losses}",
        state=job.state,
        total_epochs=job.config.total_epochs,
        every=seconds_between_news,
        key="training_view",
        ghost=session.ghost_of(job),
        ghost_of_rows=session.ghost_on_same_rows(job),
        is_replayed=job.from_store,
    )
    open_row(row)
