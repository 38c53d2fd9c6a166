"""What people take home of a file of forecasts that was judged."""

from __future__ import annotations

import streamlit as st

from ui.session.state import ForeignForecasts


def show_forecasts_downloads(foreign: ForeignForecasts) -> None:
    """Offer the report and the script; each is made when its button is pressed."""
    st.caption("…")
