"""A plan that is written: its title, its steps, and the step that is edited."""

from __future__ import annotations

import streamlit as st

from ensemble.lecture.draft import Draft
from pages.parts.lesson import give, step_form, steps, words
from pages.parts.lesson.fields import filled
from ui.text.fill import fill

MAX_TITLE, MAX_ABOUT = 80, 2000


def show(draft: Draft) -> None:
    """What can be done with the plan, then its steps beside the one that is edited."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Title of the plan",
            key=filled("draft_title", draft.title),
            max_chars=MAX_TITLE,
            placeholder="When is an output a probability?",
            on_change=_take_title,
            args=(draft,),
            width="stretch",
        )
        with st.popover("About", key="draft_about_box", icon=":material/notes:", help="For those who choose a plan."):
            st.text_area(
                "What it is for",
                key=filled("draft_about", draft.about),
                max_chars=MAX_ABOUT,
                on_change=_take_about,
                args=(draft,),
            )
    give.show(draft)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        if draft.steps:
            steps.show(draft)
        else:
            st.info(fill(words.EMPTY), icon=":material/playlist_add:")
        steps.show_buttons(draft)
        st.caption(fill(words.KEPT))
    if draft.step:
        with right, st.container(border=True, key="step_form", gap="small"):
            step_form.show(draft, draft.step)


def _take_title(draft: Draft) -> None:
    draft.title = str(st.session_state["draft_title"])[:MAX_TITLE]


def _take_about(draft: Draft) -> None:
    draft.about = str(st.session_state["draft_about"])[:MAX_ABOUT]
