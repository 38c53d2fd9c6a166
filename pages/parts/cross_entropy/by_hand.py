"""Two probability vectors to drag, the terms of their cross-entropy, and the part that training can lower."""

from __future__ import annotations

import streamlit as st

from pages.parts.cross_entropy import words
from ui import session
from ui.components.cross_entropy import KEY, cross_entropy_by_hand, show_vectors
from ui.components.gradient_descent import gradient_descent
from ui.text.fill import fill
from ui.widgets import questions


@st.fragment
def show() -> None:
    """The vectors and their strips, their formulas beside questions to guess, and the descent."""
    shown = cross_entropy_by_hand(key=KEY)
    formulas, guess = st.columns(2, gap="large")
    with formulas:
        st.markdown(fill(words.CROSS_ENTROPY))
    with guess:
        if questions.switch():
            questions.ask_one_by_one(words.QUESTIONS, lambda settings: show_vectors(settings, key=KEY))
    st.header("What can training change?")
    text, pictures = st.columns([1, 1.8], gap="large")
    with pictures:
        gradient_descent(**shown, key="gradient_descent")
    with text:
        st.markdown(fill(words.GRADIENT))
    st.info(fill(words.COMMON_SLIP), icon=":material/lightbulb:")
    st.header("A loss that is no number")
    st.markdown(fill(words.NO_NUMBER))
    st.button(
        "Overflow",
        key="to_overflow",
        icon=":material/arrow_forward:",
        on_click=session.open_part,
        args=("softmax", "overflow"),
        help="The step of “Softmax” where exponentials pass the largest float.",
    )
