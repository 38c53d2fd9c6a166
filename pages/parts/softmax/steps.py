"""The steps of the page, one after the other."""

from __future__ import annotations

import streamlit as st

from pages.parts.softmax.words import STEPS as WORDS
from pages.parts.softmax.words import Step
from ui import session
from ui.components import scores
from ui.page_registry import STEPS_OF_SOFTMAX as TITLES
from ui.text.fill import fill
from ui.widgets.shell import parts, presenter

KEY = session.part_key("softmax")
LANGUAGE_MODEL = "language_model"
STEPS = (*scores.STEPS, LANGUAGE_MODEL)


def choose() -> tuple[str, Step]:
    """Let people choose a step; returns its name in links, and its words."""
    titles = {title: name for name, title in TITLES.items()} | {WORDS[name].short: name for name in STEPS if WORDS[name].short}
    parts.arrive(KEY, STEPS, titles)
    st.segmented_control(
        "Step",
        STEPS,
        key=KEY,
        format_func=_short_title,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    name: str = st.session_state[KEY]
    presenter.steps_through(KEY, STEPS)
    return name, WORDS[name]


def show(name: str, step: Step) -> None:
    """A step's title and text, with buttons to the previous and the next step."""
    is_of_a_plan = session.plan() is not None  # which numbers its own steps, and has its own button to the next one
    st.header(TITLES[name] if is_of_a_plan else _title(name))
    if not is_of_a_plan:
        with st.container(horizontal=True):
            first, last = name == STEPS[0], name == STEPS[-1]
            st.button("Back", key="back", on_click=_go, args=(-1,), disabled=first, help="The step before.")
            st.button(
                "Next step", key="next_step", type="primary", on_click=_go, args=(1,), disabled=last, help="The step after."
            )
    st.markdown(fill(step.text))


def _title(name: str) -> str:
    return f"{STEPS.index(name) + 1} {TITLES[name]}"


def _short_title(name: str) -> str:
    return f"{STEPS.index(name) + 1} {WORDS[name].short or TITLES[name]}"


def _go(by: int) -> None:
    st.session_state[KEY] = STEPS[min(max(STEPS.index(session.value_of(KEY)) + by, 0), len(STEPS) - 1)]
