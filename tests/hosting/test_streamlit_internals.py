import inspect
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import streamlit as st
from plotly import tools
from streamlit import config
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.bidi_component import serialization
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements import html
from streamlit.navigation import page as navigation
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Markdown_pb2 import Markdown
from streamlit.runtime import Runtime, fragment
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.string_util import clean_text
from streamlit.testing.v1 import AppTest
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from streamlit.web.server.starlette import starlette_routes

from testing import PATIENCE, ROOT
from ui.server import plotly_internals, scripts_of_charts, startup, streamlit_internals, streamlit_messages, streamlit_requests
from ui.session.state import Owner

SEE = "Streamlit changed: see ui/server/streamlit_internals.py"


def test_no_other_module_imports_what_streamlit_does_not_document():
    own = {Path(module.__file__).name for module in (streamlit_internals, streamlit_messages, streamlit_requests)}
    modules = [ROOT / "app.py", *(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    of_streamlit = re.compile(r"^\s*(from streamlit[. ]|import streamlit(?! as st$))", re.MULTILINE)
    assert {path.name for path in modules if of_streamlit.search(path.read_text(encoding="utf-8"))} == own


def test_streamlit_still_has_a_place_that_takes_no_room():
    assert streamlit_internals.invisible_container()._is_top_level, SEE


def test_streamlit_still_tells_one_run_of_a_script_from_the_next():
    def script():
        import streamlit as st

        from ui.server.streamlit_internals import script_run

        st.session_state.setdefault("runs", []).append((script_run(), script_run()))

    app = AppTest.from_function(script).run().run()
    (first, again), (second, _) = app.session_state["runs"]
    assert first is again, SEE
    assert first is not None, SEE
    assert first is not second, SEE
    assert streamlit_internals.script_run() is None


def test_streamlit_still_has_the_private_switch_that_the_deep_link_guard_turns(monkeypatch):
    assert hasattr(PagesManager, "uses_pages_directory"), SEE
    reruns = []
    monkeypatch.setattr(streamlit_internals.st, "rerun", lambda: reruns.append(True))
    monkeypatch.setattr(PagesManager, "uses_pages_directory", True)
    streamlit_internals.require_router()
    assert (reruns, PagesManager.uses_pages_directory) == ([True], False)
    streamlit_internals.require_router()
    assert reruns == [True]


def test_streamlit_still_lets_the_size_of_uploads_be_set_while_it_runs():
    before = config.get_option("server.maxUploadSize")
    streamlit_internals.limit_uploads(7)
    assert config.get_option("server.maxUploadSize") == 7
    streamlit_internals.limit_uploads(before)


def test_an_option_is_read_while_another_thread_holds_the_lock(options):
    with ThreadPoolExecutor(1) as pool, options._config_lock:
        read = pool.submit(options.get_option, "global.minCachedMessageSize")
        assert read.result(PATIENCE) == 10_000, SEE


def test_options_that_are_set_or_parsed_again_are_read_as_they_are(options):
    before = options.get_option("server.maxUploadSize")
    options.set_option("server.maxUploadSize", before + 1)
    assert options.get_option("server.maxUploadSize") == before + 1
    options.get_config_options(force_reparse=True, options_from_flags={"server.maxUploadSize": before + 2})
    assert options.get_option("server.maxUploadSize") == before + 2, SEE
    options.get_config_options(force_reparse=True)
    assert options.get_option("server.maxUploadSize") == before
    with pytest.raises(RuntimeError, match="not defined"):
        options.get_option("no such option")


def test_every_message_asks_for_an_option_by_the_name_that_is_replaced(options, monkeypatch):
    asked = []
    monkeypatch.setattr(options, "get_option", lambda key: asked.append(key) or 0)
    populate_hash_if_needed(ForwardMsg(delta=Delta(new_element=Element(markdown=Markdown(body="x")))))
    assert asked == ["global.minCachedMessageSize"], SEE


@pytest.mark.parametrize(("watcher", "looks"), [("none", 0), ("poll", 1)])
def test_streamlits_own_files_are_looked_at_only_where_files_are_watched(watcher, looks, tmp_path, monkeypatch):
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)
    submitted = []
    monkeypatch.setattr(PollingPathWatcher, "_executor", SimpleNamespace(submit=submitted.append))
    monkeypatch.setattr(config, "get_option", {"server.fileWatcherType": watcher}.get)
    streamlit_internals.watch_no_files()
    file = tmp_path / "config.toml"
    file.touch()
    PollingPathWatcher(str(file), print)
    assert len(submitted) == looks, SEE


def test_the_service_learns_from_the_owner_whether_its_tab_is_open(monkeypatch):
    monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: tab == "tab-1")
    assert startup._has_open_tab(str(Owner("c0ffee", "tab-1")))
    assert not startup._has_open_tab(str(Owner("tab-1", "tab-2", "sweep")))
    assert not startup._has_open_tab("somebody")


