"""The link, its QR code, and the presenter's view."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from pages.parts.lesson import words
from pages.parts.lesson.context import Context
from ui import session
from ui.text.format import plain
from ui.widgets import presenter
from ui.widgets.qr import qr_code


def show(context: Context) -> None:
    """What is handed out."""
    if session.has_own_rows():
        st.info(words.OWN_ROWS)
    link = session.link_to(context.page, context.lesson)
    st.markdown("**The link**")
    st.code(link, language=None, wrap_lines=True)
    try:
        with st.container(key="qr"):
            st.image(qr_code(link), width=280, alt="QR code of the link above")
    except InputError as error:
        st.warning(plain(str(error)))
    st.link_button("Open the lesson", link, icon=":material/open_in_new:")
    st.markdown("**In the lecture**")
    presenter.switch()
    st.caption(words.LEAVE)
