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
