"""What a teacher chooses and writes."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.sharing.lesson import LENGTHS, Lesson
from pages.parts.lesson import words
from pages.parts.lesson.context import Context
from ui.page_registry import PAGES
from ui.text.fill import fill

LESSON_PAGES = {page.url: page.title for page in PAGES.values() if page.in_lessons}
TITLES = {name: str(field.title) for settings in (EnsembleConfig, DataConfig) for name, field in settings.model_fields.items()}


def show() -> Context:
    """The lesson that the form describes."""
    page = st.selectbox(
        "Opens on",
        list(LESSON_PAGES),
        index=list(LESSON_PAGES).index("train"),
        key="lesson_page",
        format_func=LESSON_PAGES.__getitem__,
        persist_state="session",
        help="The page that students see first.",
    )
    title = st.text_input(
        "Title",
        key="lesson_title",
        max_chars=LENGTHS["title"],
        persist_state="session",
        help="Shown on every page of the lesson.",
    )
    text = st.text_area("Text", key="lesson_text", max_chars=LENGTHS["text"], persist_state="session", help=fill(words.TEXT))
    shows = _controls_that_stay()
    questions = st.toggle(
        "Ask for guesses",
        True,
        key="lesson_questions",
        persist_state="session",
        help="Students guess first, then see the answer, on the first two pages.",
    )
    trains = st.toggle(
        "Train on arrival", key="lesson_trains", persist_state="session", help="The run starts when the link is opened."
    )
    return Context(page, Lesson(title=title, text=text, shows=shows, questions=questions, train=trains))


def _controls_that_stay() -> tuple[str, ...] | None:
    limited = st.toggle(
        "Hide controls",
        key="lesson_limited",
        persist_state="session",
        help="Students see only the controls that you choose. The others keep their values.",
    )
    if not limited:
        return None
    chosen = st.multiselect(
        "Controls that stay",
        list(TITLES),
        ["members", "dropout", "epochs"],
        key="lesson_shows",
        format_func=TITLES.__getitem__,
        persist_state="session",
        help="All other controls are hidden in the lesson.",
    )
    return tuple(chosen)
