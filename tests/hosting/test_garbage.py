"""Objects of a script go with it: those of a class waited in memory until the garbage collector went through all sessions."""

import asyncio
import gc
import inspect
from unittest.mock import MagicMock
from weakref import ref

import pytest
from streamlit.components.v2 import presentation
from streamlit.components.v2.bidi_component import main as components
from streamlit.runtime import Runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

from testing import PATIENCE
from ui.server import streamlit_internals, streamlit_requests

SEE = "Streamlit changed: see ui/server/streamlit_internals.py"


def test_a_script_that_has_ended_is_let_go_without_the_garbage_collector(monkeypatch, tmp_path):
    page = tmp_path / "page.py"
    page.write_text("import streamlit as st\nst.slider('a', 0, 3)\n@st.fragment\ndef part():\n    st.button('b')\npart()\n")
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", inspect.unwrap(ScriptRunner._run_script_thread))
    session, fragments, cache, files = SessionState(), MemoryFragmentStorage(), ScriptCache(), MemoryUploadedFileManager("")

    def run():
        pages, loop = PagesManager(str(page), cache), asyncio.new_event_loop()
        runner = ScriptRunner("one", str(page), session, files, cache, RerunData(), {}, fragments, pages, loop)
        runner.start()
        runner._script_thread.join(PATIENCE)
        loop.close()
        return ref(runner)

    gc.collect()
    gc.disable()
    try:
        assert run()() is not None, "Streamlit lets go of it by itself: streamlit_requests._release is not needed"
        streamlit_requests.queue_first_pages_and_fragments()
        assert run()() is None, SEE
    finally:
        gc.enable()
    assert len(session._new_widget_state) == 2, "the script did not run"


@pytest.mark.parametrize("told", [None, [], [{"event": "news", "value": 1}, {"event": 2}, "neither"]])
@pytest.mark.parametrize("sent", [{"row": 3}, {"news": 2}, None])
@pytest.mark.parametrize("is_known", [True, False])
def test_values_of_components_are_shown_as_by_streamlit_without_a_class_for_each_look(told, sent, is_known):
    session, kind = SessionState(), "json_trigger_value"
    if is_known:
        session._new_widget_state.set_widget_metadata(WidgetMetadata("told", lambda _: None, lambda _: None, kind))
    session._new_widget_state.set_from_value("told", told)
    shown = streamlit_internals._presenter("told", "id", {"row"})(sent, session)
    assert shown == presentation.make_bidi_component_presenter("told", "id", {"row"})(sent, session), SEE
    assert shown is sent or type(shown) is dict
    streamlit_internals.show_values_of_components_plainly()
    assert components.make_bidi_component_presenter is streamlit_internals._presenter
    assert "presenter = make_bidi_component_presenter(" in inspect.getsource(components), SEE
