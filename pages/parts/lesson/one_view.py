"""One link to one view, with words, for students who explore it alone."""

from __future__ import annotations

import streamlit as st

from pages.parts.lesson import form, link, words
from ui.text.fill import fill
from ui.widgets.lecture.lesson import show_lesson


def show() -> None:
    """What the link says beside what it gives, and below what students will read."""
    st.markdown(fill(words.ONE_VIEW))
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        context = form.show()
    with right:
        link.show(context)
    if context.lesson.title or context.lesson.text:
        st.header("What students will read")
        show_lesson(context.lesson)
