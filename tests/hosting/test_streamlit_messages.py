"""What is replaced in how Streamlit sends messages: nothing that a script has drawn is lost on its way to the browser."""

import asyncio
import inspect
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError

from testing.asynchronous import run_async
from ui.server import streamlit_messages

SEE = "Streamlit changed: see ui/server/streamlit_messages.py"


def test_the_theme_is_made_once_and_again_when_options_are_parsed(monkeypatch, options):
    made = []

    def fill_in(message, section="theme"):
        made.append(section)
        plain(message, section)

    plain = inspect.unwrap(app_session._populate_theme_msg)
    monkeypatch.setattr(app_session, "_populate_theme_msg", fill_in)
    streamlit_messages.cache_theme_of_messages()
    sections = ["theme", "theme.light", "theme.dark", "theme.sidebar"]
    for _ in range(3):
        for section in sections:
            wanted, filled = CustomThemeConfig(), CustomThemeConfig()
            plain(wanted, section)
            app_session._populate_theme_msg(filled, section)
            assert filled == wanted, SEE
    assert made == sections
    whole, wanted = CustomThemeConfig(), CustomThemeConfig()
    for message, fill in ((whole, app_session._populate_theme_msg), (wanted, plain)):
        fill(message.sidebar, "theme.sidebar")
    assert whole.HasField("sidebar") == wanted.HasField("sidebar"), SEE
    options.get_config_options(force_reparse=True)
    app_session._populate_theme_msg(CustomThemeConfig(), "theme")
    assert made == [*sections, "theme"]


@pytest.fixture
def one_session(monkeypatch):
    """A session whose script runs, what its browser was sent, and how often Streamlit's own loop was woken."""
    for owner, name in (
        (AppSession, "_on_scriptrunner_event"),
        (AppSession, "_create_scriptrunner"),
        (AppSession, "flush_browser_queue"),
        (Runtime, "connect_session"),
    ):
        monkeypatch.setattr(owner, name, inspect.unwrap(getattr(owner, name)))
    connected = SimpleNamespace(client="browser")
    found = SimpleNamespace(sent=[], woken=0, ended=[], is_connected=True)

    def send(info, message):
        assert info is connected
        if not found.is_connected:
            raise SessionClientDisconnectedError
        found.sent.append(message.delta.new_element.markdown.body)

    def wake():
        found.woken += 1

    sessions = SimpleNamespace(get_active_session_info=lambda name: connected if name == "one" else None)
    runtime = SimpleNamespace(
        _session_mgr=sessions, _send_message=send, disconnect_session=lambda name, client: found.ended.append((name, client))
    )
    monkeypatch.setattr(Runtime, "instance", lambda: runtime)
    streamlit_messages.send_messages_in_bunches()

    class Session(AppSession):
        def __init__(self, loop, name="one"):
            self.id, self._event_loop, self._browser_queue = name, loop, ForwardMsgQueue()
            self._message_enqueued_callback, self._scriptrunner = wake, None

        def __del__(self):
            pass

        def _handle_scriptrunner_event_on_event_loop(self, sender, event, forward_msg):
            if sender is self._scriptrunner:
                self._enqueue_forward_msg(forward_msg)

    found.begin, found.runtime = Session, runtime
    return found


def element(number):
    message = ForwardMsg()
    message.delta.new_element.markdown.body = str(number)
    message.metadata.delta_path[:] = [0, number]
    return message


def draw(session, numbers, sender=None):
    for number in numbers:
        session._on_scriptrunner_event(sender, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, forward_msg=element(number))


def test_what_a_script_draws_is_sent_without_waking_the_loop_that_asks_all_sessions(one_session):
    async def draw_a_page():
        draw(one_session.begin(asyncio.get_running_loop()), range(50))
        await asyncio.sleep(0.05)

    run_async(draw_a_page())
    assert one_session.sent == [str(number) for number in range(50)]
    assert one_session.woken == 0


def test_streamlits_loop_finds_nothing_left_to_send_and_what_comes_from_elsewhere_wakes_it(one_session):
    async def tell():
        session = one_session.begin(asyncio.get_running_loop())
        draw(session, [0])
        await asyncio.sleep(0.05)
        session._enqueue_forward_msg(element(1))
        assert one_session.woken == 1
        assert session.flush_browser_queue() == [], "what it would send later than what is drawn meanwhile"

    run_async(tell())
    assert one_session.sent == ["0", "1"]


