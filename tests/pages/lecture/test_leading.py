"""A lecture that is led in a room: its lecturer, the window with the notes, and students who follow or explore."""

import pytest

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.lecture import Plan
from ensemble.room import codes, host
from ensemble.room.nets import ClassSettings
from pages.parts.room import enter as entrance
from testing.app_test import SOFTMAX, component_data, open_app, state_of, words
from tests.pages.test_room_page import answer, code_of, enter
from ui.server import streamlit_requests
from ui.session.lecture import leading

pytestmark = pytest.mark.usefixtures("training_service")

ROOM, NOTES = "pages/room.py", "pages/notes.py"
QUESTION = {"text": "Does a higher temperature make it surer?", "answers": ["Yes", "No"], "right": 1, "why": "It flattens."}
PLAN = Plan.of(
    {
        "title": "Temperature",
        "steps": [
            {"title": "Three scores", "page": "softmax", "minutes": 2, "words": "Move one score.", "note": "Wave at them."},
            {
                "title": "Hotter",
                "page": "predictions",
                "settings": {"temperature": "2", "wine": "3"},
                "question": QUESTION,
                "note": "Let them talk first.",
                "minutes": 4,
            },
            {"title": "The class", "page": "room", "part": "The class is the ensemble", "action": {"do": "join the class"}},
        ],
    }
)


@pytest.fixture(autouse=True)
def rooms(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    yield host.rooms()
    host.rooms.cache_clear()


@pytest.fixture
def lecturer(monkeypatch):
    """Leads the plan, by one press."""
    monkeypatch.setattr(entrance, "_open", lambda: leading.lead_plan(PLAN))
    app = open_app(ROOM)
    return press(app, "open_room")


@pytest.fixture
def room(lecturer, rooms):
    return rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)


IN_BOXES = ("lecture_end", "class_end")


def primaries(app):
    """The labels of the buttons that stand out on the page, without that of a box that opens."""
    return [button.label for button in app.button if button.proto.type == "primary" and button.key not in IN_BOXES]


def student_in(room, name="phone"):
    return enter(room.code, name, SOFTMAX)


def redrawn(app):
    """The test runner itself stays on the page that it has opened, wherever the app has led."""
    app.switch_page(f"pages/{state_of(app).page}.py").run()
    assert not app.exception
    return app


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return redrawn(app)


def keys(app):
    return {button.key for button in app.button}


def place(app):
    return state_of(app).page, state_of(app).step


def notes_of(lecturer):
    return open_app(NOTES, room=code_of(lecturer), lecturer=state_of(lecturer).room_secret)


def test_one_press_opens_a_room_with_the_plan_and_one_more_begins_it(lecturer, room):
    assert "QR code of" in str([one.proto for one in lecturer.main])
    assert "step_next" not in keys(lecturer), "people are still coming in"
    student = student_in(room)
    assert (place(student), state_of(student).plan) == (("softmax", 0), PLAN)
    press(lecturer, "lecture_begin")
    assert place(lecturer) == ("softmax", 0)
    assert room.led().began is not None
    assert "step_next" in keys(lecturer)
    assert not {"step_next", "step_back", "lecture_begin"} & keys(redrawn(student))


def test_who_follows_is_taken_to_each_step_and_the_lecturer_asks_by_going_on(lecturer, room):
    students = [student_in(room, f"phone {k}") for k in range(5)]
    press(lecturer, "lecture_begin")
    press(lecturer, "step_next")
    assert place(lecturer) == ("predictions", 1)
    for app in students:
        assert place(redrawn(app)) == ("predictions", 1)
        assert (state_of(app).temperature, app.session_state["wine"]) == (2, 3)
        answer(app, 1, 80)
    assert "5 of 5" in str([one.proto for one in redrawn(lecturer).get("progress")])
    assert lecturer.button(key="step_next").label == "Reveal"
    press(lecturer, "step_next")
    assert place(lecturer) == ("predictions", 1), "the answer comes before the next step"
    assert "It flattens." in words(redrawn(students[0]))
    press(lecturer, "step_next")
    assert room.asking() is None
    assert [place(redrawn(app)) for app in (lecturer, *students)] == [("room", 2)] * 6
    press(lecturer, "step_back")
    assert room.asking() is None, "votes that are there stay"
    assert place(redrawn(students[0])) == ("predictions", 1)
    press(lecturer, "lecture_ask")
    assert room.answered(room.asking().question) == 0


