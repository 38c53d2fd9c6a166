"""Keys of widgets that several modules read; every other key belongs to the module that draws its widget.

Only Streamlit is imported here: ``presents`` is needed before the title of a page is drawn, when nothing slow may be loaded.
"""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

STATE = "session"
"""The key of a session's state in ``st.session_state``: see ``ui.session.state``."""


class Key(StrEnum):
    """The key of a widget, and of its value in ``st.session_state``.

    A control of a setting has the setting's name as its key: see ``session.value_of`` and ``session.set_value``.
    """

    OWN_ROWS = "own_rows"
    PRESENTER = "presenter"
    REAL_SCORES = "real_scores"
    SCORES = "scores_chosen"
    SCORED_ROW = "scored_wine"
    SEARCH = "search"
    WINE = "wine"


def part_key(page: str) -> str:
    """The key of the widget that chooses a part of a page, or a step of “Softmax”.

    >>> part_key("members")
    'members_part'
    """
    return "step" if page == "softmax" else f"{page}_part"


def presents() -> bool:
    """Whether the page is shown in the presenter's view; until the session has read its link, the link decides."""
    return bool(st.session_state.get(Key.PRESENTER, st.query_params.get("view") == "presenter"))