def test_messages_wait_for_a_browser_that_is_away_and_a_lost_one_is_given_up(one_session):
    async def draw_for_two():
        away = one_session.begin(asyncio.get_running_loop(), "another")
        draw(away, range(3))
        one_session.is_connected = False
        draw(one_session.begin(asyncio.get_running_loop()), range(3))
        await asyncio.sleep(0.05)
        return len(away._browser_queue)

    assert run_async(draw_for_two()) == 3
    assert one_session.sent == []
    assert one_session.ended == [("one", "browser")]


def test_a_browser_that_comes_back_is_sent_what_waits_and_no_other_session_is_asked(one_session, monkeypatch):
    asked = []
    session = SimpleNamespace(flush_browser_queue=lambda: asked.append("one"))
    sessions = SimpleNamespace(get_active_session_info={"one": SimpleNamespace(session=session)}.get)
    runtime = SimpleNamespace(_session_mgr=sessions, _enqueued_some_message=lambda: asked.append("all"))
    monkeypatch.setattr(Runtime, "connect_session", lambda runtime, client: "one")
    monkeypatch.setattr(AppSession, "_on_scriptrunner_event", inspect.unwrap(AppSession._on_scriptrunner_event))
    streamlit_messages.send_messages_in_bunches()
    assert Runtime.connect_session(runtime, "browser") == "one"
    assert asked == ["one"]


def test_what_a_script_has_drawn_is_sent_before_another_one_takes_its_place(one_session, monkeypatch):
    """While elements of a page wait for more, the browser asks for a fragment: all of them come before it."""

    def replace(session, asked):
        session._scriptrunner = asked.fragment_id

    monkeypatch.setattr(AppSession, "_on_scriptrunner_event", inspect.unwrap(AppSession._on_scriptrunner_event))
    monkeypatch.setattr(AppSession, "_create_scriptrunner", replace)
    streamlit_messages.send_messages_in_bunches()

    async def visit():
        session = one_session.begin(asyncio.get_running_loop())
        draw(session, range(3))
        session._create_scriptrunner(RerunData(fragment_id="a fragment"))
        assert one_session.sent == ["0", "1", "2"]
        draw(session, [99])  # too late
        draw(session, [3], "a fragment")
        await asyncio.sleep(0.1)

    run_async(visit())
    assert one_session.sent == ["0", "1", "2", "3"]


def test_streamlit_still_has_what_messages_are_bunched_with():
    receive = inspect.unwrap(AppSession._on_scriptrunner_event)
    assert list(inspect.signature(receive).parameters)[:3] == ["self", "sender", "event"], SEE
    assert "_handle_scriptrunner_event_on_event_loop(" in inspect.getsource(receive), SEE
    assert "_message_enqueued_callback()" in inspect.getsource(AppSession._enqueue_forward_msg), SEE
    assert "need_send_data.set" in inspect.getsource(Runtime._enqueued_some_message), SEE
    replace = inspect.unwrap(AppSession._create_scriptrunner)
    assert list(inspect.signature(replace).parameters) == ["self", "initial_rerun_data"], SEE
    assert "self._create_scriptrunner(rerun_data)" in inspect.getsource(AppSession.request_rerun), SEE
    loop = inspect.getsource(Runtime._loop_coroutine)
    assert "msg_list = active_session_info.session.flush_browser_queue()" in loop, SEE
    assert "self._send_message(active_session_info, msg)" in loop, SEE
    assert "except SessionClientDisconnectedError" in loop, SEE


def delta(place, fragment=""):
    message = ForwardMsg()
    message.delta.new_element.markdown.body = f"{place} of {fragment or 'the page'}"
    message.delta.fragment_id = fragment
    message.metadata.delta_path[:] = [0, place]
    return message


def test_a_rerun_fragment_drops_no_unsent_elements(monkeypatch):
    """The browser has no place for the second element of a page before the first one is there."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", inspect.unwrap(ForwardMsgQueue.clear))
    waiting = [delta(0, "bar"), delta(1)]

    def sent_after(fragments):
        queue = ForwardMsgQueue()
        for message in waiting:
            queue.enqueue(message)
        queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
        queue.enqueue(delta(0, "bar"))
        return [message.delta.new_element.markdown.body for message in queue.flush()]

    assert sent_after(["bar"]) == ["1 of the page", "0 of bar"], SEE
    streamlit_messages.flush_page_before_fragments()
    assert sent_after(["bar"]) == ["0 of bar", "1 of the page", "0 of bar"]
    assert sent_after(None) == ["0 of bar"], "a page that is drawn anew sends all of it again"
