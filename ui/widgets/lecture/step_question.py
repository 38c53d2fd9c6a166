"""The question of a step, for somebody who goes through a plan alone: a guess, then the answer and its explanation."""

from __future__ import annotations

import streamlit as st

from ensemble.lecture import Step
from ui import session
from ui.widgets.lecture.lesson import safe


def show(step: Step, index: int) -> None:
    """Ask the step's question, if it has one; in a room its lecturer asks it."""
    if step.question and not session.state().room_code:
        with st.container(key="step_question", gap="small"):
            _ask(step, index)


def _ask(step: Step, index: int) -> None:
    question, guesses = step.question, session.state().plan_guesses
    assert question is not None
    widget = f"step_guess {index}"

    def take() -> None:
        chosen = st.session_state.get(widget)
        if isinstance(chosen, int):  # a late press on a question that is no longer there has no value, or one of another widget
            guesses[index] = question.answers[chosen]

    def skip() -> None:
        guesses[index] = ""

    st.markdown(f"**{safe(question.text)}**" if "\n" not in question.text else safe(question.text))
    guess = guesses.get(index)
    if guess is None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.radio(
                question.text,
                range(len(question.answers)),
                index=None,
                key=widget,
                format_func=lambda k: safe(question.answers[k]),
                on_change=take,
                horizontal=True,
                label_visibility="collapsed",
            )
            st.button("Skip", key="step_skip", type="tertiary", on_click=skip, help="Go on without a guess.")
        return
    right = None if question.right is None else question.answers[question.right]
    said = [f"You said: {safe(guess)}."] if guess else []
    if right is not None:
        mark = ":material/check: Right:" if guess == right else ":material/close:" if guess else ""
        said = [f"{mark} {said[0] if guess and guess != right else ''} **{safe(right)}**".strip()]
    st.markdown(" ".join([*said, safe(question.why)]))
