"""What is done with a plan that is written: try it, keep it, hand out its link, or go on with another."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.draft import Draft
from pages.parts.lesson import lead, plan_link
from pages.parts.lesson.choose_plan import show_file
from ui import session
from ui.text.format import plain
from ui.widgets.downloads import offer

FILE_NAME = "lecture.yaml"


def show(draft: Draft) -> None:
    """A row of buttons; while something is missing, a sentence says what."""
    plan, problem = _plan_of(draft)
    number = len(draft.steps)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="give_plan"):
        lead.show_button(plan, "draft")
        st.button(
            "Try it",
            key="try_draft",
            icon=":material/play_arrow:",
            disabled=plan is None,
            on_click=session.open_plan,
            args=(plan,),
            help="Go through it alone, as students do. It stays here to be changed.",
        )
        if plan:
            offer("Download", FILE_NAME, "application/yaml", partial(session.draft_file, plan), "To keep, to edit, to give.")
            plan_link.show(plan, "draft")
        show_file()
        with st.popover("Discard", key="draft_discard_box", icon=":material/delete_sweep:"):
            st.markdown("The plan and all its steps are removed from this tab.")
            st.button("Discard it", key="draft_discard", type="primary", on_click=session.forget_draft)
        st.markdown(f"**{draft.minutes:g} min** · {number} step{'' if number == 1 else 's'}", width="content")
    if problem and draft.steps:
        st.warning(plain(problem), icon=":material/edit_note:")


def _plan_of(draft: Draft) -> tuple[Plan | None, str]:
    try:
        plan = draft.plan()
        session.draft_file(plan)
    except InputError as problem:
        return None, str(problem)
    return plan, ""
