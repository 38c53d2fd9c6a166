"""The link, its QR code, and the presenter's view."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from ensemble import InputError
from pages.parts.lesson import words
from pages.parts.lesson.context import Context
from ui import session
from ui.text.format import plain
from ui.widgets.qr import qr_code
from ui.widgets.shell import presenter

LINK = "lesson_link"


def as_it_stands(page: str) -> dict[str, str]:
    """What a page shows in this session besides the settings, as links have it: part, test row, temperature."""
    parts = {"part": st.session_state.get(session.part_key(page)) or ""}
    if page == "predictions":
        temperature = session.state().temperature
        parts |= {"wine": str(st.session_state.get(session.Key.WINE, "")), "temperature": f"{temperature:.4g}"}
    return {name: value for name, value in parts.items() if value and (name, value) != ("temperature", "1")}


def _in_words(brought: dict[str, str]) -> str:
    names = {"part": "the part “{}”", "wine": "test row {}", "temperature": "temperature {}"}
    return ", ".join(names[name].format(value) for name, value in brought.items())


def show(context: Context) -> None:
    """What is handed out."""
    if session.has_own_rows():
        st.info(words.OWN_ROWS)
    brought = as_it_stands(context.page)
    link = session.link_to(context.page, context.lesson) + "".join(
        f"&{urlencode({name: value})}" for name, value in brought.items()
    )
    st.markdown("**The link**")
    with st.container(key=LINK):
        st.code(link, language=None, wrap_lines=True)
    if brought:
        st.caption(f"Opens at {_in_words(brought)}, as that page stands in this session.")
    try:
        with st.container(key="qr"):
            st.image(qr_code(link), width=280, alt="QR code of the link above")
    except InputError as error:
        st.warning(plain(str(error)))
    st.link_button("Open the lesson", link, icon=":material/open_in_new:")
    st.markdown("**In the lecture**")
    presenter.switch()
    st.caption(words.LEAVE)
