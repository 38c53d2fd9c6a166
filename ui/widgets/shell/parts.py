"""The choice of a part of a page; only the chosen part is computed and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import session
from ui.text.format import plain
from ui.widgets.shell import presenter

SAME_ENSEMBLES = "Each part answers another question about the same trained ensembles."


def choose_part(page: str, parts: Sequence[str], help: str = SAME_ENSEMBLES) -> str:
    """Let people choose one part of a page; the choice is kept from page to page, and a link may set it."""
    key = session.part_key(page)
    arrive(key, parts)
    st.segmented_control(
        "Part",
        parts,
        key=key,
        format_func=lambda part: f"{parts.index(part) + 1} {part}",
        required=True,
        persist_state="session",
        help=help,
        label_visibility="collapsed",
    )
    presenter.steps_through(key, parts)
    return st.session_state[key]


def arrive(key: str, parts: Sequence[str], titles: Mapping[str, str] | None = None) -> None:
    """As ``session.arrive_at_part``, but shows the message on a missing part at once."""
    if said := session.arrive_at_part(key, parts, titles):
        st.warning(plain(said), icon=":material/link:")
