"""A plan, step by step, as somebody goes through it alone: the strip, its question, its action, and what a step hides."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ensemble.lecture import Plan
from ensemble.lecture.plan_link import to_link
from testing import PATIENCE
from testing.app_test import APP, component_data, state_of, wait_for_the_run, words
from ui.page_registry import PAGES
from ui.session.state import STATE
from ui.widgets.shell.menu import pages_in_menu

HOSTILE = "<img src=x onerror=alert(1)> **bold** :material/home: $x$ [here](javascript:alert(1))"
QUESTION = {"text": "Which?", "answers": ["Up", "Down"], "right": 1, "why": "It falls."}


def opened(*steps, page=None, **query):
    """The app at a link of a plan of these steps."""
    plan = Plan.of({"title": "A plan", "steps": [{"title": f"Step {k}"} | step for k, step in enumerate(steps, 1)]})
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    for name, text in {"plan": to_link(plan), **query}.items():
        app.query_params[name] = text
    app.run()
    if page:
        app.switch_page(page).run()
    assert not app.exception
    return app


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception


def keys(app):
    return {element.key for kind in ("button", "slider", "number_input", "selectbox", "toggle") for element in app.get(kind)}


def test_a_lesson_alone_from_the_first_step_to_the_last():
    app = opened(
        {"page": "softmax", "part": "temperature", "words": "Move one.", "question": QUESTION},
        {"page": "train", "settings": {"members": 2, "epochs": 3}, "action": {"do": "train"}, "shows": []},
        {"page": "softmax", "action": {"do": "set the temperature", "to": 2}},
    )
    assert app.title[0].value == "Softmax"
    assert "Move one." in words(app)
    app.radio(key="step_guess 0").set_value(0).run()
    assert "You said: Up. **Down** It falls." in words(app)
    press(app, "step_next")
    assert app.title[0].value == "Train"
    assert dict(app.query_params)["done"] == "1"
    assert not {"members", "dropout", "speed", "new_seed", "classic", "as_i_move"} & keys(app)
    assert "train" not in keys(app), "one button trains"
    press(app, "step_action")
    assert wait_for_the_run(app).config.members == 2
    assert app.button(key="step_action").icon == ":material/check:"
    press(app, "step_next")
    assert component_data(app)["temperature"] == 1
    press(app, "step_action")
    assert component_data(app)["temperature"] == 2
    press(app, "step_finish")
    assert app.button(key="step_finish").label == "Done"
    press(app, "step_0")
    assert "You said: Up." in words(app)
    assert dict(app.query_params)["done"] == "7"
    press(app, "leave_plan")
    assert "step_next" not in keys(app)
    assert "plan" not in app.query_params


def test_a_sweep_begins_with_the_press_of_its_step_and_not_before():
    quick = {"seeds": 2, "vary": "start", "epochs": 2, "members": 1}
    app = opened({"page": "experiments", "settings": quick, "shows": [], "action": {"do": "open a sweep"}})
    assert state_of(app).sweeps == {}
    assert not {"many_seeds", "many_vary"} & keys(app)
    assert app.button(key="step_action").label == "Train 2 seeds"
    press(app, "step_action")
    [sweep] = state_of(app).sweeps.values()
    assert len(sweep.specs) == 2
    assert sweep.wait(PATIENCE)
    app.run()
    assert app.button(key="step_action").icon == ":material/check:"
    app.session_state["epochs"] = 3
    app.run()
    assert app.button(key="step_action").icon == ":material/play_arrow:"


def test_a_step_of_many_runs_draws_the_picture_that_it_speaks_of_and_others_when_they_are_asked_for():
    app = opened({"page": "experiments", "part": "How lucky was that?", "shows": []})
    assert len(app.get("plotly_chart")) == 2
    app.session_state["luck_others"] = True
    app.run()
    assert len(app.get("plotly_chart")) == 8


def test_a_step_on_data_that_hides_all_has_the_rows_alone():
    app = opened({"page": "data", "settings": {"data": "iris"}, "shows": []})
    assert "150 rows" in words(app)
    assert not app.slider
    assert not app.columns
    assert "data" not in keys(app)


def test_a_step_that_leaves_nothing_to_set_shows_the_run_in_words_alone():
    bar = {"train", "pin"}
    app = opened({"page": "predictions", "shows": []}, {"page": "predictions", "shows": ["seed"]})
    assert not bar & keys(app)
    assert "34 of 36" in words(app)
    press(app, "step_next")
    assert bar <= keys(app)


def test_hostile_text_is_shown_as_it_stands():
    step = {
        "title": HOSTILE[:80],
        "page": "softmax",
        "part": HOSTILE[:80],
        "words": HOSTILE,
        "question": QUESTION | {"text": HOSTILE},
    }
    app = opened(step, step | {"page": "nowhere", "settings": {"members": HOSTILE}})
    assert not any(element.allow_html for element in app.markdown if "img" in element.value)
    assert "has no part" in app.warning[0].value
    press(app, "step_next")
    assert "which this app does not have" in app.warning[0].value


def test_the_menu_has_the_pages_of_the_plan_alone():
    plan = Plan.of({"title": "A plan", "steps": [{"title": "A", "page": page} for page in ("train", "nowhere", "softmax")]})
    state = SimpleNamespace(has_arrived=True, plan=plan, explores=False, followed=None, room_secret="")
    with patch.object(st, "session_state", {STATE: state}):
        assert list(pages_in_menu()) == ["train", "softmax"]
        state.followed, state.room_secret = object(), "secret"
        assert list(pages_in_menu()) == ["train", "softmax", "room"]
        state.explores = True
        assert pages_in_menu() is PAGES
    with patch.object(st, "session_state", {}):
        for text, pages in ((to_link(plan), ["train", "softmax"]), ("broken", list(PAGES)), ("", list(PAGES))):
            with patch.object(st, "query_params", {"plan": text}):
                assert list(pages_in_menu()) == pages


@pytest.mark.nightly
@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_a_step(page):
    app = opened({"page": page, "words": "Words.", "shows": []}, {"page": "softmax"})
    assert [title.value for title in app.title] == [PAGES[page].title]
    assert "Words." in words(app)
    assert "step_next" in keys(app)


def test_a_late_press_on_a_question_answers_no_other_one():
    app = opened({"page": "softmax", "question": QUESTION}, {"page": "softmax"})
    guess = app.radio(key="step_guess 0")
    guess.options = ["Sideways"]
    guess.set_value("Sideways").run()
    assert not app.exception
    assert state_of(app).plan_guesses == {}
