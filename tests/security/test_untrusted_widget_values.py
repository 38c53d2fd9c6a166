"""Values that no control would send, ten thousand by night: each ends in a setting within its bounds or a sentence."""

import json
import random

import pytest
import streamlit as st
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.room import host
from testing import PATIENCE
from testing.app_test import open_app, open_popover, state_of
from testing.audit import nothing_happens
from testing.fuzz import size
from testing.people import crowd
from ui import session
from ui.components import cross_entropy, keys, reading, scores

INPUTS = size(10_000, 600)
COMPONENT_INPUTS = size(10_000, 600)
ROUNDS_PER_PAGE = size(8, 1)
PAGES = (
    *("softmax", "cross_entropy", "data", "train", "predictions"),
    *("members", "calibration", "decide", "shift", "draw", "losses", "regression", "compare", "experiments", "room", "lesson"),
)
STREAMLITS_SENTENCE = "This app has encountered an error."
NUMBERS = (0.0, -1.0, 0.5, 1.0, 3.7, 33.0, 999_999.0, 1e6, 1e308, -1e308, 1e-320, 2.0**53 + 1)
NO_NUMBERS = (float("nan"), float("inf"), -float("inf"))
WORDS = (
    *("", "x", "0", "wine", "linear", "null", "[]", "\x00", "\u202e", "9" * 5000, "a" * 10_000, "<script>alert(1)</script>"),
    *("![x](http://127.0.0.1:1/x)", ":material/home:", "__import__('os').system('true')", "../../etc/passwd"),
)
KINDS = {
    "Slider": "double_array_value",
    "NumberInput": "double_value",
    "Selectbox": "string_value",
    "ButtonGroup": "string_array_value",
    "MultiSelect": "string_array_value",
    "Checkbox": "bool_value",
    "Radio": "string_value",
    "TextInput": "string_value",
    "TextArea": "string_value",
    "BidiComponent": "json_value",
    "FileUploader": "file_uploader_state_value",
    "Button": "trigger_value",
}


def hostile_json(rng: random.Random, depth: int = 0):
    kind = rng.randrange(9 if depth < 3 else 5)
    if kind == 0:
        return rng.choice((*NUMBERS, *NO_NUMBERS, 10**400, 1, 2))
    if kind == 1:
        return rng.choice((*WORDS, "nats", "bits"))
    if kind in (2, 3):
        return rng.choice((None, True, False, 1, 0.25, -3))
    if kind == 4:
        return [rng.choice(NUMBERS)] * rng.choice((0, 1, 2, 3, 7, 1000))
    if kind in (5, 6):
        return [hostile_json(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 3)))]
    names = ("z", "p", "q", "unit", "temperature", "smoothing", "step", "selection", "rows", "items", "__class__", "version")
    return {rng.choice(names): hostile_json(rng, depth + 1) for _ in range(rng.choice((1, 2, 3)))}


def hostile_value(rng: random.Random, widget: str, kind: str) -> WidgetState:
    """What a browser may say of a widget, of the kind that Streamlit expects, and not of those that the widget offers."""
    state = WidgetState(id=widget)
    if kind == "double_array_value":
        state.double_array_value.data.extend(rng.choices((*NUMBERS, *NO_NUMBERS), k=rng.choice((0, 1, 1, 1, 2))))
    elif kind == "double_value":
        state.double_value = rng.choice(NUMBERS)
    elif kind == "string_array_value":
        state.string_array_value.data.extend(rng.choices(WORDS, k=rng.choice((0, 1, 1, 2, 50))))
    elif kind == "string_value":
        state.string_value = rng.choice(WORDS)
    elif kind == "bool_value":
        state.bool_value = rng.random() < 0.5
    elif kind == "trigger_value":
        state.trigger_value = True
    elif kind == "json_value":
        state.json_value = json.dumps(hostile_json(rng))
    else:
        file = state.file_uploader_state_value.uploaded_file_info.add()
        file.file_id, file.name, file.size = rng.choice(WORDS[:8]), "run.npz", 3
    return state


def widgets(app) -> dict[str, str]:
    """Each widget of the page, and the kind of its values."""
    kinds = {}
    for node in app._tree:
        proto = getattr(node, "proto", None)
        kind = KINDS.get(type(proto).__name__)
        if kind and proto.id:
            has_words = kind == "double_array_value" and proto.options
            kinds[proto.id] = "string_array_value" if has_words else kind
    return kinds


