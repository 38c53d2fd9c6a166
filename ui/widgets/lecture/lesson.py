"""The notices on a link, and the text of its lesson."""

from __future__ import annotations

import re

import streamlit as st

from ensemble.sharing.lesson import Lesson
from ui import session
from ui.text.format import plain

# What turns words in brackets into a link or a link definition; a space in between prevents that, and is harmless in a formula.
_LINK = re.compile(r"\](?=[(\[:])")


def show_what_the_link_brought() -> None:
    """Show notices on parts of the link that could not be used, and the text of its lesson."""
    for notice in session.notices():
        st.warning(plain(notice), icon=":material/link:")
    show_lesson(session.lesson())


def show_lesson(lesson: Lesson) -> None:
    """A lesson's title and text, if it has any."""
    if lesson.title or lesson.text:
        with st.container(border=True):
            if lesson.title:
                st.markdown(f"## {safe(lesson.title)}")
            if lesson.text:
                st.markdown(safe(lesson.text))


def safe(text: str) -> str:
    """Markdown without pictures, which a browser would fetch from other servers, and with the addresses of links visible.

    Addresses become links by themselves and show where they lead, so that a lesson cannot disguise a link to another site.

    >>> safe("See ![this](https://example.org/a.png)")
    'See !\u200b[this] (https://example.org/a.png)'
    >>> safe("[Log in](https://example.org)")
    '[Log in] (https://example.org)'
    """
    return _LINK.sub("] ", text.replace("![", "!\u200b["))
