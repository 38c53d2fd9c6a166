"""One test row, and the ensemble's forecast of it."""

from __future__ import annotations

import streamlit as st

from pages.parts.predictions import choice
from pages.parts.predictions.context import Context
from ui.components.reading import reading
from ui.page import write_link


def show(context: Context, row: int) -> None:
    """Show the test row with this index, then the list of all of them."""
    _read(context, row)
    choice.list_rows(context)


@st.fragment
def _read(context: Context, row: int) -> None:
    """A fragment, since temperature and unit affect no other element; a click on another row reruns the whole page."""
    if choice.chosen() != row:
        st.rerun()
    reading(context.run, context.data, row, run_id=context.run_id, key="reading", ghost=context.ghost, on_row=choice.go_to)
    st.page_link(
        "pages/calibration.py", label="Calibration: fit T on other rows than those it is judged by", icon=":material/target:"
    )
    write_link()
