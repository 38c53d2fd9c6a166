"""The strip of the room on every page: the present question, and for the lecturer the buttons that lead through it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from ensemble import InputError
from ensemble.room import Room
from ensemble.room.store import StoreError
from ui import session
from ui.server.room_news import TROUBLE
from ui.session.lecture import leading
from ui.session.lecture.step_in_room import LedLecture, lecture_in
from ui.text.format import plain
from ui.widgets.lecture import led_lecture
from ui.widgets.lecture.lesson import safe
from ui.widgets.room import room_join, room_vote
from ui.widgets.room.connection import connect_with_room

PAGE = "room"


class _Present(NamedTuple):
    """The room when it was read: an error if it cannot be reached, its state and version, and what else the page shows."""

    room: Room | None
    trouble: str = ""
    state: str = ""
    version: int = 0
    on_page: str = ""


def show_room(page: str) -> None:
    """Show the strip of the room on a page, if the session is in a room."""
    _show_room(page, _present(page).on_page)


@st.fragment
def _show_room(page: str, on_page: str) -> None:
    """A fragment that is rerun at each change of the room, and reruns the whole page if that shows the change too."""
    present, secret = _present(page), session.state().room_secret
    connect_with_room(present.state, present.version, every_change=bool(present.room and present.room.secret))
    if session.state().room_secret != secret:
        present = _present(page)
    if present.room:
        session.in_room(leading.follow, present.room)
        present = _present(page)
    leads_on = bool(session.state().next_page)
    if leads_on or present.on_page != on_page:
        st.rerun()
    with st.container(border=True, key="room_strip"):
        if present.room is None:
            _show_no_room(present.trouble)
            return
        try:
            _show_strip(present.room)
        except InputError as problem:  # it has ended, or was lost, meanwhile
            st.error(plain(str(problem)))
        if refusal := session.take_flash(session.Flash.ROOM):
            st.error(plain(refusal))


def _present(page: str) -> _Present:
    """What the page itself shows of the room: for the lecturer the question, on the page Room the nets; for others the step."""
    own = session.state()
    try:
        room = session.room()
        if room is None:
            return _Present(None)
        version, state = room.version, room.state
        of_room = f"{state} {room.nets if page == PAGE else ''}" if room.secret else ""
        return _Present(room, "", state, version, f"{of_room} {own.followed} {own.explores}")
    except StoreError as lost:
        return _Present(None, str(lost), TROUBLE, on_page=TROUBLE)


def _show_no_room(trouble: str) -> None:
    code = session.state().room_code
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"Room **{code}**. {trouble}" if trouble else f"Room **{code}** has ended, or there is none of this code."
        st.markdown(said, width="content")
        if trouble:
            st.button("Try again", key="reach_room", type="primary", help="This page also comes back by itself.")
        st.button(
            "Leave the room", key="leave_room", type="tertiary", on_click=session.leave_room, help="Go on without a room."
        )


def _show_strip(room: Room) -> None:
    lecture = lecture_in(room)
    with st.container(key="room_line", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/groups: Room **{room.code}** {_what_happens(room, lecture)}", width="content")
        if lecture is None:
            _offer_leave()
        elif room.secret:
            led_lecture.offer_to_lecturer(lecture)
            with st.popover("End", type="tertiary"):
                led_lecture.offer_end()
                _offer_leave()
        else:
            led_lecture.offer_to_student(lecture)
            # Another key closes it once somebody has chosen to explore.
            with st.popover("Options", type="tertiary", key=f"room_options {session.state().explores}"):
                led_lecture.offer_more(lecture)
                _offer_leave()
    if room.secret:
        room.keep_alive()
        if not (lecture and lecture.led.view):
            room_vote.show_for_lecturer(room, is_of_step=bool(lecture and lecture.asking))
    else:
        session.enter_if_allowed(room)
        room_vote.show_for_student(room)
        joins = lecture is not None and lecture.step.does("join the class")
        if joins or lecture is None or session.state().explores:
            room_join.show_for_student(room, is_of_step=joins and not session.state().explores)


def _offer_leave() -> None:
    st.button(
        "Leave", key="leave_room", type="tertiary", on_click=session.leave_room, help="Leaves the room; your answers stay."
    )


def _what_happens(room: Room, lecture: LedLecture | None) -> str:
    """A line that tells the lecturer the number of people, and others whether there is something to do."""
    if room.secret:
        if lecture and lecture.led.view:
            return "· **A student's view**"
        people = room.people
        here = f"· **{people}** {'person is' if people == 1 else 'people are'} here"
        return here + (led_lecture.who_is_lost(lecture) if lecture else "")
    if lecture and session.state().explores:
        return f"· The lecture is at {lecture.index + 1} / {len(lecture.plan.steps)}: **{safe(lecture.step.title)}**"
    return "" if lecture or room.asking() or room.class_settings() else "· no question now"