def test_the_lecturers_page_goes_first_and_nobody_elses(lecturer, room, monkeypatch):
    student, first = student_in(room), []
    monkeypatch.setattr(streamlit_requests, "go_first", lambda: first.append(True))
    press(lecturer, "lecture_begin")
    assert first
    first.clear()
    redrawn(student)
    assert not first


def test_who_is_late_or_reloads_lands_at_the_present_step(lecturer, room):
    press(lecturer, "lecture_begin")
    press(lecturer, "step_next")
    for query in ({}, {"plan": "lecture", "step": "2", "done": "1"}):
        app = open_app(SOFTMAX, room=room.code, **query)
        assert place(redrawn(app)) == ("predictions", 1)
        assert state_of(app).plan == PLAN


def test_who_explores_stays_and_comes_back_to_where_the_lecture_is(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    press(redrawn(student), "lecture_explore")
    press(lecturer, "step_next")
    assert place(redrawn(student)) == ("softmax", 0)
    assert "The lecture is at 2 / 3: **Hotter**" in words(student)
    student.switch_page("pages/data.py").run()
    assert place(student) == ("data", 0)
    press(student, "lecture_back")
    assert place(student) == ("predictions", 1)
    press(lecturer, "step_next")
    press(lecturer, "step_next")
    assert place(redrawn(student)) == ("room", 2), "and follows again"


def test_who_is_lost_is_a_number_for_the_lecturer_alone_until_the_next_step(lecturer, room):
    students = [student_in(room, f"phone {k}") for k in range(2)]
    press(lecturer, "lecture_begin")
    for app in students:
        press(redrawn(app), "lecture_lost")
    assert "**2** are lost" in words(redrawn(lecturer))
    assert "are lost" not in words(redrawn(students[1]))
    press(students[0], "lecture_lost")
    assert "**1** is lost" in words(redrawn(lecturer))
    press(lecturer, "step_next")
    assert "lost" not in words(lecturer)
    assert redrawn(students[1]).button(key="lecture_lost").label == "I am lost"


def test_a_students_view_is_shown_by_one_press_and_left_by_one(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    press(lecturer, "step_next")
    state_of(redrawn(student)).temperature = 5.0
    student.session_state["wine"] = 7
    press(redrawn(student), "lecture_offer")
    assert student.button(key="lecture_offer").label == "Withdraw my view"
    lecturer.session_state["wine"] = 9
    assert "Read" in redrawn(lecturer).button(key="view_show").label
    press(lecturer, "view_show")
    assert (state_of(lecturer).temperature, lecturer.session_state["wine"]) == (5, 7)
    assert place(redrawn(student)) == ("predictions", 1), "nobody else is taken there"
    press(lecturer, "view_leave")
    assert (state_of(lecturer).temperature, lecturer.session_state["wine"]) == (2, 9)
    assert not {"view_show", "view_leave"} & keys(lecturer)


def test_the_scores_of_a_student_are_shown_too(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    redrawn(student).session_state["scores_chosen"] = {"z": [3.0, -1.0], "temperature": 0.5, "version": 1}
    own = dict(lecturer.session_state["scores_chosen"])
    press(student, "lecture_offer")
    press(redrawn(lecturer), "view_show")
    shown = lecturer.session_state["scores_chosen"]
    assert (shown["z"], shown["temperature"]) == ([3, -1], 0.5)
    press(lecturer, "view_leave")
    assert lecturer.session_state["scores_chosen"]["z"] == own["z"]


def test_a_view_from_another_page_is_shown_and_the_next_step_leaves_it(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    press(redrawn(student), "lecture_explore")
    student.switch_page("pages/train.py").run()
    student.slider(key="members").set_value(3).run()
    press(student, "lecture_offer")
    press(redrawn(lecturer), "view_show")
    assert (place(lecturer), lecturer.session_state["members"]) == (("train", 0), 3)
    press(notes_of(lecturer), "notes_next")
    assert place(redrawn(lecturer)) == ("predictions", 1)
    assert state_of(lecturer).before_view is None
    assert "view_show" not in keys(lecturer)


@pytest.mark.parametrize("link", ["room?room=ABCDE", "softmax?lecturer=x", "nowhere", "train?members=1&members=2", "health"])
def test_a_forged_view_is_not_offered_to_the_lecturer(lecturer, room, link):
    press(lecturer, "lecture_begin")
    room.offer_view("a forger", link)
    assert "view_show" not in keys(redrawn(lecturer))
    room.show_view(codes.digest("a forger"))
    assert "cannot be shown" in words(redrawn(lecturer))
    assert place(lecturer) == ("softmax", 0)
    press(lecturer, "view_leave")
    assert place(lecturer) == ("softmax", 0)


def test_no_text_of_a_student_comes_to_the_large_screen(lecturer, room):
    press(lecturer, "lecture_begin")
    typed = "BuyMyThings"
    names = ("members", "temperature", "data", "part", "wine", "z")
    room.offer_view("a forger", "predictions?" + "&".join(f"{name}={typed}" for name in names))
    press(redrawn(lecturer), "view_show")
    assert place(lecturer)[0] == "predictions"
    assert typed not in str([one.proto for one in lecturer.main])


def test_the_notes_window_shows_what_the_large_screen_does_not(lecturer, room):
    student = student_in(room)
    notes = notes_of(lecturer)
    press(notes, "notes_next")
    assert place(redrawn(lecturer)) == ("softmax", 0), "the large screen follows"
    assert "Wave at them." in words(notes)
    assert "Next: Hotter**, 4 min" in words(notes)
    for app in (lecturer, redrawn(student)):
        assert "Wave at them." not in words(app)
        assert state_of(lecturer).room_secret not in str([one.proto for one in app.main])
    clock = next(one for one in notes.get("bidi_component") if one.proto.component_name == "softmax_lab_clock")
    assert '"planned":540' in clock.proto.json.replace(" ", "")
    press(notes, "notes_next")
    answer(redrawn(student), 1, 80)
    assert "1 of 1" in str([one.proto for one in redrawn(notes).get("progress")])
    press(notes, "notes_next")
    assert room.asking().revealed
    press(notes, "notes_next")
    assert place(redrawn(student)) == ("room", 2)
    press(notes, "notes_back")
    assert [place(redrawn(app)) for app in (lecturer, student)] == [("predictions", 1)] * 2
    assert "lecturer" not in notes.query_params


@pytest.mark.parametrize("secret", ["", "x" * 32, codes.new_secret()], ids=["none", "letters", "another"])
def test_whoever_has_only_the_code_sees_nothing_of_the_notes(lecturer, room, secret):
    press(lecturer, "lecture_begin")
    stranger = open_app(NOTES, room=room.code, lecturer=secret)
    state_of(stranger).participant = "phone"
    assert "This window is the lecturer's" in words(redrawn(stranger))
    assert "Wave at them." not in str([one.proto for one in stranger.main])
    assert not {"notes_next", "notes_back", "notes_ask"} & keys(stranger)


def test_the_class_joins_by_one_press_of_each(lecturer, room):
    student = student_in(room)
    for _ in range(2):
        press(redrawn(lecturer), "lecture_begin" if "lecture_begin" in keys(lecturer) else "step_next")
    press(lecturer, "step_next")
    press(lecturer, "step_next")
    assert primaries(lecturer) == ["Train together"], "one clear action"
    assert not {"class_begin", "class_free"} & keys(lecturer)
    assert primaries(redrawn(student)) == [], "nothing to press before the lecturer has begun"
    press(lecturer, "step_action")
    assert room.class_settings() is not None
    assert primaries(redrawn(lecturer)) == ["Next"]
    assert primaries(redrawn(student)) == ["Train my net"]
    press(student, "class_train")
    assert primaries(redrawn(student)) == []
    assert state_of(student).job.wait(60)
    redrawn(student)
    assert room.nets == 1
    assert primaries(redrawn(student)) == []


def test_the_own_net_is_shown_at_the_step_that_is_about_it_alone(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    room.train_together(ClassSettings(data=DataConfig(split=0), config=EnsembleConfig(members=1, training="joint"), free=()))
    assert "Train a net for the class" not in words(redrawn(student))
    room.go_to_step(2)
    assert "Train a net for the class" in words(redrawn(student))


def test_the_end_of_the_lecture_leaves_everybody_the_plan(lecturer, room):
    student = student_in(room)
    press(lecturer, "lecture_begin")
    press(lecturer, "lecture_end")
    assert room.led() is None
    assert "lecture_lost" not in keys(redrawn(student))
    assert "step_next" in keys(student), "alone from here on"
    press(student, "step_next")
    assert place(student) == ("predictions", 1)
    assert component_data(student)
