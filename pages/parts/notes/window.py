"""The lecturer's own window: note, clock, votes, lost people, and buttons. It needs the secret of the room's lecturer."""

from __future__ import annotations

import time
from functools import partial

import streamlit as st

from ensemble import InputError
from ensemble.room.store import StoreError
from pages.parts.notes import words
from ui import session
from ui.components.clock import Times, show_clock
from ui.server.room_news import TROUBLE
from ui.session.lecture import leading
from ui.session.lecture.step_in_room import LedLecture, ask, lecture_in, take_to
from ui.text.fill import fill
from ui.text.format import plain
from ui.widgets.lecture import back_and_next, led_lecture
from ui.widgets.lecture.lesson import safe
from ui.widgets.room import room_vote
from ui.widgets.room.connection import connect_with_room

SECONDS = 60


@st.fragment
def show() -> None:
    """A fragment that is rerun at each vote, each step, and each report of a lost person."""
    try:
        room = session.room()
        version, state, trouble = (room.version, room.state, "") if room else (0, "", "")
    except StoreError as lost:
        version, state, trouble = 0, TROUBLE, str(lost)
    connect_with_room(state, version, every_change=True)
    if trouble:
        st.error(plain(trouble))
        return
    try:
        _show_room()
    except InputError as problem:  # it has ended, or was lost, meanwhile
        st.error(plain(str(problem)))
    if refusal := session.take_flash(session.Flash.ROOM):
        st.error(plain(refusal))


def _show_room() -> None:
    """Take the room's secret from the browser, if it has sent one."""
    room = session.room()
    lecture = lecture_in(room) if room and room.secret else None
    if room is None or not room.secret:
        st.info(fill(words.NOT_YOURS), icon=":material/lock:")
    elif lecture is None:
        st.info(fill(words.NO_LECTURE), icon=":material/hourglass_empty:")
    else:
        room.keep_alive()
        _show_lecture(lecture)


def _show_lecture(here: LedLecture) -> None:
    with st.container(key="notes"):
        left, right = st.columns([1.6, 1], gap="large")
        with left:
            _show_clock(here)
            _show_presses(here)
            with st.container(key="notes_step"):
                st.markdown(f"## {here.index + 1} / {len(here.plan.steps)} · {safe(here.step.title)}")
                st.markdown(safe(here.step.note) or fill(words.NO_NOTE))
                _show_next(here)
        with right:
            _show_people(here)
            _show_votes(here)


def _show_clock(here: LedLecture) -> None:
    led, now = here.led, time.time()
    planned = [SECONDS * step.minutes for step in here.plan.steps]
    show_clock(
        Times(
            step=planned[here.index],
            lecture=sum(planned),
            before=sum(planned[: here.index]),
            step_elapsed=None if led.step_began is None else max(0.0, now - led.step_began),
            lecture_elapsed=None if led.began is None else max(0.0, now - led.began),
        ),
        key="notes_clock",
    )


def _show_presses(here: LedLecture) -> None:
    with st.container(horizontal=True, gap="small"):
        back_and_next.show_back("notes", session.in_room, take_to, here, here.index - 1, is_first=here.index == 0)
        led_lecture.show_next(here, "notes", session.in_room, leading.advance, here)
        led_lecture.offer_views(here, partial(session.in_room, here.room.show_view))


def _show_next(here: LedLecture) -> None:
    following = here.next_step
    if following is None:
        st.caption("This is the last step.")
        return
    st.markdown(f"**Next: {safe(following.title)}**, {following.minutes:g} min")


def _show_people(here: LedLecture) -> None:
    people, lost = st.columns(2)
    people.metric("People here", here.room.people)
    lost.metric("Lost at this step", here.room.lost(here.index), help="They have pressed “I am lost”. Nobody knows who.")


def _show_votes(here: LedLecture) -> None:
    if here.step.question is None and here.room.asking() is None:
        return
    room, asking = here.room, here.room.asking()
    with st.container(border=True):
        if asking is None:
            _show_question_to_ask(here)
            return
        question, answered = room.question(asking.question), room.answered(asking.question)
        st.markdown(f"**{safe(question.text)}**")
        st.progress(min(1.0, answered / max(room.people, 1)), text=f"{answered} of {room.people} have answered")
        room_vote.show_tally(room, question, asking, marks_right=True)
        if not asking.revealed:
            with st.container(horizontal=True, gap="small"):
                room_vote.offer_spread(room, asking, answered)


def _show_question_to_ask(here: LedLecture) -> None:
    assert here.step.question is not None
    st.markdown(f"**{safe(here.step.question.text)}**")
    st.button(
        "Ask the question",
        key="notes_ask",
        icon=":material/campaign:",
        on_click=session.in_room,
        args=(ask, here),
        help="Puts it on everybody's page. Earlier votes on it are deleted.",
    )
