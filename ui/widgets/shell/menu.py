"""The pages that the menu shows."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from ui.page_registry import PAGES
from ui.widget_keys import STATE

LECTURERS = "room"
"""Where the lecturer of a plan finds the invitation."""


def pages_in_menu() -> Collection[str]:
    """Addresses of the pages that the menu shows: those of the open plan, or all pages.

    This is called before the first title is drawn, so it imports nothing slow unless a plan is open.
    """
    present = st.session_state.get(STATE)
    if present is not None and present.has_arrived:
        pages = present.plan.pages if present.plan and not present.explores else ()
        if pages and present.followed and present.room_secret:
            pages = (*pages, LECTURERS)
    else:
        pages = _pages_of_the_link(st.query_params.get("plan", ""))
    return [page for page in pages if page in PAGES] or PAGES


def is_plan_open() -> bool:
    """Whether the session goes through a plan; until it has read its link, the link decides."""
    present = st.session_state.get(STATE)
    return bool(present.plan if present is not None and present.has_arrived else st.query_params.get("plan"))


def _pages_of_the_link(text: str) -> Collection[str]:
    if not text:
        return ()
    from ensemble import InputError
    from ensemble.lecture.plan_link import from_link

    try:
        return from_link(text).pages
    except InputError:  # the page reports the error
        return ()
