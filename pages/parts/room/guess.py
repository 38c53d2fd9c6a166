"""Questions for everybody: those of the pages, and one of the lecturer's own."""

from __future__ import annotations

import uuid

import streamlit as st

from ensemble import InputError
from ensemble.room import Room
from ensemble.room.questions import MAX_ANSWERS, Question
from pages.parts.room import words
from ui import session
from ui.page_registry import PAGES
from ui.text.fill import fill
from ui.text.format import plain

TEXT, ANSWERS, RIGHT, WHY = (f"own_question_{name}" for name in ("text", "answers", "right", "why"))
WITH_QUESTIONS = ("questions", "softmax", "cross_entropy")


def show(room: Room) -> None:
    """Where to find questions, and a form for a new one."""
    left, right = st.columns([1, 1.3], gap="large")
    with left:
        st.markdown(fill(words.QUESTIONS_OF_PAGES))
        for url in WITH_QUESTIONS:
            st.page_link(PAGES[url].script, label=PAGES[url].title, icon=PAGES[url].icon)
        st.markdown(fill(words.PEER_INSTRUCTION))
    with right:
        _own_question(room)


def _own_question(room: Room) -> None:
    st.markdown("## A question of your own")
    st.text_area("Question", key=TEXT, max_chars=2000, height=100, persist_state="session", help=words.MARKDOWN)
    given = st.text_area(
        "Answers, one a line",
        key=ANSWERS,
        max_chars=3000,
        height=120,
        persist_state="session",
        help=f"Two to {MAX_ANSWERS} answers.",
    )
    answers = tuple(line.strip() for line in given.splitlines() if line.strip())
    right = st.selectbox(
        "The right one",
        range(len(answers)),
        index=None,
        key=RIGHT,
        format_func=lambda k: answers[k],
        placeholder="None: a question of opinion",
        help="It is shown when you reveal it. A question of opinion has none, and is not scored.",
    )
    st.text_area("Why", key=WHY, max_chars=2000, height=80, persist_state="session", help="Shown with the right answer.")
    if refusal := session.take_flash(session.Flash.ROOM):
        st.error(plain(refusal))
    st.button(
        "Ask the room", key="ask_own", type="primary", icon=":material/campaign:", on_click=_ask, args=(room, answers, right)
    )


def _ask(room: Room, answers: tuple[str, ...], right: int | None) -> None:
    texts = [str(st.session_state.get(key) or "") for key in (TEXT, WHY)]
    try:
        room.ask(Question.made_of(f"own {uuid.uuid4().hex[:8]}", texts[0], answers, right, texts[1]))
    except InputError as refusal:
        session.flash(session.Flash.ROOM, str(refusal))
