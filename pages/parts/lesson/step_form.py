"""One step of a plan: title, view, words, note, button, question and controls."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ensemble.lecture.draft import Draft, DraftStep
from ensemble.lecture.plan import ACTIONS, MAX_EXAMPLE, MAX_MINUTES, TEMPERATURES
from pages.parts.lesson import question_form, words
from pages.parts.lesson.fields import filled, key_of, take
from pages.parts.lesson.form import TITLES
from ui import session
from ui.page import IN_ADDRESS
from ui.page_registry import title_of_part
from ui.text.fill import fill
from ui.text.format import plain

NONE = "No button"
MAX_TITLE, MAX_TEXT = 80, 2000
TO = {"set the temperature": (*TEMPERATURES, 2.0, 0.1), "choose an example": (1.0, float(MAX_EXAMPLE), 1.0, 1.0)}
"""For a button that goes to a number: its bounds, the usual one, and how far a press of + goes."""


def show(draft: Draft, step: DraftStep) -> None:
    """All of it; each entry is kept at once."""
    st.markdown(f"**Step {draft.chosen + 1}**")
    title, minutes = st.columns([3, 1], gap="small")
    title.text_input("Title", key=_filled(step, "title", step.title), max_chars=MAX_TITLE, on_change=take, args=(step, "title"))
    minutes.number_input(
        "Minutes",
        0.0,
        float(MAX_MINUTES),
        key=_filled(step, "minutes", step.minutes),
        step=0.5,
        format="%g",
        on_change=_take_minutes,
        args=(step,),
    )
    _show_view(draft, step)
    for name, label, help in (("words", "Words", words.WORDS), ("note", "Note to yourself", words.NOTE)):
        st.text_area(
            label,
            key=_filled(step, name, step.values.get(name, "")),
            max_chars=MAX_TEXT,
            height=100,
            on_change=take,
            args=(step, name),
            help=fill(help),
        )
    _show_action(step)
    asked = step.question.get("text", "")
    with st.expander("Question" if not asked else f"Question: {plain(asked[:40])}", key=key_of(step, "question_box")):
        question_form.show(step)
    _show_controls(step)


def _take_minutes(step: DraftStep) -> None:
    minutes = st.session_state[key_of(step, "minutes")]
    if minutes is not None and 0 <= minutes <= MAX_MINUTES:
        step.take("minutes", minutes)


def _filled(step: DraftStep, name: str, value: Any) -> str:
    return filled(key_of(step, name), value)


def _show_view(draft: Draft, step: DraftStep) -> None:
    page = step.values["page"]
    with st.container(key="draft_view", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch", gap=None):
            part = f", {plain(title_of_part(page, step.values['part']))}" if step.values.get("part") else ""
            st.markdown(f"Shows **{session.IN_PLANS.get(page, plain(page))}**{part}")
            if settings := step.values.get("settings"):
                st.caption(plain(" · ".join(f"{name} {value}" for name, value in settings.items())))
        st.button(
            "Open",
            key="draft_open",
            icon=":material/visibility:",
            on_click=session.open_view_of,
            args=(draft, step),
            help="Opens the page as this step sets it. Change it there, then take it for this step.",
        )
        st.button(
            "Take anew",
            key="draft_retake",
            icon=":material/sync:",
            on_click=session.take_view,
            args=(step, page, IN_ADDRESS.get(page, ())),
            help="The step shows the page as it stands in this session now.",
        )


def _show_action(step: DraftStep) -> None:
    action = step.values.get("action") or {}
    left, right = st.columns(2, gap="small")
    left.selectbox(
        "Button",
        [NONE, *ACTIONS],
        key=_filled(step, "do", action.get("do", NONE)),
        format_func=str.capitalize,
        on_change=_take_action,
        args=(step,),
        help="What the one button of this step does.",
    )
    if (do := action.get("do")) in TO:
        low, high, usual, by = TO[do]
        right.number_input(
            "To" if do == "set the temperature" else "Number",
            low,
            high,
            key=_filled(step, "to", float(action.get("to") or usual)),
            step=by,
            format="%g",
            on_change=_take_action,
            args=(step,),
        )


def _take_action(step: DraftStep) -> None:
    do = st.session_state[key_of(step, "do")]
    before = step.values.get("action") or {}
    if do not in ACTIONS:
        step.take("action", None)
    elif do in TO:
        to = st.session_state.get(key_of(step, "to")) if do == before.get("do") else None
        step.take("action", {"do": do, "to": TO[do][2] if to is None else to})
    else:
        step.take("action", {"do": do})


def _show_controls(step: DraftStep) -> None:
    shows = step.values.get("shows")
    st.toggle("Hide controls", key=_filled(step, "limited", shows is not None), on_change=_limit, args=(step,))
    if shows is not None:
        options = [*TITLES, *(name for name in shows if name not in TITLES)]
        st.multiselect(
            "Controls that stay",
            options,
            key=_filled(step, "shows", list(shows)),
            format_func=lambda name: TITLES.get(name, name),
            on_change=take,
            args=(step, "shows"),
            placeholder="None",
            help=words.CONTROLS,
        )


def _limit(step: DraftStep) -> None:
    step.take("shows", [] if st.session_state[key_of(step, "limited")] else None)
