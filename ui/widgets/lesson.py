"""What a link brings along besides settings: notices, and the words of a lesson."""

from __future__ import annotations

import re

import streamlit as st

from ensemble.sharing.lesson import Lesson
from ui import session
from ui.text.format import plain

# What makes a link or its definition of words in brackets; a blank in between undoes it, and does no harm to a formula.
_LINK = re.compile(r"\](?=[(\[:])")


def show_what_the_link_brought() -> None:
    """What could not be taken as the link has it, and what its lesson's maker wrote."""
    for notice in session.notices():
        st.warning(plain(notice), icon=":material/link:")
    show_lesson(session.lesson())


def show_lesson(lesson: Lesson) -> None:
    """A lesson's title and text, if it has any."""
    if lesson.title or lesson.text:
        with st.container(border=True):
            if lesson.title:
                st.markdown(f"## {safe(lesson.title)}")
            st.markdown(safe(lesson.text))


def safe(text: str) -> str:
    """Markdown without pictures, which a browser would fetch from elsewhere, and with the address in place of a link's words.

    An address that stands by itself can be pressed, and says where it leads: nothing leads elsewhere under this host's name.

    >>> safe("See ![this](https://example.org/a.png)")
    'See !\u200b[this] (https://example.org/a.png)'
    >>> safe("[Log in](https://example.org)")
    '[Log in] (https://example.org)'
    """
    return _LINK.sub("] ", text.replace("![", "!\u200b["))
