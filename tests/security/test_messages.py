"""Messages of a browser that cost the server more than they cost their sender."""

import json
import logging
import tomllib
from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.components.v2.bidi_component import serialization
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde, deserialize_trigger_list
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import runtime_util
from streamlit.runtime.state.session_state import WStates
from streamlit.testing.v1 import AppTest

from testing import ROOT
from ui.server import streamlit_internals
from ui.widgets.lecture.lesson import safe

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_a_message_of_a_browser_has_at_most_a_megabyte(monkeypatch):
    assert SETTINGS["server"]["maxWidgetStateSize"] == 1
    option = config._config_options_template["server.maxWidgetStateSize"]
    assert (option.default_val, option.visibility) == (25, "hidden"), "Streamlit changed: see .streamlit/config.toml"
    monkeypatch.setattr(runtime_util, "_max_widget_state_size_bytes", None)
    before = config.get_option("server.maxWidgetStateSize")
    config.set_option("server.maxWidgetStateSize", SETTINGS["server"]["maxWidgetStateSize"])
    assert runtime_util.get_max_widget_state_size_bytes() == 1_000_000
    config.set_option("server.maxWidgetStateSize", before)


@pytest.mark.parametrize(
    "said",
    ['{"z": ' + "[" * 100_000 + "]" * 100_000 + "}", '{"z": ' + "[" * 300 + "]" * 300 + "}", "{", "9" * 5000, "[]", "null"],
)
def test_forged_component_values_are_ignored_and_not_logged(said, caplog):
    streamlit_internals.ignore_nested_component_values()
    with caplog.at_level(logging.DEBUG):
        assert BidiComponentSerde({"z": 1}).deserialize(said) == {"z": 1}
        assert deserialize_trigger_list(said) in (None, [])
    assert not caplog.records


def test_what_components_send_arrives():
    streamlit_internals.ignore_nested_component_values()
    said = {"z": [1, 2.5], "nested": {"rows": [[1], [2]]}, "unit": "nats"}
    assert BidiComponentSerde().deserialize(json.dumps(said)) == said
    assert deserialize_trigger_list("[1, [2]]") == [1, [2]]
    assert serialization.handle_deserialize(None) is None


def three_controls():
    import streamlit as st

    st.slider("How sure", 0, 100, 50, key="sure", on_change=lambda: st.session_state.sure + 1)
    st.radio("Which", ["a", "b"], key="which")
    if st.checkbox("More", key="more"):
        st.slider("Later", 0, 10, 5, key="later")
    st.session_state.seen = [st.session_state.sure, st.session_state.which, st.session_state.get("later")]


WRONG_TYPES = (
    {"string_value": "words"},
    {"trigger_value": True},
    {"json_value": "{}"},
    {"bytes_value": b"1"},
    {"int_value": 3},
    {"string_array_value": StringArray(data=["a"])},
)


@pytest.mark.parametrize("wrong", WRONG_TYPES)
def test_a_value_of_another_type_than_its_widgets_is_not_taken(wrong):
    streamlit_internals.ignore_values_of_wrong_type()
    app = AppTest.from_function(three_controls).run()
    slider, radio = app.slider(key="sure").proto.id, app.radio(key="which").proto.id
    more, later = app.checkbox(key="more").proto.id, None
    app._run(WidgetStates(widgets=[WidgetState(id=slider, **wrong), WidgetState(id=radio, double_value=1)]))
    assert not app.exception
    assert app.session_state["seen"] == [50, "a", None]
    app.checkbox(key="more").check().run()
    later = app.slider(key="later").proto.id
    again = AppTest.from_function(three_controls).run()
    again._run(WidgetStates(widgets=[WidgetState(id=more, bool_value=True), WidgetState(id=later, **wrong)]))
    assert not again.exception, "nor one that came before its widget"
    assert again.session_state["seen"] == [50, "a", 5]
    again.slider(key="sure").set_value(70).run()
    assert again.session_state["seen"][0] == 70


def test_a_value_that_is_no_json_is_not_taken_either():
    streamlit_internals.ignore_values_of_wrong_type()
    values = WStates()
    values.widget_metadata["room"] = SimpleNamespace(value_type="json_value")
    for text, is_taken in (("", False), ("no JSON", False), ("[" * 100_000, False), ("[1]", True)):
        values.set_widget_from_proto(WidgetState(id="room", json_value=text))
        assert ("room" in values.states) == is_taken


def one_number():
    import streamlit as st

    st.number_input("Whole", 1, 36, 7, key="whole")


@pytest.mark.parametrize("kind", ["int_value", "double_value"])
def test_a_box_for_whole_numbers_takes_what_browsers_send(kind):
    """A browser sends whole numbers as such, and Streamlit reads them as it reads all others."""
    streamlit_internals.ignore_values_of_wrong_type()
    app = AppTest.from_function(one_number).run()
    number = app.number_input(key="whole").proto.id
    app._run(WidgetStates(widgets=[WidgetState(id=number, **{kind: 12})]))
    assert app.session_state["whole"] == 12


def test_tracebacks_in_the_log_are_plain_text():
    assert SETTINGS["logger"]["enableRich"] is False


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Log in to continue](https://evil.example)", "[Log in to continue] (https://evil.example)"),
        ("[a](<https://evil.example>)", "[a] (<https://evil.example>)"),
        ("[a][b]\n\n[b]: https://evil.example", "[a] [b]\n\n[b] : https://evil.example"),
        ("[b][]\n\n[b]: https://evil.example", "[b] []\n\n[b] : https://evil.example"),
        ("[b]\n\n[b]: https://evil.example", "[b]\n\n[b] : https://evil.example"),
        ("[[a](x)](https://evil.example)", "[[a] (x)] (https://evil.example)"),
        ("https://course.example and $p(y \\mid [x])$", "https://course.example and $p(y \\mid [x])$"),
    ],
)
def test_no_words_of_a_lesson_lead_elsewhere(text, shown):
    assert safe(text) == shown
