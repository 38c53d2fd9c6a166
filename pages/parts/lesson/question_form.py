"""The question of a step, with its answers."""

from __future__ import annotations

import streamlit as st

from ensemble.lecture.draft import MAX_TYPED, DraftStep
from pages.parts.lesson import words
from pages.parts.lesson.fields import filled, key_of, take

NO_ANSWER = -1


def show(step: DraftStep) -> None:
    """Text, answers, the right one, and why."""
    asked = step.question
    answers = [str(answer) for answer in asked.get("answers", ())]
    st.text_area(
        "Question",
        key=filled(key_of(step, "text"), asked.get("text", "")),
        height=70,
        on_change=take,
        args=(step, "text", True),
        help="Asked before the step's picture is explained. Without a question, leave it empty.",
    )
    st.text_area(
        "Answers",
        key=filled(key_of(step, "answers"), "\n".join(" ".join(answer.split()) for answer in answers)),
        height=100,
        on_change=_take_answers,
        args=(step,),
        help=words.ANSWERS,
    )
    right = asked.get("right")
    st.selectbox(
        "Right answer",
        [NO_ANSWER, *range(len(answers))],
        key=filled(key_of(step, "right"), right if isinstance(right, int) and 0 <= right < len(answers) else NO_ANSWER),
        format_func=lambda index: "None: a question of opinion" if index == NO_ANSWER else answers[index],
        on_change=_take_right,
        args=(step,),
    )
    st.text_area(
        "Why",
        key=filled(key_of(step, "why"), asked.get("why", "")),
        height=70,
        on_change=take,
        args=(step, "why", True),
        help="Shown with the right answer. Markdown.",
    )


def _take_answers(step: DraftStep) -> None:
    lines = str(st.session_state[key_of(step, "answers")])[:MAX_TYPED].splitlines()
    answers = [line.strip() for line in lines if line.strip()]
    step.take_in_question("answers", answers)
    right = step.question.get("right")
    if right is not None and right >= len(answers):
        step.take_in_question("right", None)


def _take_right(step: DraftStep) -> None:
    right = st.session_state[key_of(step, "right")]
    step.take_in_question("right", None if right == NO_ANSWER else right)
