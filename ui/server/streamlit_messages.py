"""What the app replaces in how Streamlit sends messages; `test_streamlit_messages` fails when that changes."""

import threading
from functools import partial, wraps
from typing import Any

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent

from ui.server.bunches import Bunches


def send_messages_in_bunches() -> None:
    """Wake the sending thread once for all elements drawn within some milliseconds, instead of twice for each element.

    It sends at most every ten milliseconds anyway, and each wake-up costs two thread switches. What a script has drawn is sent
    before another one takes its place: Streamlit takes no messages of a script that it has replaced, and a fragment that
    followed a page within these milliseconds would leave the page with holes.
    """
    receive = AppSession._on_scriptrunner_event
    if hasattr(receive, "__wrapped__"):
        return
    replace_script, wake = AppSession._create_scriptrunner, Runtime._enqueued_some_message

    @wraps(receive)
    def receive_in_bunches(session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, **more: Any) -> None:
        bunches: Bunches = session.__dict__.setdefault("softmax_lab_bunches", Bunches(session._event_loop))
        handle = partial(session._handle_scriptrunner_event_on_event_loop, sender, event, **more)
        bunches.add(handle, session._call_soon_on_event_loop, may_wait=event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG)

    @wraps(replace_script)
    def replace_script_once_it_is_sent(session: AppSession, asked: RerunData) -> None:
        if bunches := session.__dict__.get("softmax_lab_bunches"):
            bunches.make()
        replace_script(session, asked)

    @wraps(wake)
    def wake_unless_awake(runtime: Runtime) -> None:
        needs = runtime._get_async_objs()
        if needs.need_send_data.is_set():
            return
        if threading.get_ident() == getattr(needs.eventloop, "_thread_id", None):
            needs.need_send_data.set()
        else:
            wake(runtime)

    AppSession._on_scriptrunner_event = receive_in_bunches  # type: ignore[method-assign, assignment]
    AppSession._create_scriptrunner = replace_script_once_it_is_sent  # type: ignore[method-assign, assignment]
    Runtime._enqueued_some_message = wake_unless_awake  # type: ignore[method-assign, assignment]


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
