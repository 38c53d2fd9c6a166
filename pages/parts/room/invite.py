"""The lecturer's invitation: code, QR code, and the end of the room."""

from __future__ import annotations

import streamlit as st

from ensemble.room import Room
from pages.parts.room import words
from ui import session
from ui.text.fill import fill
from ui.widgets.qr import qr_code


def show(room: Room) -> None:
    """The code and the QR code, large enough for the last row."""
    link = session.link_of_room(room)
    left, right = st.columns([1, 1.5], gap="large", vertical_alignment="center")
    with left, st.container(key="room_qr"):
        st.image(qr_code(link), width="stretch", alt=f"QR code of {link}")
    with right:
        with st.container(key="room_code"):
            st.markdown(f"## {room.code}")
        st.markdown(f"Photograph the QR code, or open {_short(link)} and type the code.")
        with st.container(key="room_link"):
            st.code(link, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            with st.popover("Lecturer's link", icon=":material/key:"):
                st.markdown(fill(words.LECTURERS_LINK))
                st.code(session.link_of_lecturer(room), language=None, wrap_lines=True)
            with st.popover("End the room", icon=":material/logout:"):
                st.markdown("All answers and nets of this room are deleted, for everybody.")
                st.button("End it now", key="end_room", type="primary", on_click=session.in_room, args=(_end, room))
    st.caption(fill(words.KEPT))


def _short(link: str) -> str:
    return f"`{link.partition('://')[2].partition('?')[0]}`"


def _end(room: Room) -> None:
    room.close()
    session.leave_room()
