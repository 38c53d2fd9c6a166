"""What changes from a press of Train until the run has ended; the rest of the page need not be drawn for it."""

from __future__ import annotations

import streamlit as st

from pages.parts.train.context import Context
from pages.parts.train.open_row import open_row
from pages.parts.train.settings import epochs_per_second, settings_in_words
from ui import session
from ui.components.training_view import training_view
from ui.text.format import plain
from ui.widgets import status

SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS = 0.25


@st.fragment
def show(context: Context, buttons: st.delta_generator.DeltaGenerator) -> None:
    """Draw the buttons into their place, and here the picture of the run, again and again while it trains."""
    _redraw_the_whole_page_if_it_is_out_of_date(context)
    job, seconds = session.job(), session.seconds_between_news()
    watched = None if job is context.ended else job

    @st.fragment(run_every=seconds if watched else None)
    def watch() -> None:
        _redraw_the_whole_page_if_it_is_out_of_date(context)
        if watched:
            watched.heartbeat()
        _draw_picture(context, seconds)

    if watched and watched.begins_at_once:
        watched.wait_for_progress(SECONDS_TO_WAIT_FOR_THE_FIRST_POINTS)
    with buttons:
        _draw_buttons(context)
    watch()
    session.write_link()


def _redraw_the_whole_page_if_it_is_out_of_date(context: Context) -> None:
    cleared = st.session_state.pop("cleared", False)
    ended = session.ended_job() is not context.ended
    if cleared or ended or session.notices() != context.notices or session.was_refused():
        st.rerun()


def _draw_buttons(context: Context) -> None:
    job = session.job()
    st.button(
        "Train",
        key="train",
        disabled=bool(context.too_much),
        type="primary",
        width="stretch",
        icon=":material/play_arrow:",
        on_click=_press_train,
        help="Trains from scratch with these settings.",
    )
    with st.container(horizontal=True):
        st.button(
            "Stop",
            key="stop",
            on_click=session.stop,
            disabled=job is None or not session.is_training() or not session.may_stop(job.owner),
            help="Ends the run now and keeps what it has learnt.",
        )
        st.button(
            "Reset",
            key="reset",
            on_click=_press_reset,
            disabled=job is None,
            help="Clears the picture. The same seed starts the same run again.",
        )


def _press_train() -> None:
    session.train(epochs_per_second=epochs_per_second())


def _press_reset() -> None:
    session.forget()
    st.session_state["cleared"] = True


def _draw_picture(context: Context, seconds_between_news: float) -> None:
    job = session.job()
    if context.too_much:
        st.warning(plain(context.too_much), icon=":material/hourglass_disabled:")
    if job or not context.too_much:
        st.markdown(status.sentence(job))
    # Always one line, so that nothing below it moves when a setting changes.
    if job is None:
        st.caption(f"To be trained: {settings_in_words(context.config)}.")
    else:
        changed = " The settings have changed since: press **Train**." if session.has_changed_since(job) else ""
        st.caption(f"Shown: {settings_in_words(job.config)}.{changed}")
    row = training_view(
        job.run if job else None,
        job.dataset if job else context.data,
        run_id=f"{job.id}-{job.losses}" if job else "none",
        state=job.state if job else "idle",
        total_epochs=(job.config if job else context.config).total_epochs,
        every=seconds_between_news,
        key="training_view",
    )
    open_row(row)
