"""What every page shows of the room that its visitor is in: the question, and for the lecturer what leads through it."""

from __future__ import annotations

import streamlit as st

from ui import session
from ui.widgets import room_vote
from ui.widgets.room import connect_with_room


def show_room() -> None:
    """The strip of the room; nothing for whoever is in none."""
    if not session.state().room_code:
        return
    room = session.room()
    _show_room(room.state if room else "")


@st.fragment
def _show_room(drawn_for: str) -> None:
    """Drawn anew with each news; what the lecturer does changes the page of a lecturer too."""
    connect_with_room(hears_all=session.is_lecturer())
    room = session.room()
    if room and room.secret and room.state != drawn_for:
        st.rerun()
    with st.container(border=True, key="room_strip"):
        if room is None:
            st.markdown(f"Room **{session.state().room_code}** has ended, or there is none of this code.")
            st.button("Leave", key="leave_room", on_click=session.leave_room, help="Go on without a room.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            people = f" · {room.people} {'person' if room.people == 1 else 'people'}" if room.secret else ""
            st.markdown(f":material/groups: Room **{room.code}**{people}", width="content")
            st.button("Leave", key="leave_room", type="tertiary", on_click=session.leave_room, help="Your answers stay.")
        if room.secret:
            room.keep_alive()
            room_vote.show_for_lecturer(room)
        else:
            session.be_there(room)
            room_vote.show_for_student(room)
