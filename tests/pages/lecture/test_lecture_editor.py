"""Plans of lectures as they are written: views become steps, and nothing of a step is lost on the way."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from ensemble.lecture import Plan
from ensemble.lecture.plan_file import read_plan, write_plan
from ensemble.lecture.plan_link import from_link
from ensemble.lecture.shipped import shipped
from ensemble.room import host
from testing.app_test import SOFTMAX, TRAIN, open_app, state_of, words
from ui.session.lecture.draft import draft_file

pytestmark = pytest.mark.usefixtures("training_service")

LESSON, DECIDE = "pages/lesson.py", "pages/decide.py"


@pytest.fixture
def app():
    """A plan of two steps is being written, of which the second is edited."""
    opened = open_app(LESSON)
    opened.button(key="plan_empty").click().run()
    opened.text_input(key="draft_title").set_value("Mine").run()
    for page in ("softmax", "train"):
        opened.selectbox(key="draft_insert_page").set_value(page).run()
        opened.button(key="draft_insert").click().run()
    assert not opened.exception
    return opened


def draft(app):
    return state_of(app).draft_plan


def field(app, name):
    """The key of a control of the step that is edited."""
    return f"draft_{draft(app).step.number}_{name}"


def titles(app):
    return [step.title for step in draft(app).steps]


def test_pages_of_people_who_write_no_plan_have_no_button_for_it():
    assert "add_view" not in {button.key for button in open_app(TRAIN).button}


def test_every_page_becomes_a_step_as_it_stands():
    app = open_app(LESSON, members="4", data="iris")
    app.button(key="plan_empty").click().run()
    app.switch_page(DECIDE).run()
    app.button_group(key="decide_part").set_value("Abstain").run()
    app.button(key="add_view").click().run()
    assert not app.exception
    [toast] = app.toast
    assert toast.value == "Added “Decide\\: Abstain”. Your plan has 1 step."
    app.switch_page(LESSON).run()
    app.text_input(key="draft_title").set_value("Mine").run()
    [step] = draft(app).plan().steps
    assert (step.title, step.page, step.part) == ("Decide: Abstain", "decide", "Abstain")
    assert (step.settings["members"], step.settings["data"]) == ("4", "iris")
    assert not step.settings.keys() & {"run", "sweep", "room", "plan", "step", "done", "view", "lesson", "v"}


def test_a_step_that_was_opened_takes_what_its_page_has_become(app):
    app.text_area(key=field(app, "words")).set_value("Look.").run()
    app.button(key="draft_open").click().run()
    app.switch_page(TRAIN).run()  # as the runner forgets that the app has done so
    app.slider(key="members").set_value(7).run()
    app.button(key="take_view").click().run()
    assert draft(app).step.values["settings"] == {"members": "7"}
    assert draft(app).step.values["words"] == "Look."
    assert "take_view" not in {button.key for button in app.button}
    app.slider(key="members").set_value(3).run()
    app.switch_page(LESSON).run()
    app.button(key="draft_retake").click().run()
    assert draft(app).step.values["settings"] == {"members": "3"}


def test_all_of_a_step_can_be_written_and_nothing_is_lost_by_changing_pages(app):
    app.text_input(key=field(app, "title")).set_value("Ten nets").run()
    app.number_input(key=field(app, "minutes")).set_value(4.5).run()
    app.text_area(key=field(app, "words")).set_value("Train **ten**.").run()
    app.text_area(key=field(app, "note")).set_value("Wait.").run()
    app.selectbox(key=field(app, "do")).set_value("set the temperature").run()
    app.number_input(key=field(app, "to")).set_value(3.0).run()
    app.text_area(key=field(app, "text")).set_value("Which?").run()
    app.switch_page(SOFTMAX).run()
    app.switch_page(LESSON).run()
    assert "answers" in words(app), "a question without answers is kept, and said"
    assert app.button(key="try_draft").disabled
    app.text_area(key=field(app, "answers")).set_value("A\n\n B\nC").run()
    app.selectbox(key=field(app, "right")).set_value(1).run()
    app.text_area(key=field(app, "why")).set_value("Since.").run()
    app.toggle(key=field(app, "limited")).set_value(True).run()
    app.multiselect(key=field(app, "shows")).set_value(["dropout"]).run()
    app.switch_page(SOFTMAX).run()
    app.switch_page(LESSON).run()
    assert not app.exception
    assert app.text_area(key=field(app, "words")).value == "Train **ten**."
    values = draft(app).plan().model_dump(mode="json", exclude_defaults=True)["steps"][1]
    assert values == {
        "title": "Ten nets",
        "page": "train",
        "minutes": 4.5,
        "words": "Train **ten**.",
        "note": "Wait.",
        "action": {"do": "set the temperature", "to": 3.0},
        "question": {"text": "Which?", "answers": ["A", "B", "C"], "right": 1, "why": "Since."},
        "shows": ["dropout"],
    }
    app.toggle(key=field(app, "limited")).set_value(False).run()
    app.selectbox(key=field(app, "do")).set_value("No button").run()
    for name in ("text", "answers", "why"):
        app.text_area(key=field(app, name)).set_value("").run()
    assert (
        draft(app).plan().steps[1]
        == Plan.of({"title": "T", "steps": [{**values, "action": None, "question": None, "shows": None}]}).steps[0]
    )


def test_steps_are_ordered_and_removed_and_the_total_follows(app):
    app.button(key="draft_up").click().run()
    assert titles(app) == ["Train", "Softmax: Scores to probabilities"]
    app.number_input(key=field(app, "minutes")).set_value(10.0).run()
    assert "**13 min** · 2 steps" in words(app)
    assert app.button(key="draft_up").disabled
    app.session_state["draft_steps"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.button(key="draft_remove").click().run()
    assert titles(app) == ["Softmax: Scores to probabilities"]
    app.button(key="draft_remove").click().run()
    assert "No steps yet" in words(app)
    assert app.button(key="try_draft").disabled


def test_a_shipped_plan_is_copied_and_its_link_is_short_until_it_is_changed():
    app = open_app(LESSON)
    plan = shipped()["lecture"]
    app.button(key="edit_lecture").click().run()
    assert draft(app).plan() == plan
    assert dict(parse_qsl(urlsplit(app.code[0].value).query))["plan"] == "lecture"
    app.text_input(key="draft_title").set_value("My own").run()
    assert shipped()["lecture"] == plan
    assert draft(app).plan().title == "My own"
    app.button(key="draft_discard").click().run()
    assert draft(app) is None
    assert {button.key for button in app.button} >= {f"try_{name}" for name in shipped()}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"title: Other\nsteps:\n- {title: One, page: train, minutes: -1}", "Step 1, minutes: “-1” cannot be used."),
        (b"title: Other\nsteps:\n- {title: One, page: moon}", "Step 1, page: no step can show “moon”."),
        (b"title: Other\ntitle: Other", "Line 2 gives “title” a second time."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_the_draft_is_kept(app, content, sentence):
    app.file_uploader(key="plan_file").set_value(("plan.yaml", content, "application/yaml")).run()
    assert [error.value.replace("\\", "").startswith(sentence) for error in app.error] == [True]
    assert titles(app) == ["Softmax: Scores to probabilities", "Train"]


def test_a_file_is_opened_and_downloaded_again_as_it_was(app):
    plan = draft(app).plan()
    app.file_uploader(key="plan_file").set_value(("plan.yaml", write_plan(plan).encode(), "application/yaml")).run()
    assert draft(app).plan() == plan
    assert not app.error
    assert draft_file(plan).startswith("# yaml-language-server: $schema=")
    assert draft_file(plan).partition("\n")[2] == write_plan(plan)


def test_a_plan_is_in_its_link_until_it_is_too_long_for_one(app):
    query = dict(parse_qsl(urlsplit(app.code[0].value).query))
    assert from_link(query["plan"]) == draft(app).plan()
    noise = "".join(chr(0x4E00 + 7 * k * k % 5000) for k in range(1500))
    app.text_area(key=field(app, "note")).set_value(noise).run()
    assert not app.code
    assert "Download the file, or lead it in a room." in words(app).replace("\\", "")


def test_a_draft_is_tried_and_stays(app):
    app.button(key="try_draft").click().run()
    assert not app.exception
    assert state_of(app).plan == draft(app).plan()
    assert "add_view" not in {button.key for button in app.button}
    app.button(key="leave_plan").click().run()
    app.switch_page(LESSON).run()
    assert titles(app) == ["Softmax: Scores to probabilities", "Train"]


def test_a_shipped_plan_is_led_in_a_room_with_one_press(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    app = open_app(LESSON)
    app.button(key="lead_lecture").click().run()
    assert not app.exception
    assert read_plan(host.rooms().find(state_of(app).room_code).plan_bytes()) == shipped()["lecture"]
    host.rooms.cache_clear()


def test_a_half_written_plan_is_taken_back_from_its_file_and_all_that_is_missing_is_said(app):
    app.text_input(key="draft_title").set_value("").run()
    app.text_input(key=field(app, "title")).set_value("").run()
    app.text_area(key=field(app, "text")).set_value("Which?").run()
    [warning] = app.warning
    said = warning.value.replace("\\", "")
    assert [part in said for part in ("plan needs a title", "Step 2, title", "Step 2, question, answers")] == [True] * 3
    file = draft_file(draft(app).with_gaps())
    app.button(key="draft_discard").click().run()
    app.file_uploader(key="plan_file").set_value(("plan.yaml", file.encode(), "application/yaml")).run()
    assert not app.exception
    assert not app.error
    assert draft(app).steps[1].question == {"text": "Which?"}
    assert app.warning[0].value == warning.value
