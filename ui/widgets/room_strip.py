"""What every page shows of the room that its visitor is in: the question, and for the lecturer what leads through it."""

from __future__ import annotations

import streamlit as st

from ensemble.room import Room
from ui import session
from ui.widgets import room_join, room_vote
from ui.widgets.room import connect_with_room

PAGE = "room"


def show_room(page: str) -> None:
    """The strip of the room on a page; nothing for whoever is in none."""
    if session.state().room_code:
        _show_room(page, _what_is_drawn(page, session.room()))


@st.fragment
def _show_room(page: str, drawn: str) -> None:
    """Drawn anew with each news, and the whole page with it where that shows something of the room."""
    connect_with_room(hears_all=session.is_lecturer())
    room = session.room()
    leads_on = bool(session.state().next_page)
    if leads_on or _what_is_drawn(page, room) != drawn:
        st.rerun()
    with st.container(border=True, key="room_strip"):
        with st.container(horizontal=True, vertical_alignment="center", key="room_line", gap="small"):
            if room is None:
                st.markdown(f"Room **{session.state().room_code}** has ended, or there is none of this code.", width="content")
            else:
                st.markdown(f":material/groups: Room **{room.code}** {_what_happens(room)}", width="content")
            st.button("Leave", key="leave_room", type="tertiary", on_click=session.leave_room, help="Your answers stay.")
        if room is None:
            return
        if room.secret:
            room.keep_alive()
            room_vote.show_for_lecturer(room)
        else:
            session.be_there(room)
            room_vote.show_for_student(room)
            room_join.show_for_student(room)


def _what_happens(room: Room) -> str:
    """For the lecturer how many are here; for others whether there is something to do."""
    if room.secret:
        return f"· **{room.people}** {'person is' if room.people == 1 else 'people are'} here"
    return "" if room.asking() or room.class_settings() else "· Nothing is asked right now."


def _what_is_drawn(page: str, room: Room | None) -> str:
    """What the rest of a page shows of the room: to its lecturer what is asked, and on the page Room the nets."""
    if room is None or not room.secret:
        return ""
    return f"{room.state} {room.nets if page == PAGE else ''}"
