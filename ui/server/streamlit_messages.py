"""What the app replaces in how Streamlit sends messages; `test_streamlit_messages` fails when that changes."""

import socket
from functools import partial, wraps
from typing import Any

from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ui.server.bunches import Bunches
from ui.server.joined_writes import JoinedWrites


def send_messages_in_bunches() -> None:
    """Send what a script draws within some milliseconds at once, and to its own browser only.

    Streamlit wakes its sending thread twice for each element. That thread then asks all sessions for messages, and gives up the
    interpreter after each message: an eighth of what a page took. What a script has drawn is sent before another one takes its
    place: Streamlit takes no messages of a script that it has replaced, and a fragment that followed a page within these
    milliseconds would leave the page with holes.
    """
    receive = AppSession._on_scriptrunner_event
    if hasattr(receive, "__wrapped__"):
        return
    replace_script = AppSession._create_scriptrunner
    flush, connect = AppSession.flush_browser_queue, Runtime.connect_session

    def new_bunches(session: AppSession) -> Bunches:
        bunches = Bunches(session._event_loop, session.flush_browser_queue)
        wake = session._message_enqueued_callback
        session._message_enqueued_callback = lambda: None if bunches.is_at_work or wake is None else wake()
        return bunches

    @wraps(receive)
    def receive_in_bunches(session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, **more: Any) -> None:
        own = session.__dict__
        bunches: Bunches = own.get("softmax_lab_bunches") or own.setdefault("softmax_lab_bunches", new_bunches(session))
        handle = partial(session._handle_scriptrunner_event_on_event_loop, sender, event, **more)
        bunches.add(handle, session._call_soon_on_event_loop, may_wait=event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG)

    @wraps(replace_script)
    def replace_script_once_it_is_sent(session: AppSession, asked: RerunData) -> None:
        if bunches := session.__dict__.get("softmax_lab_bunches"):
            bunches.make()
        replace_script(session, asked)

    @wraps(flush)
    def send_at_once(session: AppSession) -> list[ForwardMsg]:
        runtime = Runtime.instance()
        if connected := runtime._session_mgr.get_active_session_info(session.id):
            try:
                for message in flush(session):
                    runtime._send_message(connected, message)
            except SessionClientDisconnectedError:
                runtime.disconnect_session(session.id, client=connected.client)
        return []  # nothing is left for Streamlit's own loop

    @wraps(connect)
    def connect_and_send_what_waits(runtime: Runtime, *arguments: Any, **more: Any) -> str:
        name = connect(runtime, *arguments, **more)
        if connected := runtime._session_mgr.get_active_session_info(name):
            connected.session.flush_browser_queue()
        return name

    AppSession._on_scriptrunner_event = receive_in_bunches  # type: ignore[method-assign, assignment]
    AppSession._create_scriptrunner = replace_script_once_it_is_sent  # type: ignore[method-assign, assignment]
    AppSession.flush_browser_queue = send_at_once  # type: ignore[method-assign, assignment]
    Runtime.connect_session = connect_and_send_what_waits  # type: ignore[method-assign, assignment]


def send_bunches_as_one_and_at_once() -> None:
    """Send the messages of a bunch by one call to the system, and without waiting for the browser.

    Streamlit opens its port in a way in which asyncio does not switch off Nagle's algorithm: a message then waits until the
    browser's system has acknowledged the one before it, which on most systems takes 40 ms or more.
    """
    connect, connect_websocket = AutoHTTPProtocol.connection_made, WebSocketsSansIOProtocol.connection_made
    if hasattr(connect, "__wrapped__"):
        return

    @wraps(connect)
    def connect_without_delay(protocol: Any, transport: Any) -> None:
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connect(protocol, transport)

    @wraps(connect_websocket)
    def connect_and_join(protocol: WebSocketsSansIOProtocol, transport: Any) -> None:
        connect_websocket(protocol, JoinedWrites(transport, protocol.loop))  # type: ignore[arg-type]

    AutoHTTPProtocol.connection_made = connect_without_delay  # type: ignore[method-assign, assignment]
    WebSocketsSansIOProtocol.connection_made = connect_and_join  # type: ignore[method-assign, assignment]


def flush_page_before_fragments() -> None:
    """Send all elements of a page before one of its fragments is rerun.

    When a fragment is about to be rerun, Streamlit drops its unsent elements but keeps unsent elements that come after them.
    The browser then has no position for those, and the page breaks ("Bad delta path index").
    """
    clear = ForwardMsgQueue.clear
    if hasattr(clear, "__wrapped__"):
        return

    @wraps(clear)
    def clear_of_no_fragment(
        queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        clear(queue, retain_lifecycle_msgs, [] if fragment_ids_this_run else fragment_ids_this_run)

    ForwardMsgQueue.clear = clear_of_no_fragment  # type: ignore[method-assign, assignment]


def cache_theme_of_messages() -> None:
    """Make the part of a message that describes the theme once, instead of in each run of a script or a fragment."""
    fill_in = app_session._populate_theme_msg
    if hasattr(fill_in, "__wrapped__"):
        return
    made: dict[str, CustomThemeConfig] = {}

    @wraps(fill_in)
    def fill_in_what_was_made(message: CustomThemeConfig, section: str = "theme") -> None:
        if section not in made:
            fill_in(theme := CustomThemeConfig(), section)
            made[section] = theme
        theme = made[section]
        if theme.ByteSize():
            message.MergeFrom(theme)

    config.on_config_parsed(made.clear, force_connect=True)
    app_session._populate_theme_msg = fill_in_what_was_made  # type: ignore[assignment]
