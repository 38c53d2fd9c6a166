"""The way from a plan to its lecture in a room."""

from __future__ import annotations

import streamlit as st

from ensemble.lecture import Plan
from ui import session
from ui.session.lecture import leading
from ui.text.format import plain


def show_button(plan: Plan | None, name: str, is_main: bool = True) -> None:
    """Lead a plan in the room that the session leads, or in a new one; a plan with gaps cannot be led."""
    st.button(
        "Lead it",
        key=f"lead_{name}",
        type="primary" if is_main else "secondary",
        icon=":material/groups:",
        disabled=plan is None,
        on_click=leading.lead_plan,
        args=(plan,),
        help="In a room: people come in by a QR code, and follow your steps.",
    )


def show_refusal() -> None:
    """Why no room could be opened; in a room, its own strip says so."""
    if not session.state().room_code and (refusal := session.take_flash(session.Flash.ROOM)):
        st.error(plain(refusal), icon=":material/meeting_room:")
