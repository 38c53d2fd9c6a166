import inspect
import threading

import pytest
from streamlit import config
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from ui import compat

PRESSED = WidgetStates(widgets=[WidgetState(id="moved", double_value=1), WidgetState(id="train", trigger_value=True)])
MOVED = WidgetStates(widgets=[WidgetState(id="moved", double_value=1)])


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


@pytest.mark.parametrize(
    ("asked", "patient"),
    [
        (RerunData(widget_states=PRESSED, fragment_id_queue=["part"]), True),
        (RerunData(widget_states=MOVED, fragment_id_queue=["part"], is_auto_rerun=True), True),
        (RerunData(widget_states=MOVED, fragment_id_queue=["part"]), False),
        (RerunData(widget_states=PRESSED), False),
        (RerunData(), False),
    ],
)
def test_buttons_and_timers_of_a_part_of_a_page_are_patient_and_nothing_else_is(asked, patient):
    assert compat.is_patient(asked) is patient


def test_streamlit_still_runs_a_script_where_the_patient_take_turns(monkeypatch):
    assert list(inspect.signature(ScriptRunner._run_script).parameters) == ["self", "rerun_data"], "see ui/compat.py"
    inside, met = threading.Semaphore(1), []

    def run(runner, asked):
        alone = inside.acquire(blocking=False)
        threading.Event().wait(0.03)
        met.append(alone)
        if alone:
            inside.release()

    monkeypatch.setattr(ScriptRunner, "_run_script", run)
    compat.let_the_patient_take_turns()
    compat.let_the_patient_take_turns()
    patient, other = RerunData(fragment_id_queue=["part"], is_auto_rerun=True), RerunData()
    for asked, all_alone in ((patient, True), (other, False)):
        met.clear()
        threads = [threading.Thread(target=ScriptRunner._run_script, args=[None, asked]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert (len(met), all(met)) == (3, all_alone)
