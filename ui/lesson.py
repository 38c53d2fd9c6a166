"""A lesson: the words that a link brings along."""

from __future__ import annotations

import streamlit as st

from ensemble.lesson import Lesson
from ui import session


def show_lesson(told: Lesson | None = None) -> None:
    """What a lesson's maker wrote, by default of the lesson whose link was opened."""
    told = told or session.lesson()
    if told.title or told.text:
        with st.container(border=True):
            if told.title:
                st.markdown(f"### {_without_pictures(told.title)}")
            st.markdown(_without_pictures(told.text))


def _without_pictures(text: str) -> str:
    """Markdown without its pictures, which a browser would fetch from elsewhere.

    >>> _without_pictures("See ![this](https://example.org/a.png)")
    'See !\\u200b[this](https://example.org/a.png)'
    """
    return text.replace("![", "!\u200b[")
