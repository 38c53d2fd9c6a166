"""The one place that touches what Streamlit does not document; tests/test_compat.py fails loudly when it changes."""

from functools import wraps

import streamlit as st
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from ui.turns import Turns


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


def out_of_sight() -> st.delta_generator.DeltaGenerator:
    """Where an element runs and takes no room on the page, not even while it loads."""
    return st._event


def browser_tab() -> str:
    """Streamlit's name of the session: one for each browser tab, another one after a reload."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_open(tab: str) -> bool:
    """Whether the browser tab of that name is still connected."""
    return Runtime.exists() and Runtime.instance().is_active_session(tab)


def is_patient(asked: RerunData) -> bool:
    """Whether a part of a page is to be redrawn for a button that was pressed, or because it does so every few seconds."""
    states = asked.widget_states.widgets if asked.widget_states else ()
    return bool(asked.fragment_id_queue) and (asked.is_auto_rerun or any(state.trigger_value for state in states))


def let_the_patient_take_turns() -> None:
    """Redraw parts of pages one after the other, so that a moved control or another page never waits for a class that trains.

    The turn begins before the request is taken up. What the same browser asks meanwhile is then joined to it by Streamlit, no
    press is lost, and a moved control ends the waiting. Even the first steps of hundreds at once would keep the server busy.
    """
    run, turns = ScriptRunner._run_script_thread, Turns()
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def in_turn(runner: ScriptRunner) -> None:
        requests = runner._requests
        with turns.take(lambda: requests._state == ScriptRequestType.RERUN and is_patient(requests._rerun_data)):
            run(runner)

    ScriptRunner._run_script_thread = in_turn
