"""Lessons by link, without a browser."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st

from ensemble import EnsembleConfig
from ensemble.sharing.lesson import Lesson
from testing.app_test import SOFTMAX, TRAIN, open_app, state_of, wait_for_the_run, words

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/lesson.py"
TOLD = Lesson(title="Dropout", text="Move **dropout**, then $x$.", shows=("dropout", "test_share"), questions=False, train=True)


def link_of(app):
    return app.code[0].value


def test_the_link_that_is_made_opens_the_same_lesson():
    app = open_app(PAGE, part="One view", members="4", data="iris")
    app.selectbox(key="lesson_page").set_value("train").run()
    app.text_input(key="lesson_title").set_value("Dropout").run()
    app.text_area(key="lesson_text").set_value("Move **dropout**.").run()
    app.toggle(key="lesson_limited").set_value(True).run()
    app.multiselect(key="lesson_shows").set_value(["dropout"]).run()
    app.toggle(key="lesson_questions").set_value(False).run()
    address = urlsplit(link_of(app))
    assert address.path.endswith("/train")
    opened = open_app(TRAIN, **dict(parse_qsl(address.query)))
    assert not opened.warning
    assert (opened.session_state["members"], opened.session_state["data"]) == (4, "iris")
    assert "## Dropout" in words(opened)
    assert [slider.key for slider in opened.slider] == ["dropout"]
    opened.switch_page(SOFTMAX).run()
    assert not opened.radio


def test_a_lesson_brings_part_row_and_temperature_of_the_page_it_opens_on():
    """Links of the app can bring them, a lesson made here could not."""
    app = open_app(PAGE, part="One view")
    app.session_state["experiments_part"], app.session_state["wine"] = "Sweep", 7
    state_of(app).temperature = 2.5
    app.selectbox(key="lesson_page").set_value("experiments").run()
    assert dict(parse_qsl(urlsplit(link_of(app)).query))["part"] == "Sweep"
    assert "Opens at the part “Sweep”" in words(app)
    app.selectbox(key="lesson_page").set_value("predictions").run()
    query = dict(parse_qsl(urlsplit(link_of(app)).query))
    assert (query["wine"], query["temperature"]) == ("7", "2.5")
    app.selectbox(key="lesson_page").set_value("train").run()
    assert not {"part", "wine", "temperature"} & set(dict(parse_qsl(urlsplit(link_of(app)).query)))


def test_hidden_controls_hold_their_values():
    app = open_app(TRAIN, members="7", epochs="4", **(TOLD.to_query() | {"train": "0"}))
    assert {slider.key for slider in app.slider} == {"dropout", "test_share"}
    assert not app.number_input
    app.slider(key="dropout").set_value(0.5).run()
    app.button(key="train").click().run()
    assert wait_for_the_run(app).config == EnsembleConfig(members=7, epochs=4, dropout=0.5)


def test_a_lesson_without_further_settings_has_no_empty_box_for_them():
    """“Hide controls” left an empty "More" box."""
    shown = (("dropout", "epochs"), ("dropout", "optimizer"))
    few, more = (open_app(TRAIN, **Lesson(shows=names).to_query()) for names in shown)
    labels = [[box.label for box in app.expander] for app in (few, more)]
    assert ["More" in one for one in labels] == [False, True]


def test_a_lesson_can_train_on_arrival_and_a_reload_finds_the_run():
    app = open_app(TRAIN, epochs="4", seed="3", **TOLD.to_query())
    job = wait_for_the_run(app)
    assert job.config == EnsembleConfig(epochs=4, seed=3)
    query = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    assert query["lesson"] == TOLD.to_query()["lesson"]
    again = open_app(TRAIN, **query)
    assert state_of(again).job is job


def test_pictures_in_a_lesson_are_not_fetched():
    app = open_app(TRAIN, **Lesson(text="![x](https://example.org/a.png)").to_query())
    assert "![x]" not in words(app)
    assert "example.org" in words(app)


@pytest.mark.parametrize("value", ["x" * 5000, "eNo", "%00", "<script>", "eJyrVkrLz1eyUkpKLFKqBQA8"])
def test_a_broken_lesson_is_named_and_ignored(value):
    app = open_app(TRAIN, v="1", lesson=value)
    assert app.warning
    assert app.slider(key="members").value == 10


@pytest.mark.parametrize(("asked", "shown"), [("2.5", 2.5), ("1e9", 100.0), ("-3", 0.01), ("abc", 1.0), ("nan", 1.0)])
def test_the_temperature_of_a_link_is_taken_within_its_bounds(asked, shown):
    app = open_app(TRAIN, epochs="2", temperature=asked)
    assert bool(app.warning) == (asked != "2.5")
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.switch_page("pages/predictions.py").run()
    assert state_of(app).temperature == shown
    assert ("temperature" in app.query_params) == (shown != 1.0)


def test_the_presenters_view_is_in_the_link_and_can_be_left():
    app = open_app(PAGE, part="One view", view="presenter")
    assert app.toggle(key="presenter").value
    assert app.query_params["view"] in ("presenter", ["presenter"])
    app.toggle(key="presenter").set_value(False).run()
    assert "view" not in app.query_params


def test_presenter_styles_come_first_so_that_no_header_flashes(monkeypatch):
    """The header was seen before it was hidden."""
    calls = []

    def recorded(name, call):
        return lambda *values, **options: (calls.append((name, values, options)), call(*values, **options))[1]

    for name in ("html", "navigation", "title"):
        monkeypatch.setattr(st, name, recorded(name, getattr(st, name)))
    open_app(SOFTMAX, view="presenter")
    (first, (style,), _), (second, _, options), *_ = calls
    assert (first, second, options["position"]) == ("html", "navigation", "hidden")
    assert re.search(r'\[data-testid="stHeader"\][^{]*\{ display: none; \}', style)
