"""What every page wears: its styles, the presenter's type, and a script that keeps the menu and the Back button in order."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.components import component
from ui.server.streamlit_internals import out_of_sight

FOLDER = Path(__file__).parent

_component = component("shell")


def wear() -> None:
    """Style the page that follows; called before anything is drawn, so that nothing is seen without."""
    sheets = ["shell.css", *(["presenter.css"] if presents() else [])]
    st.html(f"<style>{''.join((FOLDER / sheet).read_text(encoding='utf-8') for sheet in sheets)}</style>")
    with out_of_sight():
        _component(key="shell")


def presents() -> bool:
    """Whether the page is to be seen from the last row; before the session has read its link, the link itself says so."""
    return bool(st.session_state.get("presenter", st.query_params.get("view") == "presenter"))