def every_control():
    from ensemble import EnsembleConfig
    from ensemble.datasets.config import DataConfig
    from ui import session
    from ui.widgets import controls

    session.arrive()
    for settings in (EnsembleConfig, DataConfig):
        for name in settings.model_fields:
            if name == "learning_rate":
                controls.learning_rate_slider()
            elif name == "data":
                controls.select(settings, name, {})
            elif settings.choices(name):
                controls.choice(settings, name)
            elif name in ("seed", "split"):
                controls.number(settings, name)
            else:
                controls.slider(settings, name)
    import streamlit as st

    st.session_state["outcomes"] = [session.config(), session.data_config()]


@pytest.mark.fuzz
def test_ten_thousand_hostile_values_of_controls_end_in_settings():
    app, rng, sent, seen = AppTest.from_function(every_control, default_timeout=PATIENCE).run(), random.Random(15), 0, set()
    assert app.session_state["outcomes"] == [EnsembleConfig(), DataConfig()]
    controls = widgets(app)
    assert len(controls) == len(EnsembleConfig.model_fields) + len(DataConfig.model_fields)
    while sent < INPUTS:
        app._run(WidgetStates(widgets=[hostile_value(rng, widget, kind) for widget, kind in controls.items()]))
        sent += len(controls)
        assert not app.exception
        for outcome in app.session_state["outcomes"]:
            type(outcome)(**outcome.model_dump())
            seen.add(outcome)
    assert len(seen) > 0.01 * INPUTS


def listener(monkeypatch, module, show):
    """The session of a component, and a way to tell it something as its browser would."""
    state, made = {}, {}
    monkeypatch.setattr(st, "session_state", state)
    session.state()
    monkeypatch.setattr(module, "_component", lambda **arguments: made.update(arguments))

    def tell(said: str) -> dict:
        show()
        state["it"] = BidiComponentSerde(made.get("default")).deserialize(said)
        for callback in [call for name, call in made.items() if name.startswith("on_")]:
            callback()
        show()
        return made

    return tell, state


COMPONENTS = {
    "scores": (scores, lambda run, data: scores.scores("shift", key="it")),
    "cross_entropy": (cross_entropy, lambda run, data: cross_entropy.cross_entropy_by_hand(key="it")),
    "reading": (reading, lambda run, data: reading.reading(run, data, 0, run_id="run", key="it")),
    "keys": (keys, lambda run, data: keys.step_keys(lambda by: None, key="it")),
}


@pytest.mark.fuzz
@pytest.mark.parametrize("name", COMPONENTS)
def test_ten_thousand_hostile_component_values_leave_drawable_numbers(name, monkeypatch, short_run, wine):
    module, show = COMPONENTS[name]
    tell, state = listener(monkeypatch, module, lambda: show(short_run, wine))
    rng = random.Random(16)
    for _ in range(COMPONENT_INPUTS // len(COMPONENTS)):
        names = ("z", "p", "q", "unit", "temperature", "smoothing", "step")
        said = {rng.choice(names): hostile_json(rng, 1) for _ in range(3)} if rng.random() < 0.8 else hostile_json(rng)
        with nothing_happens():
            made = tell(json.dumps(said))
        assert len(json.dumps(made.get("data"), allow_nan=False)) < 20_000
        check_chosen(state)


def check_chosen(state: dict) -> None:
    assert 0.01 <= session.state().temperature <= 100
    chosen = state.get("it_chosen", {})
    assert 0.01 <= chosen.get("temperature", 1) <= 100
    assert 0 <= chosen.get("smoothing", 0) <= 0.5
    assert chosen.get("unit", "nats") in ("nats", "bits")
    assert all(-10 <= score <= 10 for score in chosen.get("z", ()))
    assert len(chosen.get("p", ())) == len(chosen.get("q", ())) <= 6
    for vector in ("p", "q"):
        assert sum(chosen.get(vector, (1,))) == pytest.approx(1)


BITS = {"p": [0.5, 0.5], "q": [0.25, 0.75], "unit": "bits"}


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("scores", {"z": [1, 2.5], "temperature": 0.5}, {"z": [1.0, 2.5], "temperature": 0.5}),
        ("cross_entropy", BITS, BITS),
        ("cross_entropy", {"p": [0.5, 0.5]}, {"p": [0.6, 0.3, 0.1], "q": [0.2, 0.3, 0.5]}),
        ("reading", {"smoothing": 0, "unit": "bits"}, {"smoothing": 0, "unit": "bits"}),
    ],
)
def test_what_a_component_means_is_kept(name, said, kept, monkeypatch, short_run, wine):
    module, show = COMPONENTS[name]
    tell, state = listener(monkeypatch, module, lambda: show(short_run, wine))
    tell(json.dumps(said))
    assert {what: state["it_chosen"][what] for what in kept} == kept


