"""A number box to choose a test row."""

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
        Index, from 0, of the first row if neither the session nor the link has one.

    Returns
    -------
    int
        The index of the chosen row, from 0.
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
