"""The steps of a plan in a table, and their order."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ensemble import InputError
from ensemble.lecture.draft import Draft, DraftStep
from ui import session
from ui.page import IN_ADDRESS

TABLE = "draft_steps"
ROW_HEIGHT = 35
MAX_ROWS = 16


def show(draft: Draft) -> None:
    """The table, in which a press chooses the step to edit."""
    chosen = {"selection": {"rows": [draft.chosen], "columns": [], "cells": []}}
    if TABLE not in st.session_state or st.session_state[TABLE]["selection"] != chosen["selection"]:
        st.session_state[TABLE] = chosen
    st.dataframe(
        [_row(number, step) for number, step in enumerate(draft.steps, 1)],
        key=TABLE,
        on_select=lambda: _choose(draft),
        selection_mode=["single-row-required", "single-cell"],
        hide_index=True,
        height=ROW_HEIGHT * (min(len(draft.steps), MAX_ROWS) + 1) + 3,
        column_config={
            "#": st.column_config.NumberColumn(width=40),
            "Title": st.column_config.TextColumn(width="medium"),
            "Min": st.column_config.NumberColumn(width=50, format="%g"),
            "Asks": st.column_config.TextColumn(width=50),
        },
    )


def show_buttons(draft: Draft) -> None:
    """What moves the step that is edited, and what puts another one in."""
    last = len(draft.steps) - 1
    with st.container(horizontal=True, gap="small"):
        _show_insert(draft)
        if not draft.steps:
            return
        st.button(
            "Up", key="draft_up", icon=":material/arrow_upward:", on_click=draft.move, args=(-1,), disabled=not draft.chosen
        )
        st.button(
            "Down",
            key="draft_down",
            icon=":material/arrow_downward:",
            on_click=draft.move,
            args=(1,),
            disabled=draft.chosen == last,
        )
        st.button(
            "Remove",
            key="draft_remove",
            icon=":material/delete:",
            on_click=draft.remove,
            help=f"Takes step {draft.chosen + 1} out of the plan.",
        )


def _show_insert(draft: Draft) -> None:
    with st.popover("Insert", key="draft_insert_box", icon=":material/add:"):
        page = st.selectbox(
            "Page",
            list(session.IN_PLANS),
            key="draft_insert_page",
            format_func=session.IN_PLANS.__getitem__,
            help="The step shows it as it stands in this session.",
        )
        where = f"Insert after step {draft.chosen + 1}" if draft.steps else "Insert it"
        st.button(where, key="draft_insert", type="primary", on_click=_insert, args=(draft, page))


def _row(number: int, step: DraftStep) -> dict[str, Any]:
    action = step.values.get("action") or {}
    page = session.IN_PLANS.get(step.values["page"], step.values["page"])
    return {
        "#": number,
        "Title": step.title,
        "Page": page,
        "Min": step.minutes,
        "Asks": "✓" if step.question else "",
        "Button": str(action.get("do", "")).capitalize(),
    }


def _choose(draft: Draft) -> None:
    selection = st.session_state[TABLE]["selection"]
    rows = [cell[0] for cell in selection["cells"] if cell] or selection["rows"]
    if rows and isinstance(rows[0], int) and 0 <= rows[0] < len(draft.steps):
        draft.chosen = rows[0]


def _insert(draft: Draft, page: str) -> None:
    try:
        session.add_view(page, IN_ADDRESS.get(page, ()), at=draft.chosen + 1 if draft.steps else None)
    except InputError as refusal:
        session.flash(session.Flash.PLAN, str(refusal))
