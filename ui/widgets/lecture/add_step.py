"""The button “Add as a step” in a page's title line, while a plan is being written."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from ensemble import InputError
from ensemble.lecture.draft import DraftStep
from ui import session
from ui.text.format import plain
from ui.widget_keys import presents


def show_buttons(page: str, sections: Collection[str]) -> None:
    """Buttons that add the page's view to the draft as a step; none in the presenter's view.

    Parameters
    ----------
    page : str
        The address of the page.
    sections : collection of str
        The page's own sections in its links.
    """
    draft = session.draft()
    if draft is None or presents():
        return
    if said := session.take_flash(session.Flash.ADDED_STEP):
        st.toast(said, icon=":material/playlist_add_check:")
    with st.container(key="add_step", horizontal=True, gap="small", width="content"):
        st.button(
            "Add as a step",
            key="add_view",
            icon=":material/playlist_add:",
            type="tertiary",
            on_click=_add,
            args=(page, sections),
            help=f"Page, part and settings become step {len(draft.steps) + 1} of your plan.",
        )
        if (step := draft.open_step) in draft.steps and step is not None:
            number = draft.steps.index(step) + 1
            st.button(
                f"Take for step {number}",
                key="take_view",
                icon=":material/sync:",
                type="tertiary",
                on_click=_take,
                args=(step, number, page, sections),
                help=plain(f"“{step.title}” shows this view from now on. Its words stay."),
            )


def _add(page: str, sections: Collection[str]) -> None:
    try:
        number = session.add_view(page, sections)
    except InputError as refusal:
        session.flash(session.Flash.ADDED_STEP, plain(str(refusal)))
        return
    draft = session.draft()
    title = draft.steps[number - 1].title if draft else ""
    steps = "1 step" if number == 1 else f"{number} steps"
    session.flash(session.Flash.ADDED_STEP, f"Added “{plain(title)}”. Your plan has {steps}.")


def _take(step: DraftStep, number: int, page: str, sections: Collection[str]) -> None:
    session.take_view(step, page, sections)
    session.flash(session.Flash.ADDED_STEP, f"Step {number} shows this view now.")