def test_places_of_fragments_are_copied_as_streamlit_does():
    assert "deepcopy(ctx.cursors)" in inspect.getsource(fragment), SEE
    assert "deepcopy(context_dg_stack.get())" in inspect.getsource(fragment), SEE

    def script():
        from copy import deepcopy

        import streamlit as st
        from streamlit.delta_generator_singletons import context_dg_stack
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from ui.server.streamlit_internals import copied_positions

        def described(one, seen):
            if isinstance(one, tuple | list):
                return [described(each, seen) for each in one]
            if isinstance(one, dict):
                return {key: described(each, seen) for key, each in one.items()}
            if not hasattr(one, "__dict__"):
                return one
            seen.append(one)
            fields = {name: value for name, value in vars(one).items() if name != "__orig_class__"}
            return type(one).__name__, {name: described(value, seen) for name, value in fields.items()}

        with st.container(), st.columns(2)[1], st.form("a form"), st.container():
            st.write("something")
            st.session_state["described"] = []
            for places in (context_dg_stack.get(), get_script_run_ctx().cursors):
                seen = [[], [], []]
                words = [
                    described(one, found)
                    for one, found in zip((places, deepcopy(places), copied_positions(places)), seen, strict=True)
                ]
                shared = {id(one) for one in seen[0]} & {id(one) for one in seen[2]}
                copies = [
                    len({id(one) for one in found if isinstance(one, st.delta_generator.DeltaGenerator)}) for found in seen
                ]
                st.session_state["described"].append((words, len(shared), copies))

    app = AppTest.from_function(script).run()
    assert not app.exception
    for (_, wanted, found), shared, copies in app.session_state["described"]:
        assert found == wanted, SEE
        assert copies[2] == copies[0] <= copies[1], "a container is copied once, as all that it holds share it"
        assert not shared, "a copy shares what moves with what it was copied from"


def test_a_figure_of_plain_values_is_sent_as_it_is_and_any_other_is_checked(monkeypatch):
    given, checked = {"data": [{"type": "scatter", "x": [1], "y": [2]}], "layout": {"no such": "property"}}, []
    monkeypatch.setattr(tools, "return_figure_from_figure_or_data", lambda figure, validate_figure: checked.append(figure))
    plotly_internals.send_figures_unchecked()
    plotly_internals.send_figures_unchecked()
    with patch.object(DeltaGenerator, "_enqueue") as sent:
        st.plotly_chart(given)
    assert json.loads(sent.call_args.args[1].spec) == given, SEE
    tools.return_figure_from_figure_or_data([], validate_figure=True)
    assert checked == [[]]


def test_pages_are_made_once_and_each_run_has_its_own(monkeypatch):
    made, page = [], streamlit_internals.st.Page
    monkeypatch.setattr(streamlit_internals.st, "Page", lambda *given, **more: made.append(given) or page(*given, **more))
    streamlit_internals._page.cache_clear()
    first, second = (AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run() for _ in range(2))
    assert not first.exception
    assert not second.exception
    scripts = [given[0] for given in made if isinstance(given[0], str)]
    assert len(scripts) == len(set(scripts)), "a page was made in each run"
    assert streamlit_internals.page("pages/train.py") is not streamlit_internals.page("pages/train.py")
    streamlit_internals._page.cache_clear()


def test_the_name_that_streamlit_gives_a_page_is_made_once(monkeypatch):
    made = []
    plain = inspect.unwrap(navigation.calc_hash)
    monkeypatch.setattr(navigation, "calc_hash", lambda text: made.append(text) or plain(text))
    streamlit_internals.keep_names_of_pages()
    name_of = navigation.Page._script_hash.fget
    assert {name_of(SimpleNamespace(_url_path="train")) for _ in range(3)} == {plain("train")}, SEE
    assert made == ["train"], SEE


def test_streamlit_still_says_whether_a_tab_is_open():
    assert callable(Runtime.is_active_session), SEE
    assert streamlit_internals.browser_tab() == ""
    assert not streamlit_internals.is_open("no tab")


def test_streamlit_still_has_a_script_for_figures_and_one_for_tables():
    figures, tables = scripts_of_charts.scripts_of_charts()
    assert (figures.split(".")[0], tables.split(".")[0]) == ("PlotlyChart", "DataFrame"), SEE


