"""What the app replaces in how Streamlit takes up requests of browsers; `test_streamlit_requests` fails when that changes."""

import threading
import time
from contextlib import AbstractContextManager
from functools import wraps

from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.scriptrunner_utils.script_run_context import SCRIPT_RUN_CONTEXT_ATTR_NAME

from ui.server.turn_queue import Turns

NEWS = '"event":"news"'
TURNS_BEFORE_NEWS, TURNS_BEFORE_A_TIMER = 1000, 1300
SECONDS_TO_BEGIN_TO_DRAW = 0.04
turns = Turns()


def ignore_late_fragments() -> None:
    """Ignore a fragment that a browser requested on another page than the present one.

    Streamlit would announce the previous page again, or, where the change of page still waits, go back to it. To run it as part
    of the present page would break that page in a busy browser ("Bad delta path index"): until it has drawn the change of page,
    it takes each announcement for another change, and removes what it was sent in between.
    """
    run, request = ScriptRunner._run_script, ScriptRequests.request_rerun
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def run_unless_late(runner: ScriptRunner, rerun_data: RerunData) -> None:
        present = runner._pages_manager.current_page_script_hash
        if not (rerun_data.fragment_id_queue and present and rerun_data.page_script_hash != present):
            run(runner, rerun_data)

    @wraps(request)
    def request_unless_late(requests: ScriptRequests, asked: RerunData) -> bool:
        waiting = requests._rerun_data if requests._state is ScriptRequestType.RERUN else None
        opened = waiting.page_script_hash if waiting and not waiting.fragment_id_queue else ""
        return True if asked.fragment_id and opened not in ("", asked.page_script_hash) else request(requests, asked)

    ScriptRunner._run_script = run_unless_late  # type: ignore[method-assign, assignment]
    ScriptRequests.request_rerun = request_unless_late  # type: ignore[method-assign, assignment]


def is_patient(asked: RerunData) -> bool:
    """Whether a request is queued: the first of a browser, or in a fragment a button, its timer or news of a room."""
    if not asked.fragment_id_queue:
        return not asked.page_script_hash  # a browser that already has a page sends its hash
    states = asked.widget_states.widgets if asked.widget_states else ()
    return asked.is_auto_rerun or any(state.trigger_value or NEWS in state.json_trigger_value for state in states)


def turns_that_pass(asked: RerunData) -> int:
    """How many later requests may be served before one: none before a press or a first page, many before what nobody asked for.

    Otherwise the first votes on a question would wait until the last of a thousand pages has drawn it.
    """
    states = asked.widget_states.widgets if asked.widget_states else ()
    events = [state.json_trigger_value for state in states if state.json_trigger_value]
    if any(state.trigger_value for state in states) or not all(NEWS in one for one in events):
        return 0
    if events:
        return TURNS_BEFORE_NEWS
    return TURNS_BEFORE_A_TIMER if asked.is_auto_rerun else 0


def queue_first_pages_and_fragments() -> None:
    """Queue first pages and fragments, so that a moved control or a page change does not wait for a whole class.

    A request waits before Streamlit takes it up. Streamlit merges later requests of the same browser into it, so no press is
    lost, and a moved control ends the wait. Without the queue, even the first steps of hundreds of runs would block the server.
    """
    run = ScriptRunner._run_script_thread
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def in_turn(runner: ScriptRunner) -> None:
        requests = runner._requests
        try:
            with turns.take(
                lambda: requests._state == ScriptRequestType.RERUN and is_patient(requests._rerun_data),
                lambda: turns_that_pass(requests._rerun_data),
            ):
                run(runner)
        finally:
            _release(runner)

    ScriptRunner._run_script_thread = in_turn  # type: ignore[method-assign, assignment]


def _release(runner: ScriptRunner) -> None:
    """Let go of what refers to a script that has ended: it would wait for the garbage collector, 50 kB for each run."""
    object.__setattr__(runner._session_state, "_yield_callback", _go_on)
    vars(threading.current_thread()).pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)


def _go_on() -> None:
    """In place of the question whether a script has to end or to begin again."""


def go_first() -> None:
    """Let no page of a class begin before this script has run, for at most two seconds."""
    turns.go_first()


def release_turn() -> AbstractContextManager[None]:
    """Give up the turn while this script only waits; the script goes on at once if its browser sends another request."""
    context = get_script_run_ctx(suppress_warning=True)
    requests = context.script_requests if context else None
    return turns.let_others(lambda: requests is None or requests._state == ScriptRequestType.CONTINUE)


def let_browser_draw() -> None:
    """Send what is drawn so far, and let the browser begin with it: what follows at once, it would draw before it shows any."""
    with release_turn():
        time.sleep(SECONDS_TO_BEGIN_TO_DRAW)
