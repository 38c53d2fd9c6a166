from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager

from ui import compat


def test_streamlit_still_has_the_private_switch_that_the_deep_link_guard_turns(monkeypatch):
    assert hasattr(PagesManager, "uses_pages_directory"), "Streamlit changed: see ui/compat.py"
    reruns = []
    monkeypatch.setattr(compat.st, "rerun", lambda: reruns.append(True))
    monkeypatch.setattr(PagesManager, "uses_pages_directory", True)
    compat.require_router()
    assert (reruns, PagesManager.uses_pages_directory) == ([True], False)
    compat.require_router()
    assert reruns == [True]


def test_streamlit_still_lets_the_size_of_uploads_be_set_while_it_runs():
    before = config.get_option("server.maxUploadSize")
    compat.take_uploads_of(7)
    assert config.get_option("server.maxUploadSize") == 7
    compat.take_uploads_of(before)


def test_streamlit_still_says_whether_a_tab_is_open():
    assert callable(Runtime.is_active_session), "Streamlit changed: see ui/compat.py"
    assert compat.browser_tab() == ""
    assert not compat.is_open("no tab")
