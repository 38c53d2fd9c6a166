"""Who waits for a turn, and which requests of browsers are ignored."""

import inspect
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from testing import PATIENCE
from testing.cluster import eventually
from ui.server import streamlit_requests
from ui.server.streamlit_requests import TURNS_BEFORE_A_TIMER, TURNS_BEFORE_NEWS
from ui.server.turn_queue import Turns

SEE = "Streamlit changed: see ui/server/streamlit_requests.py"
PRESSED = WidgetStates(widgets=[WidgetState(id="moved", double_value=1), WidgetState(id="train", trigger_value=True)])
MOVED = WidgetStates(widgets=[WidgetState(id="moved", double_value=1)])


def told_by_room(event):
    """What a browser sends when a page's component has told its part of the page something."""
    told = f'[{{"event":"{event}","value":1}}]'
    return WidgetStates(widgets=[WidgetState(id="room", json_trigger_value=told)])


@pytest.mark.parametrize(
    ("asked", "patient"),
    [
        (RerunData(widget_states=PRESSED, fragment_id_queue=["part"]), True),
        (RerunData(widget_states=MOVED, fragment_id_queue=["part"], is_auto_rerun=True), True),
        (RerunData(widget_states=told_by_room("news"), fragment_id_queue=["part"]), True),
        (RerunData(widget_states=told_by_room("votes"), fragment_id_queue=["part"]), False),
        (RerunData(widget_states=MOVED, fragment_id_queue=["part"]), False),
        (RerunData(widget_states=PRESSED, page_script_hash="train"), False),
        (RerunData(page_script_hash="train"), False),
        (RerunData(page_name="train"), True),
        (RerunData(), True),
    ],
)
def test_only_first_visits_and_fragments_wait_for_a_turn(asked, patient):
    assert streamlit_requests.is_patient(asked) is patient


@pytest.mark.parametrize(
    ("asked", "turns"),
    [
        (RerunData(widget_states=MOVED, fragment_id_queue=["part"], is_auto_rerun=True), TURNS_BEFORE_A_TIMER),
        (RerunData(fragment_id_queue=["part"], is_auto_rerun=True), TURNS_BEFORE_A_TIMER),
        (RerunData(widget_states=told_by_room("news"), fragment_id_queue=["part"]), TURNS_BEFORE_NEWS),
        (RerunData(widget_states=told_by_room("news"), fragment_id_queue=["part"], is_auto_rerun=True), TURNS_BEFORE_NEWS),
        (RerunData(widget_states=told_by_room("votes"), fragment_id_queue=["part"]), 0),
        (RerunData(widget_states=PRESSED, fragment_id_queue=["part"], is_auto_rerun=True), 0),
        (RerunData(widget_states=PRESSED, fragment_id_queue=["part"]), 0),
        (RerunData(), 0),
    ],
)
def test_presses_pass_what_shows_news_of_a_room_which_passes_timers(asked, turns):
    assert streamlit_requests.turns_that_pass(asked) == turns
    assert 0 < TURNS_BEFORE_NEWS < TURNS_BEFORE_A_TIMER


def test_a_vote_is_not_less_urgent_because_its_page_has_news_too():
    widgets = [*told_by_room("news").widgets, *PRESSED.widgets]
    asked = RerunData(widget_states=WidgetStates(widgets=widgets), fragment_id_queue=["part"])
    assert streamlit_requests.turns_that_pass(asked) == 0


PATIENT = RerunData(fragment_id_queue=["part"], widget_states=PRESSED)
CHANGES_PAGE = RerunData(page_script_hash="train")


class Runner:
    """As much of Streamlit's runner as the turns see."""

    def __init__(self, asked):
        self._requests, self._session_state = ScriptRequests(), SafeSessionState(SessionState(), lambda: None)
        self._requests.request_rerun(asked)


@pytest.fixture
def runs(monkeypatch):
    """The requests that have been taken up; each takes until ``free`` is set."""
    taken, free = [], threading.Event()

    def run(runner):
        taken.append(runner._requests.on_scriptrunner_ready().rerun_data)
        free.wait(PATIENCE)

    monkeypatch.setattr(streamlit_requests, "turns", Turns(seconds_until_passed_over=60))
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", run)
    streamlit_requests.queue_first_pages_and_fragments()
    streamlit_requests.queue_first_pages_and_fragments()
    yield SimpleNamespace(taken=taken, free=free)
    free.set()


def begin(asked):
    runner = Runner(asked)
    thread = threading.Thread(target=ScriptRunner._run_script_thread, args=[runner], daemon=True)
    thread.start()
    return runner, thread


