"""Open the page “Read” for a column of the picture."""

from __future__ import annotations

import streamlit as st

from ui import session


def open_row(row: int | None) -> None:
    """Open the page “Read” at the test row with this index; nothing for None. Works within a fragment."""
    if row is None:
        return
    st.session_state[session.Key.WINE] = row + 1
    st.switch_page("pages/predictions.py")
