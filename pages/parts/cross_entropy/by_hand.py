"""Two probability vectors under the pointer, and what their cross-entropy is made of."""

from __future__ import annotations

import streamlit as st

from pages.parts.cross_entropy import words
from ui.components.cross_entropy import cross_entropy_by_hand, show_vectors
from ui.text.fill import fill
from ui.widgets import questions

KEY = "cross_entropy"


def show() -> None:
    """The vectors beside their formulas, and questions to guess first."""
    vectors, text = st.columns([1.6, 1], gap="large")
    with vectors:
        _move_vectors()
    with text:
        st.markdown(fill(words.CROSS_ENTROPY))
        if questions.switch():
            questions.ask_one_by_one(words.QUESTIONS, lambda shown: show_vectors(shown, key=KEY))
        st.markdown(fill(words.GRADIENT))
        st.info(fill(words.COMMON_SLIP), icon=":material/lightbulb:")


@st.fragment
def _move_vectors() -> None:
    cross_entropy_by_hand(key=KEY)
