"""The number by which people choose a test row."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset
from ui import session


def choose_row(data: Dataset, otherwise: int) -> int:
    """Let people choose a test row by its number from 1, in a horizontal container.

    Parameters
    ----------
    data : Dataset
    otherwise : int
        Index, from 0, of the row to begin with where the session and the link have none.

    Returns
    -------
    int
        Its index, from 0.
    """
    rows = len(data.y_test)
    session.arrive_at_wine(rows, otherwise + 1)
    st.markdown(f"Test {data.row_name}", width="content")
    st.number_input(
        f"Test {data.row_name}, 1 to {rows}",
        1,
        rows,
        key=session.Key.WINE,
        persist_state="session",
        width=130,
        label_visibility="collapsed",
    )
    return int(st.session_state[session.Key.WINE]) - 1
