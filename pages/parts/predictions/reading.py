"""One test row, and what the ensemble makes of it."""

from __future__ import annotations

import streamlit as st

from pages.parts.predictions.context import Context
from ui import session
from ui.components.reading import reading


@st.fragment
def show(context: Context, row: int) -> None:
    """Show the test row with this index; temperature and unit are moved without the rest of the page."""
    reading(context.run, context.data, row, run_id=context.run_id, key="reading")
    st.page_link(
        "pages/calibration.py", label="Calibration: fit T on other rows than those it is judged by", icon=":material/target:"
    )
    session.write_link("wine", "temperature")