def test_the_patient_take_turns_and_nobody_else_does(runs):
    threads = [begin(PATIENT)[1] for _ in range(3)]
    assert not eventually(lambda: len(runs.taken) > 1, 0.3)
    threads += [begin(CHANGES_PAGE)[1] for _ in range(3)]
    assert eventually(lambda: len(runs.taken) == 4)
    runs.free.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(runs.taken) == 6


def test_presses_of_others_are_taken_up_before_a_timer_that_came_first(runs):
    timer = RerunData(fragment_id_queue=["part"], widget_states=MOVED, is_auto_rerun=True)
    threads = []
    for number, asked in enumerate((PATIENT, timer, PATIENT), 1):
        threads.append(begin(asked)[1])
        assert eventually(lambda number=number: len(streamlit_requests.turns._queue) == number)
    runs.free.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert [asked.is_auto_rerun for asked in runs.taken] == [False, False, True]


def test_a_waiting_press_survives_a_moved_control(runs):
    begin(PATIENT)
    assert eventually(lambda: len(runs.taken) == 1)
    runner, _ = begin(PATIENT)
    assert not eventually(lambda: len(runs.taken) > 1, 0.2)
    runner._requests.request_rerun(RerunData(widget_states=MOVED, page_script_hash="train"))
    assert eventually(lambda: len(runs.taken) == 2), "who moves a control waits for others"
    states = {state.id: state for state in runs.taken[1].widget_states.widgets}
    assert states["train"].trigger_value
    assert states["moved"].double_value == 1
    assert not runs.taken[1].fragment_id_queue


def test_streamlit_still_has_what_the_turns_are_made_from():
    assert list(inspect.signature(ScriptRunner._run_script_thread).parameters) == ["self"], SEE
    requests = ScriptRequests()
    assert (requests._state, requests.request_rerun(PATIENT), requests._state) == (
        ScriptRequestType.CONTINUE,
        True,
        ScriptRequestType.RERUN,
    )
    assert streamlit_requests.is_patient(requests._rerun_data)


def test_a_fragment_of_the_last_page_does_not_bring_that_page_back(monkeypatch):
    ran = []
    assert list(inspect.signature(ScriptRunner._run_script).parameters) == ["self", "rerun_data"], SEE
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda runner, rerun_data: ran.append(rerun_data))
    monkeypatch.setattr(ScriptRequests, "request_rerun", inspect.unwrap(ScriptRequests.request_rerun))
    streamlit_requests.ignore_late_fragments()
    pages = PagesManager("app.py")
    pages.set_current_page_script_hash("calibration")
    runner = SimpleNamespace(_pages_manager=pages)
    page = RerunData(page_script_hash="experiments")
    fragment = RerunData(page_script_hash="calibration", fragment_id_queue=["strip"])
    for asked in (RerunData(page_script_hash="experiments", fragment_id_queue=["strip"]), page, fragment):
        ScriptRunner._run_script(runner, asked)
    assert ran == [page, fragment]


@pytest.mark.parametrize(("fragments_page", "opened"), [("experiments", "calibration"), ("calibration", "calibration")])
def test_a_change_of_page_that_waits_is_not_lost_to_a_fragment_of_the_last_page(monkeypatch, fragments_page, opened):
    monkeypatch.setattr(ScriptRunner, "_run_script", inspect.unwrap(ScriptRunner._run_script))
    monkeypatch.setattr(ScriptRequests, "request_rerun", inspect.unwrap(ScriptRequests.request_rerun))
    streamlit_requests.ignore_late_fragments()
    requests = ScriptRequests()
    requests.request_rerun(RerunData(page_script_hash="calibration"))
    assert requests.request_rerun(RerunData(page_script_hash=fragments_page, fragment_id="strip", widget_states=MOVED))
    waiting = requests.on_scriptrunner_ready().rerun_data
    assert (waiting.page_script_hash, waiting.fragment_id_queue) == (opened, [])
    assert (waiting.widget_states == MOVED) == (fragments_page == opened)


def test_others_are_served_while_a_browser_begins_to_draw(monkeypatch):
    calls = []

    @contextmanager
    def release_turn():
        calls.append("given up")
        yield
        calls.append("taken again")

    monkeypatch.setattr(streamlit_requests, "release_turn", release_turn)
    monkeypatch.setattr(streamlit_requests.time, "sleep", calls.append)
    streamlit_requests.let_browser_draw()
    assert calls == ["given up", streamlit_requests.SECONDS_TO_BEGIN_TO_DRAW, "taken again"]
