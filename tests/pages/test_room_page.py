"""A class in a room: one lecturer and six students, each a session of its own on one server."""

import importlib
import os
import re

import numpy as np
import pytest

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.probability.vectors import log_softmax
from ensemble.room import codes, host
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Question
from ensemble.room.sqlite_store import SqliteStore
from testing.app_test import open_app, pictures, state_of, wait_for_the_run, words
from ui.server.arrivals import Arrivals

pytestmark = pytest.mark.usefixtures("training_service")

session_room = importlib.import_module("ui.session.room")  # as a name of ui.session it is the function
PAGE = "pages/room.py"
OWN = ("Is a higher temperature surer?", "Yes\nNo\nIt depends")


@pytest.fixture(autouse=True)
def rooms(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    yield host.rooms()
    host.rooms.cache_clear()


@pytest.fixture
def lecturer():
    app = open_app(PAGE)
    app.button(key="open_room").click().run()
    assert not app.exception
    return app


def code_of(app):
    return state_of(app).room_code


def enter(code, name, page=PAGE):
    """A student's session: the browser has said who it is."""
    app = open_app(page, room=code)
    state_of(app).participant = name
    return redrawn(app)


def redrawn(app):
    app.run()
    assert not app.exception
    return app


def shares(app):
    """What is written beside the bars of the answers."""
    return re.findall("<span>(.*?)</span>", " ".join(block.proto.body for block in app.get("html")))


def ask_own(app, right=1):
    app.button_group(key="room_part").set_value("Guess together").run()
    app.text_area(key="own_question_text").input(OWN[0])
    app.text_area(key="own_question_answers").input(OWN[1]).run()
    app.selectbox(key="own_question_right").set_value(right).run()
    app.button(key="ask_own").click().run()
    return redrawn(app)


def answer(app, choice, sure):
    press_answer(app, choice, sure)
    return redrawn(app)


def press_answer(app, choice, sure):
    question = next(radio for radio in app.radio if radio.key.startswith("room_answer "))
    question.set_value(choice)
    next(slider for slider in app.slider if slider.key.startswith("room_sure ")).set_value(sure)
    app.button(key="room_answer").click().run()


def test_a_room_is_opened_by_one_press_and_its_address_holds_no_secret(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    assert lecturer.query_params["room"] == room.code
    assert "lecturer" not in lecturer.query_params
    shown = " ".join(block.value for block in lecturer.code)
    assert f"room?room={room.code}" in shown
    assert "QR code of" in str([one.proto for one in lecturer.main])


def test_the_lecturers_link_leads_the_room_elsewhere_and_a_students_does_not(lecturer):
    code, secret = code_of(lecturer), state_of(lecturer).room_secret
    other = open_app(PAGE, room=code, lecturer=secret)
    assert any(button.key == "end_room" for button in other.button)
    assert "lecturer" not in other.query_params
    for wrong in ("", "x" * 32, codes.new_secret()):
        student = open_app(PAGE, room=code, lecturer=wrong)
        assert not any(button.key in ("end_room", "ask_own", "class_begin") for button in student.button)


def test_a_code_is_typed_or_refused_with_a_sentence(lecturer):
    app = open_app(PAGE)
    app.text_input(key="room_code_typed").input("nope").run()
    app.button(key="enter_room").click().run()
    assert "no room with this code" in words(app)
    app.text_input(key="room_code_typed").input(f" {code_of(lecturer).lower()} ").run()
    app.button(key="enter_room").click().run()
    assert code_of(app) == code_of(lecturer)
    app.button(key="leave_room").click().run()
    assert code_of(app) == ""
    assert "room" not in app.query_params


def test_a_class_answers_talks_answers_again_and_sees_what_is_right(lecturer, rooms):
    code = code_of(lecturer)
    students = [enter(code, f"phone {k}") for k in range(6)]
    assert redrawn(lecturer).exception == []
    assert rooms.find(code).people == 6
    ask_own(lecturer)
    for k, app in enumerate(students):
        answer(redrawn(app), k % 3, 60)
    assert "You said “Yes”, 60 % sure" in words(students[0])
    assert "6 of 6" in str([one.proto for one in redrawn(lecturer).get("progress")])
    assert shares(lecturer) == []
    lecturer.button(key="room_show").click().run()
    assert "All answers are tied" in words(redrawn(lecturer))
    assert "All answers are tied: 2 of 6 each" in words(redrawn(students[1]))
    assert shares(students[1]) == ["2 (33 %)"] * 3
    assert ":material/check:" not in words(students[1]), "the right answer is not shown yet"
    lecturer.button(key="room_again").click().run()
    for app in students[:5]:
        answer(redrawn(app), 1, 90)
    redrawn(lecturer)
    lecturer.button(key="room_show").click().run()
    lecturer.button(key="room_reveal").click().run()
    first, second = rooms.lead(code, state_of(lecturer).room_secret).tally(rooms.find(code).asking().question).rounds
    assert (first.counts, second.counts) == ((2, 2, 2), (0, 5, 0))
    said = words(redrawn(students[0]))
    assert "Right at first: 33 %. After talking: 100 %" in said
    assert shares(students[0])[2:4] == ["2 (33 %), first vote", "5 (100 %), second vote"]
    assert "90 % sure, and right: this costs you 0.105 nats" in said
    assert not any(button.key == "room_answer" for button in students[0].button)
    silent = redrawn(students[5])
    assert "60 % sure, and wrong" in words(silent), "an answer of the first round counts where the second has none"


def test_questions_of_pages_are_asked_in_the_room_and_nobody_guesses_alone(lecturer, rooms):
    student = enter(code_of(lecturer), "phone", "pages/softmax.py")
    assert not any(radio.key.startswith("guess_") for radio in student.radio)
    assert "the lecturer asks this question" in words(student)
    lecturer.switch_page("pages/softmax.py").run()
    ask = next(button for button in lecturer.button if button.key.startswith("ask_"))
    ask.click().run()
    asked = rooms.find(code_of(lecturer)).asking()
    assert ask.key == f"ask_{asked.question}"
    assert any(radio.key.startswith("room_answer ") for radio in redrawn(student).radio)


def test_a_sent_answer_folds_the_form_until_it_is_changed(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="?", answers=("a", "b"), right=0))
    student = redrawn(enter(room.code, "phone", "pages/softmax.py"))
    answer(student, 1, 90)
    assert not any(button.key == "room_answer" for button in student.button)
    assert "You said “b”, 90 % sure. You can change it" in words(student)
    student.button(key="room_change").click().run()
    answer(student, 0, 80)
    assert room.vote_of("phone", "1").answer == 0
    for person in range(5):
        room.vote(f"person {person}", "1", 0, 0.8)
    room.show_distribution()
    room.vote_again()
    assert any(button.key == "room_answer" for button in redrawn(student).button), "the second vote is another one"


def test_after_five_questions_the_class_is_judged(lecturer, rooms):
    code = code_of(lecturer)
    room = rooms.lead(code, state_of(lecturer).room_secret)
    lecturer.button_group(key="room_part").set_value("Are you a probability?").run()
    assert "once **5 people** have answered **5 questions**" in words(lecturer)
    assert "People here: 0 of 5." in words(lecturer)
    assert "Questions that count: 0 of 5." in words(lecturer)
    for number in range(5):
        room.ask(Question(id=str(number), text="?", answers=("a", "b"), right=0))
        for person in range(5):
            room.vote(f"person {person}", str(number), person % 2, 0.8)
        room.reveal()
    assert len(pictures(redrawn(lecturer))) == 2, "reliability, and pools"
    assert "80 % sure, 60 % right: luck alone may explain the gap" in words(lecturer)
    student = enter(code, "person 1")
    assert "Your score: 1.61 nats" in words(student)


def test_nets_of_the_class_join_and_are_pooled(lecturer, rooms):
    code = code_of(lecturer)
    lecturer.button_group(key="room_part").set_value("The class is the ensemble").run()
    lecturer.button(key="class_begin").click().run()
    settings = rooms.find(code).class_settings()
    assert settings.data.split == 0, "everybody has the same rows, whatever the seed"
    students = [enter(code, f"phone {k}") for k in range(5)]
    seeds = set()
    for app in students:
        app.button(key="class_set_up").click().run()
        app.switch_page("pages/train.py").run()
        app.slider(key="epochs").set_value(5).run()
        app.button(key="train").click().run()
        run = wait_for_the_run(app)
        seeds.add(run.config.seed)
        assert run.config.members == 1
        redrawn(app)
    assert len(seeds) == 5
    assert rooms.find(code).nets == 5
    assert "My net" in str([metric.label for metric in redrawn(students[0]).metric])
    losses, *others = pictures(redrawn(lecturer))
    assert len(losses["data"][0]["x"]) == 5, "a dot for each net"
    assert len(others) == 3
    students[0].button(key="class_leave").click().run()
    assert rooms.find(code).nets == 4
    assert "4 of 5 nets have joined" in words(redrawn(lecturer)), "nothing is shown of fewer than five"


def test_an_address_brings_so_many_new_people_a_minute_and_known_ones_always(lecturer, rooms, monkeypatch):
    few = Arrivals(most=2)
    monkeypatch.setattr(session_room, "arrivals", lambda: few)
    monkeypatch.setattr(session_room.runs, "address", lambda: "192.0.2.1")
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="?", answers=("a", "b"), right=0))
    students = [enter(room.code, f"phone {k}") for k in range(3)]
    assert room.people == 2
    for app in students:
        press_answer(app, 0, 90)
    assert "Too many people come into rooms from your network" in words(students[2])
    assert (room.people, room.answered("1")) == (2, 2)
    answer(enter(room.code, "phone 0"), 1, 90)
    assert room.vote_of("phone 0", "1").answer == 1, "a reload is nobody new"
    state_of(students[0]).participant = "invented"
    answer(redrawn(students[0]), 1, 90)
    assert room.people == 2, "nor is another name of the same tab somebody who is known"


