"""What surrounds every page: its styles, its title, the presenter's type, and a script for the menu and the Back button."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from ui.components import component
from ui.page_registry import PAGES, Page
from ui.server.streamlit_internals import out_of_sight
from ui.widget_keys import presents

FOLDER = Path(__file__).parent
LOGO = FOLDER / "logo.svg"

_component = component("shell")


def style_page() -> None:
    """Style the page that follows; called before anything is drawn, so that nothing is seen without."""
    sheets = ["shell.css", *(["presenter.css"] if presents() else [])]
    st.html(f"<style>{''.join((FOLDER / sheet).read_text(encoding='utf-8') for sheet in sheets)}{_section_names()}</style>")
    st.logo(str(LOGO), size="small")
    with out_of_sight():
        _component(key="shell")


@cache
def _section_names() -> str:
    """Styles that put the name of each section in front of its first page, for which Streamlit's menus have no option.

    Sections of its own are lists that open, and every page is to be one press away.
    """
    firsts = {page.section: page.url for page in reversed(PAGES.values())}
    return "".join(
        f'[data-testid$="NavLinkContainer"]:has(> a[href$="/{url}"])::before {{ content: "{section}"; }}'
        for section, url in firsts.items()
    )


def show_title(page: Page) -> None:
    """The page's name and its question, in one line."""
    with st.container(key="page_title", horizontal=True, gap="small"):
        st.title(page.title, anchor=False, width="content")
        if page.question:
            st.caption(page.question, width="content")


def announce(words: str) -> None:
    """Let a screen reader say this, in the next pause, once it has become another text than before; nothing is seen of it."""
    st.html(f'<span class="announcement">{escape(words)}</span>')
