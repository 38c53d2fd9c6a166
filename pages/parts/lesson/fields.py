"""Controls that show what a draft holds, and put what is entered into it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ensemble.lecture.draft import MAX_TYPED, DraftStep


def filled(key: str, value: Any) -> str:
    """The key of a control that is drawn next, which shows this value."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def key_of(step: DraftStep, name: str) -> str:
    """The key of a control of a step: each step has its own, wherever it stands."""
    return f"draft_{step.number}_{name}"


def take(step: DraftStep, name: str, in_question: bool = False) -> None:
    """Put what a control shows into a step."""
    value = st.session_state.get(key_of(step, name))
    given = value[:MAX_TYPED] if isinstance(value, str) else value
    if in_question:
        step.take_in_question(name, given)
    else:
        step.take(name, given)