def test_the_temperature_of_the_reading_is_the_sessions(monkeypatch, short_run, wine):
    tell, _ = listener(monkeypatch, reading, lambda: reading.reading(short_run, wine, 0, run_id="run", key="it"))
    made = tell(json.dumps({"temperature": 2}))
    assert session.state().temperature == made["data"]["temperature"] == 2


@pytest.mark.parametrize(
    ("steps", "taken"),
    [([7, 2], [1, 1]), ([7, -1], [-1]), ([7, 1e9], [1] * 20), ([7, "a"], []), (7, []), ([], [])],
)
def test_keys_are_counted_and_nothing_else_is(steps, taken, monkeypatch):
    made = []
    tell, _ = listener(monkeypatch, keys, lambda: keys.step_keys(made.append, key="it"))
    tell(json.dumps({"step": steps}))
    assert made == taken


@pytest.mark.fuzz
@pytest.mark.usefixtures("training_service")
@pytest.mark.parametrize("page", PAGES)
def test_hostile_values_on_a_page_end_in_words_and_never_in_a_traceback(page):
    expect_words_whatever_is_sent(f"pages/{page}.py", random.Random(page), view="presenter")


def expect_words_whatever_is_sent(page, rng, **query):
    app = open_app(page, **query)
    state_of(app).participant = "somebody"
    app.run()
    for _ in range(ROUNDS_PER_PAGE):
        kinds = widgets(app)
        if not kinds:
            app = open_app(page)
            continue
        chosen = rng.sample(sorted(kinds), k=min(len(kinds), 3))
        wrong_kinds = rng.random() < 0.3
        if wrong_kinds:
            kinds = dict.fromkeys(kinds, rng.choice(list(KINDS.values())))
        app._run(WidgetStates(widgets=[hostile_value(rng, widget, kinds[widget]) for widget in chosen]))
        assert all(error.message.startswith(STREAMLITS_SENTENCE) for error in app.exception)
        assert not any(error.stack_trace for error in app.exception)
        assert all(error.value.isprintable() and "Traceback" not in error.value for error in app.error)
    again = open_app(page)
    assert again.title[0].value


@pytest.fixture
def full_room(tmp_path, monkeypatch):
    """A room with a question, answers and nets."""
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    room = host.rooms().open()
    crowd.answer_five(room, 6)
    crowd.train(room, 6)
    room.ask(crowd.asked(5))
    yield room
    host.rooms.cache_clear()


@pytest.mark.fuzz
@pytest.mark.usefixtures("training_service")
@pytest.mark.parametrize("part", ["", "Invite", "Guess together", "Are you a probability?", "The class is the ensemble"])
def test_hostile_values_in_a_room_end_in_words_and_never_in_a_traceback(part, full_room):
    leads = {"lecturer": full_room.secret, "part": part} if part else {}
    expect_words_whatever_is_sent("pages/room.py", random.Random(part), room=full_room.code, **leads)


def test_a_file_that_the_server_does_not_have_is_no_file():
    app = open_app("pages/train.py")
    open_popover(app, "Download")
    chooser = next(widget for widget, kind in widgets(app).items() if kind == "file_uploader_state_value")
    app._run(WidgetStates(widgets=[hostile_value(random.Random(0), chooser, "file_uploader_state_value")]))
    assert not app.exception
    assert not app.error


def test_the_sentence_of_a_refused_setting_is_shown_as_text():
    app = open_app("pages/data.py")
    box = next(widget for widget, kind in widgets(app).items() if kind == "string_value")
    state = WidgetState(id=box, string_value="![x](http://127.0.0.1:1/x)")
    app._run(WidgetStates(widgets=[state]))
    assert not app.exception
    assert not any("![x]" in error.value for error in app.error)


def test_a_configuration_of_hostile_values_is_refused_in_words():
    with pytest.raises(InputError, match="Activation"):
        EnsembleConfig(activation=None)
