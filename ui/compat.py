"""The one place that touches what Streamlit does not document; tests/test_compat.py fails loudly when it changes."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def require_router() -> None:
    """Make sure that the page runs inside app.py.

    The first visit to a fresh server by a page's own link runs the page's script without app.py, because the folder is named
    ``pages``. Every page calls this first; it does nothing once app.py has run.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
