"""What the app uses and replaces of Streamlit's private interfaces.

``streamlit_requests`` does so in how requests of browsers are taken up, ``streamlit_messages`` in how messages are sent, and no
other module does. `test_streamlit_internals` fails when one of the interfaces changes.
"""

import threading
from collections.abc import Callable
from copy import copy, deepcopy
from functools import lru_cache, wraps
from typing import Any

import streamlit as st
from starlette.exceptions import HTTPException
from streamlit import config
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.bidi_component import serialization
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde
from streamlit.cursor import Cursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements import html
from streamlit.navigation import page as navigation
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import Runtime, fragment
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import Serialized, SessionState, WStates
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.string_util import clean_text
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from streamlit.web.server import server_util

from ensemble.limits import limits
from ui.server import held
from ui.server.flat_json import parsed
from ui.server.one_by_one import OneByOne
from ui.server.written import written

FILES_OF_A_SESSION = 2  # one that is being read and one that replaces it: the app has one file chooser a page
_adding = threading.Lock()


def require_router() -> None:
    """Make sure that the page runs inside app.py.

    If the first visit to a new server is to a page's own address, Streamlit runs the page's script without app.py, because the
    folder is named ``pages``. Every page calls this first; it does nothing once app.py has run.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def read_options_without_a_lock() -> None:
    """Read Streamlit's options from the table that was parsed last, without taking a lock.

    Streamlit reads an option for each element that it sends, and a hundred more for each run of a script. When a whole class
    arrived at once, its scripts spent most of their time waiting for that lock.
    """
    read = config.get_option
    if hasattr(read, "__wrapped__"):
        return
    options = config.get_config_options()

    def take_what_was_parsed() -> None:
        nonlocal options
        options = config.get_config_options()

    @wraps(read)
    def read_parsed(key: str) -> Any:
        # While the options are parsed again, wait for the lock.
        return options[key].value if options is config._config_options and key in options else read(key)

    config.on_config_parsed(take_what_was_parsed, force_connect=True)
    config.get_option = read_parsed


def watch_no_files() -> None:
    """End what looks five times a second whether Streamlit's own files of settings have changed, unless files are watched."""
    if config.get_option("server.fileWatcherType") == "none":
        PollingPathWatcher._schedule = lambda watcher: None  # type: ignore[method-assign, assignment]


def copy_fragment_positions_fast() -> None:
    """Copy the position of a fragment without ``copy.deepcopy``, which took a tenth of the time of a page with three."""
    if fragment.deepcopy is deepcopy:
        fragment.deepcopy = copied_positions  # type: ignore[assignment]


def copied_positions(places: Any) -> Any:
    """As ``copy.deepcopy``, of containers and of cursors, but each container once: all that it holds know it as theirs."""
    copies: dict[int, DeltaGenerator] = {}
    if isinstance(places, tuple) and all(isinstance(one, DeltaGenerator) for one in places):
        return tuple(_copied_container(one, copies) for one in places)
    if isinstance(places, dict) and all(isinstance(one, Cursor) for one in places.values()):
        return {root: _copied_cursor(one) for root, one in places.items()}
    return deepcopy(places)


def _copied_container(one: DeltaGenerator, copies: dict[int, DeltaGenerator]) -> DeltaGenerator:
    if id(one) in copies:
        return copies[id(one)]
    around = None if one._parent is None else _copied_container(one._parent, copies)
    copied = copies[id(one)] = DeltaGenerator(one._root_container, _copied_cursor(one._cursor), around, one._block_type)
    copied._creating_fragment_id, copied._form_data = one._creating_fragment_id, one._form_data
    return copied


def _copied_cursor(one: Cursor | None) -> Cursor | None:
    if one is None or len(one._transient_elements):
        return deepcopy(one)
    copied: Cursor = object.__new__(type(one))
    copied.__dict__.update(one.__dict__, _transient_elements=type(one._transient_elements)())
    return copied


def write_data_of_components_once() -> None:
    """Write what a component is given as JSON once, and not a second time to tell it from others, which its key does."""
    identify = components.BidiComponentMixin._build_bidi_identity_kwargs
    if not hasattr(identify, "__wrapped__"):
        components.BidiComponentMixin._build_bidi_identity_kwargs = wraps(identify)(lambda *_, **__: {})  # type: ignore
        components.serialize_mixed_data = lambda data, bidi_component_proto: setattr(
            bidi_component_proto, "json", written(data)
        )


def show_values_of_components_plainly() -> None:
    """Show what components have sent as plain dictionaries.

    Streamlit defines a class for each look at them, through which they could be changed: memory of a few kB until the next
    garbage collection, and a page with components looks several times in each run.
    """
    components.make_bidi_component_presenter = _presenter  # type: ignore[assignment]


def _presenter(aggregator_id: str, *_: Any) -> Callable[[Any, SessionState], Any]:
    def present(sent: Any, session: SessionState) -> Any:
        values = session._new_widget_state
        known = values.widget_metadata.get(aggregator_id)
        if not isinstance(sent, dict) or known is None or known.value_type != "json_trigger_value":
            return sent
        triggers = [one for one in values.get(aggregator_id) or () if isinstance(one, dict)]
        return {one["event"]: one.get("value") for one in triggers if isinstance(one.get("event"), str)} | sent

    return present


def look_up_values_one_by_one() -> None:
    """Look up the value that a control asks for; Streamlit makes a table of all values for each slider that has no default."""
    SafeSessionState.filtered_state = property(  # type: ignore[assignment, method-assign]
        lambda safe: OneByOne(lambda key: safe._state[key], lambda: safe._state.filtered_state, safe._lock)
    )