def test_a_room_that_ends_is_over_for_everybody(lecturer):
    student = enter(code_of(lecturer), "phone")
    lecturer.button(key="end_room").click().run()
    assert code_of(lecturer) == ""
    assert "has ended" in words(redrawn(student))
    student.button(key="leave_room").click().run()
    assert any(button.key == "open_room" for button in redrawn(student).button)


def test_rooms_that_cannot_be_reached_are_told_of_and_come_back(lecturer, rooms):
    store, code = rooms._store, code_of(lecturer)
    room = rooms.lead(code, state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="?", answers=("a", "b"), right=0))
    student = redrawn(enter(code, "phone", "pages/softmax.py"))
    lecturer.switch_page("pages/softmax.py").run()
    store.disconnect()
    for app, press in ((student, "room_answer"), (lecturer, "room_reveal")):
        app.button(key=press).click().run()
        assert not app.exception
        assert "cannot be reached right now" in words(app)
        assert "probabilities follow" in words(app), "the page itself goes on"
    store._connection = SqliteStore(os.environ[host.VARIABLE])._connection
    assert any(button.key == "room_answer" for button in redrawn(student).button)
    assert any(button.key == "room_reveal" for button in redrawn(lecturer).button), "who leads the room is not forgotten"


def test_a_press_that_comes_too_late_is_refused_with_a_sentence(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="?", answers=("a", "b"), right=0))
    redrawn(lecturer)
    room.stop_asking()
    lecturer.button(key="room_reveal").click().run()
    assert not lecturer.exception
    assert "No question is asked now" in words(lecturer)


