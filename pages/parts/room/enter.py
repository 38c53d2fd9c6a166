"""Entering a room by its code, and the page of somebody who has entered."""

from __future__ import annotations

import streamlit as st

from ensemble.room import Room, codes
from ensemble.room.forecasters import own_log_score
from pages.parts.room import words
from ui import session
from ui.text.fill import fill
from ui.text.format import number, plain

CODE = "room_code_typed"


def show() -> None:
    """Two ways in: with a code, or as the lecturer of a new room."""
    st.markdown(fill(words.INTRODUCTION))
    if refusal := session.take_flash(session.Flash.ROOM):
        st.error(plain(refusal), icon=":material/meeting_room:")
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown("## Enter a room")
        st.text_input("Code", key=CODE, max_chars=10, placeholder="KRTAB", help=words.ENTER)
        st.button("Enter", key="enter_room", type="primary", width="stretch", on_click=_enter)
    with right, st.container(border=True):
        st.markdown("## Lead a class")
        st.markdown("Opens a room, with a QR code to project.")
        st.button("Open a room", key="open_room", type="primary", width="stretch", on_click=_open)
    st.caption(fill(words.KEPT))


def show_inside(room: Room) -> None:
    """A person's own score, and what is stored about them; the question is in the strip above, as on every page."""
    votes = room.votes() if session.participant() else {}
    mine = own_log_score(votes, codes.digest(session.participant()))
    with st.container():
        if mine:
            loss, guess, questions = mine
            one = "one question" if questions == 1 else f"{questions} questions"
            st.markdown(fill(words.OWN_SCORE, loss=number(loss), guess=number(guess), questions=one))
        elif session.participant():
            st.markdown(words.NO_SCORE)
        st.caption(fill(words.KEPT))


def _enter() -> None:
    session.in_room(session.enter_room, st.session_state.get(CODE) or "")


def _open() -> None:
    session.in_room(session.open_room)
