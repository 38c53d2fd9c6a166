"""The frame of every page: styles, title, presenter's type, and a script for the menu and the Back button."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path

import streamlit as st

from ui.components import component
from ui.page_registry import Page
from ui.server.first_paint import presenters_styles
from ui.server.scripts_of_charts import scripts_of_charts
from ui.server.streamlit_internals import invisible_container
from ui.widget_keys import presents
from ui.widgets.shell.menu import is_plan_open

# Of a path Streamlit would read the file in each run of a page.
LOGO = "data:image/svg+xml;base64," + b64encode(Path(__file__).with_name("logo.svg").read_bytes()).decode()

_component = component("shell")


def style_page() -> None:
    """Apply the styles of the present view; the document has brought all others."""
    presented = presents()
    st.logo(LOGO, size="small")
    with invisible_container():
        _component(key="shell", data={"presents": presented, "scripts": scripts_of_charts(), "soon": is_plan_open()})
    if presented:
        st.html(f"<style>{presenters_styles()}</style>")


def show_title(page: Page) -> st.delta_generator.DeltaGenerator:
    """Show the page's title and question in one line; returns its container, to which more can be added."""
    line = st.container(key="page_title", horizontal=True, gap="small")
    with line:
        st.title(page.title, anchor=False, width="content")
        if page.question:
            st.caption(page.question, width="content")
    return line


def announce(words: str) -> None:
    """Announce a text to screen readers (politely, and only if it has changed); it is not visible."""
    st.html(f'<span class="announcement">{escape(words)}</span>')
