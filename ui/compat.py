"""The one place that touches what Streamlit does not document; tests/test_compat.py fails loudly when it changes."""

import streamlit as st
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx


def require_router() -> None:
    """Make sure that the page runs inside app.py.

    The first visit to a fresh server by a page's own link runs the page's script without app.py, because the folder is named
    ``pages``. Every page calls this first; it does nothing once app.py has run.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def take_uploads_of(megabytes: int) -> None:
    """Let the server take files of so many MB and no more, from whoever speaks to it; 0 closes the door."""
    config.set_option("server.maxUploadSize", megabytes)


def browser_tab() -> str:
    """Streamlit's name of the session: one for each browser tab, another one after a reload."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_open(tab: str) -> bool:
    """Whether the browser tab of that name is still connected."""
    return Runtime.exists() and Runtime.instance().is_active_session(tab)
