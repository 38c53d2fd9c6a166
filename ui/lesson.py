"""What a link brings along besides settings: remarks, and the words of a lesson."""

from __future__ import annotations

import streamlit as st

from ensemble.lesson import Lesson
from ui import session
from ui.explain import plain


def show_what_the_link_brought() -> None:
    """What could not be taken as the link has it, and what its lesson's maker wrote."""
    for remark in session.remarks():
        st.warning(plain(remark), icon=":material/link:")
    show_lesson(session.lesson())


def show_lesson(told: Lesson) -> None:
    """A lesson's title and text, if it has any."""
    if told.title or told.text:
        with st.container(border=True):
            if told.title:
                st.markdown(f"## {_without_pictures(told.title)}")
            st.markdown(_without_pictures(told.text))


def _without_pictures(text: str) -> str:
    """Markdown without its pictures, which a browser would fetch from elsewhere.

    >>> _without_pictures("See ![this](https://example.org/a.png)")
    'See !\\u200b[this](https://example.org/a.png)'
    """
    return text.replace("![", "!\u200b[")
