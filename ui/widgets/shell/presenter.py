"""The presenter's view: large type, no navigation, and keys that step through parts and pages."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import session
from ui.components.keys import step_keys
from ui.session.lecture import leading
from ui.widget_keys import Key, presents


def switch() -> None:
    """The switch that turns the view on and off."""
    st.toggle(
        "Presenter's view",
        key=Key.PRESENTER,
        persist_state="session",
        help="Large type, no menu. The keys → and ←, or a clicker, step through a page's parts, then the pages.",
    )


def steps_through(key: str, parts: Sequence[str]) -> None:
    """Let the keys step through parts, whose choice is in the session state under ``key``, and show the part's number."""
    session.state().stepper = session.Stepper(key, tuple(parts))
    present = session.value_of(key)
    if presents() and present in parts and not session.plan():  # whose strip says which of its steps is shown
        with st.container(key="presenter_place"):
            st.markdown(f"{parts.index(present) + 1} / {len(parts)}")


def listen(pages: Sequence[st.Page], present: st.Page) -> None:
    """Listen for keys in the presenter's view: they step through a plan if one is open, else through parts and then pages."""
    if not presents():
        return
    st.button("Leave the view", key="leave_presenter", icon=":material/close:", on_click=_leave)
    step_keys(_step, key="presenter_keys")
    by, session.state().page_step = session.state().page_step, 0
    urls = [page.url_path for page in pages]
    if by and present.url_path in urls:
        st.switch_page(pages[(urls.index(present.url_path) + by) % len(pages)])


def _leave() -> None:
    st.session_state[Key.PRESENTER] = False


def _step(by: int) -> None:
    state = session.state()
    if session.plan():
        leading.step_by(by)
        return
    key, parts = state.stepper or ("", ())
    present = session.value_of(key) if key else None
    index = parts.index(present) + by if present in parts else -1
    if 0 <= index < len(parts):
        st.session_state[key] = parts[index]
    else:
        state.page_step = by
