"""Open a view of the app: a page, its part, and its settings as in a link."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.session import runs, settings
from ui.session.forecasts import back_to_the_run
from ui.session.link import SECTIONS
from ui.session.state import Flash, SessionState, flash, lead_to, state
from ui.widget_keys import Key, part_key

OF_A_VIEW = {
    "settings": "",
    "data": "",
    "experiment": "",
    "prices": "",
    "temperature": "temperature",
    "wine": "",
    "row": "decided_row",
    "rows": "shift_rows",
    "corruption": "corruption",
    "severity": "severity",
    "shares": "class_shares",
    "left_out": "left_out",
    "drawing": "drawing",
    "net": "net",
    "search": "",
}
"""Sections of a link that affect what a page shows, and the field of the state of each, if it has only one."""
MAKES_RUN = ("settings", "data")


def set_up(page: str, part: str, query: Mapping[str, str], controls: Mapping[str, str], train: bool) -> None:
    """Set up an experiment and open its page; the lesson and its hidden controls stay (a callback).

    Parameters
    ----------
    page, part : str
        Where the experiment is shown; an empty part leaves the page's part.
    query : mapping of str to str
        Settings by their names in links. Sections of the link that are not named keep their values.
    controls : mapping of str to str
        Values of that page's own controls, by their keys.
    train : bool
        Whether to train with these settings; settings that are not named are then the classic ones.
    """
    for key in OF_A_VIEW:
        section = SECTIONS[key]
        asked = {name: text for name, text in query.items() if name in section.names}
        makes_run = key in MAKES_RUN
        if makes_run and train:
            settings.use_own_rows(False)
        if asked or (makes_run and train):
            section.read(asked)
    if part:
        settings.set_value(part_key(page), part)
    for name, value in controls.items():
        settings.set_value(name, value)
    back_to_the_run()
    if train and (refusal := runs.why_not_train()):
        flash(Flash.REFUSAL, refusal)
    elif train:
        runs.train()
    lead_to(page)


def open_view(page: str, part: str, query: Mapping[str, str]) -> list[str]:
    """Show what a link with this query shows; settings that are not named get their defaults (a callback).

    Parameters
    ----------
    page, part : str
        Where it is shown; an empty part is the first. If the page is shown already, it is not opened again.
    query : mapping of str to str
        Settings by their names in links.

    Returns
    -------
    list of str
        A sentence for each parameter that cannot be used.
    """
    settings.use_own_rows(False)
    back_to_the_run()
    notices = []
    of_no_view = {name for key, section in SECTIONS.items() if key not in OF_A_VIEW for name in section.names}
    known = of_no_view | {name for key in OF_A_VIEW for name in SECTIONS[key].names}
    for name in of_no_view & query.keys():
        notices.append(f"“{name}” is only for links, and no step can set it. It is ignored.")
    for key, field in OF_A_VIEW.items():
        _reset(key, field)
        others = query.keys() - known if key == "settings" else set()
        asked = {name: text for name, text in query.items() if name in SECTIONS[key].names or name in others}
        notices += SECTIONS[key].read(asked)
    st.session_state.pop(part_key(page), None)
    state().kept.pop(part_key(page), None)
    state().part_in_link = part
    if page != state().page or state().next_page:  # or on the way to another page
        lead_to(page)
    return notices


def _reset(key: str, field: str) -> None:
    """Set a section of one parameter to its default; sections of several parameters do so when they are read."""
    if field:
        setattr(state(), field, getattr(SessionState, field))
    elif key == "wine":
        st.session_state.pop(Key.WINE, None)
        state().kept.pop(Key.WINE, None)
    elif key == "search":
        settings.set_value(Key.SEARCH, "")
