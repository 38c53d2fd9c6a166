"""What is done with a plan that is written: try it, keep it, hand out its link, or go on with another."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import InputError
from ensemble.lecture.draft import Draft
from pages.parts.lesson import lead, plan_link
from pages.parts.lesson.choose_plan import show_file
from ui import session
from ui.text.format import plain
from ui.widgets.downloads import offer

FILE_NAME = "lecture.yaml"
MAX_GAPS = 5


def show(draft: Draft) -> None:
    """A row of buttons; while something is missing, sentences say what, and the file keeps what is there."""
    gaps = draft.gaps()
    file, problem = _file_of(draft)
    plan = None if gaps or problem else draft.plan()
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
        if file:
            help = "To keep, to edit, to give. “Open a file” takes it back."
            offer("Download", FILE_NAME, "application/yaml", lambda: file, help)
        if plan:
            plan_link.show(plan, "draft")
        show_file()
        with st.popover("Discard", key="draft_discard_box", icon=":material/delete_sweep:"):
            st.markdown("The plan and all its steps are removed from this tab.")
            st.button("Discard it", key="draft_discard", type="primary", on_click=session.forget_draft)
        st.markdown(f"**{draft.minutes:g} min** · {number} step{'' if number == 1 else 's'}", width="content")
    if problem:
        st.error(plain(problem), icon=":material/error:")
    if gaps and draft.steps:
        st.warning(_in_words(gaps), icon=":material/edit_note:")


def _file_of(draft: Draft) -> tuple[str, str]:
    """The file, or why there is none."""
    try:
        return session.draft_file(draft.with_gaps()), ""
    except InputError as problem:
        return "", str(problem)


def _in_words(gaps: Sequence[str]) -> str:
    """What is still missing: one sentence, or a list of which the end is counted."""
    if len(gaps) == 1:
        return plain(gaps[0])
    more = [f"{len(gaps) - MAX_GAPS} more"] if len(gaps) > MAX_GAPS else []
    return "\n".join(["Not ready to be given:", "", *(f"- {plain(gap)}" for gap in [*gaps[:MAX_GAPS], *more])])
