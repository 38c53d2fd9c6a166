"""What is replaced in how Streamlit sends messages: nothing that a script has drawn is lost on its way to the browser."""

import asyncio
import inspect

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent

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


def test_streamlit_still_has_what_messages_are_bunched_with():
    assert list(inspect.signature(AppSession._on_scriptrunner_event).parameters)[:3] == ["self", "sender", "event"], SEE
    assert "_handle_scriptrunner_event_on_event_loop(" in inspect.getsource(AppSession._on_scriptrunner_event), SEE
    assert "need_send_data.set" in inspect.getsource(Runtime._enqueued_some_message), SEE
    assert "need_send_data.clear()" in inspect.getsource(Runtime._loop_coroutine), SEE
    assert list(inspect.signature(inspect.unwrap(AppSession._create_scriptrunner)).parameters) == [
        "self",
        "initial_rerun_data",
    ], SEE
    assert "self._create_scriptrunner(rerun_data)" in inspect.getsource(AppSession.request_rerun), SEE


class Session:
    """A session with a script whose place another one takes."""

    def __init__(self):
        self._event_loop = asyncio.get_running_loop()
        self._scriptrunner, self.drawn = "a page", []

    def _call_soon_on_event_loop(self, call):
        self._event_loop.call_soon_threadsafe(call)

    def _handle_scriptrunner_event_on_event_loop(self, sender, event, what):
        if sender is self._scriptrunner:
            self.drawn.append(what)


def test_what_a_script_has_drawn_is_sent_before_another_one_takes_its_place(monkeypatch):
    """While elements of a page wait for more, the browser asks for a fragment: all of them come before it."""

    def replace(session, asked):
        session._scriptrunner = asked.fragment_id

    for owner, name, plain in (
        (AppSession, "_on_scriptrunner_event", inspect.unwrap(AppSession._on_scriptrunner_event)),
        (AppSession, "_create_scriptrunner", replace),
        (Runtime, "_enqueued_some_message", inspect.unwrap(Runtime._enqueued_some_message)),
    ):
        monkeypatch.setattr(owner, name, plain)
    streamlit_messages.send_messages_in_bunches()

    async def visit():
        session = Session()
        receive, create = AppSession._on_scriptrunner_event, AppSession._create_scriptrunner
        for number in range(3):
            receive(session, "a page", ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, what=number)
        create(session, RerunData(fragment_id="a fragment"))
        receive(session, "a page", ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, what="too late")
        receive(session, "a fragment", ScriptRunnerEvent.FRAGMENT_STOPPED_WITH_SUCCESS, what=3)
        await asyncio.sleep(0.1)
        return session.drawn

    assert run_async(visit()) == [0, 1, 2, 3]


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