def test_streamlit_still_keeps_files_as_their_bounds_need_it():
    kept = MemoryUploadedFileManager("")
    assert list(inspect.signature(MemoryUploadedFileManager.add_file).parameters) == ["self", "session_id", "file"], SEE
    assert list(inspect.signature(kept.remove_file).parameters) == ["session_id", "file_id"], SEE
    assert kept.file_storage == {}, SEE
    kept.add_file("session", UploadedFileRec("one", "mine.csv", "text/csv", b"1"))
    assert [*kept.file_storage["session"]] == ["one"], SEE
    assert "add_file(" in inspect.getsource(starlette_routes.create_upload_routes), SEE
    assert "clear_session_caches" in inspect.getsource(WebsocketSessionManager.disconnect_session), SEE
    assert isinstance(Runtime.uploaded_file_mgr, property), SEE


def test_streamlit_still_reads_what_components_send_where_it_is_bounded():
    assert list(inspect.signature(BidiComponentSerde.deserialize).parameters) == ["self", "ui_value"], SEE
    assert "handle_deserialize(" in inspect.getsource(serialization.deserialize_trigger_list), SEE
    assert BidiComponentSerde({"a": 1}).deserialize({"b": 2}) == {"a": 1, "b": 2}, SEE


def test_components_are_told_apart_and_sent_their_data_as_streamlit_does(monkeypatch):
    def script():
        import streamlit as st

        component = st.components.v2.component("as_streamlit_does", html="<p></p>")
        component(key="one", data={"rows": [1, 2.5, None], "name": "É", 4: True}, on_row_change=lambda: None)
        component(key="two", data=[1, "two"])
        component(key="three")

    def drawn():
        run = AppTest.from_function(script).run()
        return [(one.proto.id, one.proto.WhichOneof("data"), one.proto.json) for one in run.get("bidi_component")]

    streamlit_internals.write_data_of_components_once()
    ours = drawn()
    identify = inspect.unwrap(components.BidiComponentMixin._build_bidi_identity_kwargs)
    monkeypatch.setattr(components.BidiComponentMixin, "_build_bidi_identity_kwargs", identify)
    monkeypatch.setattr(components, "serialize_mixed_data", serialization.serialize_mixed_data)
    assert ours == drawn(), SEE
    assert len(ours) == 3


def test_what_is_written_already_stands_in_the_data_of_a_component():
    def script():
        import streamlit as st

        from ui.server.written import written

        component = st.components.v2.component("written_already", html="<p></p>")
        component(key="one", data={"rows": written([1, {"two": None}]), "name": "É"})

    streamlit_internals.write_data_of_components_once()
    [drawn] = AppTest.from_function(script).run().get("bidi_component")
    assert json.loads(drawn.proto.json) == {"rows": [1, {"two": None}], "name": "É"}


def test_controls_find_the_values_that_streamlits_table_has(monkeypatch):
    def script():
        import streamlit as st

        st.session_state.setdefault("set", 3)
        st.session_state.setdefault("slid", 4)
        st.slider("with a value", 1, 9, key="slid")
        st.slider("of a range", 1, 9, (2, 5), key="range")
        st.slider("without a key", 1, 9)
        table = dict(st.session_state.items())
        found = {key: st.session_state[key] for key in table}
        st.text(repr((table == found, sorted(map(str, table.values())))))

    def said():
        run = AppTest.from_function(script).run()
        run.slider[0].set_value(7)
        run.run()
        return run.text[0].value, [slider.value for slider in run.slider], [run.exception, run.warning]

    monkeypatch.setattr(SafeSessionState, "filtered_state", property(lambda safe: safe._state.filtered_state))
    plain = said()
    streamlit_internals.look_up_values_one_by_one()
    made = []
    table = SessionState.filtered_state
    monkeypatch.setattr(SessionState, "filtered_state", property(lambda state: made.append(state) or table.fget(state)))
    assert said() == plain, SEE
    assert plain[1] == [7, [2, 5], 1] or plain[1] == [7, (2, 5), 1]
    assert len(made) == 2, "a table is made for the script, which goes through it, and for no slider"


def test_html_is_looked_at_once_and_drawn_as_streamlit_does(monkeypatch):
    def script():
        import streamlit as st

        for _ in range(3):
            st.html("  <style>p { color: red }</style>  ")
            st.html("<p>words</p>")

    def drawn():
        return [one.proto.body for one in AppTest.from_function(script).run().get("html")]

    monkeypatch.setattr(html, "clean_text", clean_text)
    only_styles = inspect.unwrap(html._html_only_style_tags)
    monkeypatch.setattr(html, "_html_only_style_tags", only_styles)
    plain = drawn()
    streamlit_internals.look_at_html_once()
    assert drawn() == plain, SEE
    assert html.clean_text.cache_info().misses == html._html_only_style_tags.cache_info().misses == 2, SEE