def look_at_html_once() -> None:
    """Keep what Streamlit finds out about each piece of HTML: it goes four times through all styles in each run of a page."""
    html.clean_text = lru_cache(clean_text)  # type: ignore[assignment]
    html._html_only_style_tags = lru_cache(html._html_only_style_tags)


def keep_names_of_pages() -> None:
    """Keep what Streamlit makes of a page's address: it does so three times for each page of the menu, in each run."""
    if not hasattr(navigation.calc_hash, "cache_info"):
        navigation.calc_hash = lru_cache(navigation.calc_hash)


def page(script: str, **options: Any) -> st.Page:
    """``st.Page``, made once and then copied, so that its file is not looked up in each run."""
    return copy(_page(script, **options))


@lru_cache
def _page(script: str, **options: Any) -> st.Page:
    return st.Page(script, **options)


def limit_uploads(megabytes: int) -> None:
    """Limit the files that the server accepts from any client to a size in MB; 0 refuses all files.

    The server keeps the last two files of a session, whatever their ids, until the app has read them (``forget_files``) or the
    session is disconnected. If all sessions together would hold more than ``ensemble.limits`` allows, it answers 507.
    """
    config.set_option("server.maxUploadSize", megabytes)
    _bound_files()
    ignore_nested_component_values()
    ignore_values_of_wrong_type()
    if tab := browser_tab():
        _forget_files_when_disconnected(tab)


def _bound_files() -> None:
    add = MemoryUploadedFileManager.add_file
    if hasattr(add, "__wrapped__"):
        return

    @wraps(add)
    def add_within_bounds(manager: MemoryUploadedFileManager, session_id: str, file: UploadedFileRec) -> None:
        with _adding:
            for session in [*manager.file_storage]:
                if session != session_id and not is_open(session):
                    manager.remove_session_files(session)
            others = [name for name in manager.file_storage.get(session_id, ()) if name != file.file_id]
            for name in others[: len(others) - FILES_OF_A_SESSION + 1]:
                manager.remove_file(session_id, name)
            waiting = sum(len(one.data) for files in [*manager.file_storage.values()] for one in [*files.values()])
            if waiting + held.in_all() + len(file.data) > limits().held_megabytes * held.MEGABYTE:
                raise HTTPException(507, "This server holds as many uploaded files as it may. Try again in a few minutes.")
            add(manager, session_id, file)

    MemoryUploadedFileManager.add_file = add_within_bounds  # type: ignore[method-assign, assignment]


def forget_files(tab: str) -> None:
    """Remove the files of this browser tab from the server, once the app has read them."""
    if Runtime.exists():
        Runtime.instance().uploaded_file_mgr.remove_session_files(tab)


@st.cache_resource(scope="session", on_release=forget_files, show_spinner=False)
def _forget_files_when_disconnected(tab: str) -> str:
    return tab


def invisible_container() -> st.delta_generator.DeltaGenerator:
    """A container for an element that takes no space on the page, not even while it loads."""
    return st._event


def server_address() -> str:
    """The address of the app for a browser on this machine."""
    return server_util.get_url(st.get_option("browser.serverAddress"))


def browser_tab() -> str:
    """Streamlit's id of the session: one for each browser tab, and a new one after a reload."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def script_run() -> object:
    """An object that identifies the present run of the script or a fragment; None outside of them."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.parallel_coordinator if context else None


def is_open(tab: str) -> bool:
    """Whether the browser tab with this id is still connected."""
    return Runtime.exists() and Runtime.instance().is_active_session(tab)


def ignore_nested_component_values() -> None:
    """Ignore values of components that are not JSON objects, or are nested deeper than any component sends.

    Otherwise Streamlit would log a traceback of up to 8 kB for each message that it cannot parse.
    """
    read = BidiComponentSerde.deserialize
    if hasattr(read, "__wrapped__"):
        return

    @wraps(read)
    def read_flat(serde: BidiComponentSerde, ui_value: Any) -> Any:
        value = parsed(ui_value) if isinstance(ui_value, str) else ui_value
        return read(serde, value if isinstance(value, dict) else None)

    BidiComponentSerde.deserialize = read_flat  # type: ignore[method-assign, assignment]
    serialization.handle_deserialize = parsed


def ignore_values_of_wrong_type() -> None:
    """Ignore values of another type than the widget's own, such as text for a slider, and JSON that is none.

    Browsers do not send such values; Streamlit fails on them and logs a traceback for each. Integers and floats count as the
    same type: a number box for integers sends ``int_value``, which is read as ``double_value``.
    """
    take, register = WStates.set_widget_from_proto, SessionState._set_widget_metadata
    if hasattr(take, "__wrapped__"):
        return

    def fits(value: WidgetState, widget: WidgetMetadata[Any] | None) -> bool:
        given = value.WhichOneof("value")
        if widget is None or given is None:
            return True
        is_readable = given != "json_value" or parsed(value.json_value) is not None
        return is_readable and _type_of_number(given) == _type_of_number(widget.value_type)

    @wraps(take)
    def take_fitting(values: WStates, value: WidgetState) -> None:
        if fits(value, values.widget_metadata.get(value.id)):
            take(values, value)

    @wraps(register)
    def register_and_drop_what_does_not_fit(session: SessionState, widget: WidgetMetadata[Any]) -> None:
        came_before = session._new_widget_state.states.get(widget.id)
        if isinstance(came_before, Serialized) and not fits(came_before.value, widget):
            del session._new_widget_state[widget.id]
        register(session, widget)

    WStates.set_widget_from_proto = take_fitting  # type: ignore[method-assign, assignment]
    SessionState._set_widget_metadata = register_and_drop_what_does_not_fit  # type: ignore[method-assign, assignment]


def _type_of_number(value_type: str) -> str:
    return value_type.replace("int_", "double_") if value_type in ("int_value", "int_array_value") else value_type
