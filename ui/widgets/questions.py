"""Predict, then reveal: ask for a guess before an experiment shows what happens, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import streamlit as st

from ensemble.room import Room
from ensemble.room.questions import Question as RoomQuestion
from ensemble.room.store import StoreError
from ui import session


class Question(NamedTuple):
    """A question with answers to guess from.

    ``right`` is one of ``answers``; ``why`` is shown after a guess; ``shows`` is the setting of the experiment after a guess.
    ``page`` and ``part`` say where its picture is; empty if it is on the page that asks.
    """

    key: str
    ask: str
    answers: tuple[str, ...]
    right: str
    why: str
    shows: dict[str, Any]
    page: str = ""
    part: str = ""


def switch() -> bool:
    """The switch “Guess first”; returns whether questions are on. It is off with a plan, which asks its own questions."""
    if session.plan():
        return False
    wanted = session.lesson().questions

    def remember() -> None:
        session.want_questions(st.session_state.get("questions", wanted))

    # The same switch is on several pages, and a widget loses its value when its page is left.
    return st.toggle(
        "Guess first",
        value=wanted,
        key="questions",
        on_change=remember,
        help="Ask for a guess before an experiment is shown. Nothing is graded, and every question can be skipped.",
    )


def ask(question: Question, show: Callable[[dict[str, Any]], None]) -> None:
    """Ask a question until it is answered or skipped, then explain; ``show`` sets the experiment after a guess."""
    with st.container(border=True):
        if guess_of(question.key) is not None:
            st.markdown(f"**{question.ask}**")
        take_guess(question, show, asked_above=False)


def take_guess(question: Question, show: Callable[[dict[str, Any]], None], asked_above: bool = True) -> None:
    """As ``ask``, without a frame; with ``asked_above`` the question itself is not repeated."""
    try:
        room = session.room()
    except StoreError:
        return  # the strip above says so
    if room:
        _ask_in(room, question, show, asked_above)
        return
    settled = session.state().guesses
    widget = f"guess_{question.key}"

    def take() -> None:
        settled[question.key] = st.session_state[widget]
        show(question.shows)

    def skip() -> None:
        settled[question.key] = ""

    guess = settled.get(question.key)
    if guess is None:
        visibility: Literal["collapsed", "visible"] = "collapsed" if asked_above else "visible"
        st.radio(question.ask, question.answers, index=None, key=widget, on_change=take, label_visibility=visibility)
        st.button("Skip", key=f"skip_{question.key}", on_click=skip, help="Go on without a guess.")
        return
    if guess:
        st.markdown(f"{':material/check: Yes' if guess == question.right else ':material/close: You said “' + guess + '”'}.")
    st.markdown(f"**{question.right}** {question.why}")


def _ask_in(room: Room, question: Question, show: Callable[[dict[str, Any]], None], asked_above: bool) -> None:
    """In a room: the lecturer gets a button that asks the class; others answer in the strip of the room."""
    if not asked_above:
        st.markdown(f"**{question.ask}**")
    if not room.secret:
        st.caption("In a room the lecturer asks this question, and everybody answers it together.")
        return
    asking = room.asking()
    is_asked = asking is not None and asking.question == question.key
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Ask the room",
            key=f"ask_{question.key}",
            icon=":material/campaign:",
            on_click=session.in_room,
            args=(_ask_room, room, question),
            disabled=is_asked,
            help="Puts this question on everybody's page.",
        )
        if is_asked and asking and asking.revealed and question.shows:
            st.button("Show it", key=f"show_{question.key}", on_click=show, args=(question.shows,), help="Sets the experiment.")


def _ask_room(room: Room, question: Question) -> None:
    room.ask(
        RoomQuestion(
            id=question.key,
            text=question.ask,
            answers=question.answers,
            right=question.answers.index(question.right),
            why=question.why.strip(),
            page=question.page or session.state().page,
            part=question.part if question.page else session.present_part(),
        )
    )


def guess_of(key: str) -> str | None:
    """The guess: one of the answers, empty if the question was skipped, None if there is no guess yet."""
    return session.state().guesses.get(key)


def ask_one_by_one(questions: Sequence[Question], show: Callable[[dict[str, Any]], None]) -> None:
    """Ask several questions one after another, in one place."""
    state, first = session.state(), questions[0].key
    index = state.question_positions.get(first, 0)
    following = (index + 1) % len(questions)
    ask(questions[index], show)

    def go_on() -> None:
        state.question_positions[first] = following

    if questions[index].key in state.guesses:
        st.button(
            f"Question {following + 1} of {len(questions)}",
            key=f"next_{first}",
            on_click=go_on,
            help="The next question.",
        )