def test_whoever_presses_without_an_answer_is_told_to_choose_one(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="?", answers=("a", "b"), right=0))
    student = redrawn(enter(room.code, "phone", "pages/softmax.py"))
    student.button(key="room_answer").click().run()
    assert not student.exception
    assert "Choose one of the answers first" in words(student)
    assert room.answered("1") == 0


def class_of(room, count, free=("seed", "activation")):
    """Nets that differ, as people have joined them."""
    settings = ClassSettings(data=DataConfig(split=0), config=EnsembleConfig(members=1, training="joint"), free=free)
    room.train_together(settings)
    rng = np.random.default_rng(0)
    for person in range(count):
        log_proba = log_softmax(rng.normal(size=(36, 3))) if free else np.full((36, 3), -np.log(3))
        room.join(f"person {person}", log_proba, settings.config, settings.data, 0.1)
    return settings


def test_the_lecturer_takes_a_net_out(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    class_of(room, 6)
    lecturer.button_group(key="room_part").set_value("The class is the ensemble").run()
    assert "of its 6 nets" in words(lecturer)
    assert not any(button.key == "class_remove" for button in lecturer.button)
    chosen = sorted(room.pool())[2]
    lecturer.session_state["class_chosen"] = chosen
    redrawn(lecturer).button(key="class_remove").click().run()
    assert chosen not in room.pool()
    assert len(pictures(redrawn(lecturer))[0]["data"][0]["x"]) == 5
    assert not any(button.key == "class_remove" for button in lecturer.button)


def test_the_same_net_for_all_has_no_variance_left(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    settings = class_of(room, 5)
    lecturer.button_group(key="room_part").set_value("The class is the ensemble").run()
    lecturer.button_group(key="class_selection").set_value("Same seed for all").run()
    lecturer.button(key="class_same").click().run()
    assert (room.nets, room.class_settings()) == (0, settings.model_copy(update={"free": ()}))
    class_of(room, 5, free=())
    assert "All 5 nets are the same: no variance is left" in words(redrawn(lecturer))
    assert "the log pool gains nothing" in words(lecturer)


def test_a_question_leads_to_its_picture_and_stays_above(lecturer, rooms):
    room = rooms.lead(code_of(lecturer), state_of(lecturer).room_secret)
    room.ask(Question(id="1", text="Which?", answers=("a", "b"), right=0, page="softmax", part="temperature"))
    student = enter(code_of(lecturer), "phone")
    student.button(key="room_picture").click().run()
    assert (state_of(student).page, state_of(student).part) == ("softmax", "temperature")
    there = enter(code_of(lecturer), "phone", "pages/softmax.py")
    assert not any(button.key == "room_picture" for button in there.button)
    assert any(radio.key.startswith("room_answer ") for radio in there.radio)


def test_the_address_of_a_closed_room_has_no_part_of_another_page():
    app = open_app("pages/shift.py", part="Other shares")
    assert "part" in app.query_params
    app.switch_page("pages/room.py").run()
    assert "part" not in app.query_params
