"""What a class has answered to the questions of a plan, and how good somebody's own answers were."""

import math
from unittest.mock import patch

import pytest
import streamlit as st

from ensemble.lecture import Plan
from ensemble.lecture.completion import Alone, InRoom
from ensemble.lecture.plan_file import write_plan
from ensemble.room.rooms import Rooms
from ensemble.room.sqlite_store import SqliteStore
from ui.session.lecture import step_in_room
from ui.session.lecture.answers import Answering, answering
from ui.session.state import STATE, Owner, SessionState

ANSWERS = ["Up", "Down"]
PLAN = Plan.of(
    {
        "title": "A plan",
        "steps": [
            {"title": "One", "page": "train", "question": {"text": "First?", "answers": ANSWERS, "right": 1}},
            {"title": "Two", "page": "train"},
            {"title": "Three", "page": "train", "question": {"text": "Taste?", "answers": ANSWERS}},
            {"title": "Four", "page": "train", "question": {"text": "Last?", "answers": ANSWERS, "right": 0}},
        ],
    }
)
PHONES = [f"phone {k}" for k in range(6)]


@pytest.fixture
def room(tmp_path):
    made = Rooms(SqliteStore(tmp_path / "rooms.sqlite")).open()
    made.lead(write_plan(PLAN).encode())
    return made


def answers_of(room, participant=PHONES[0], guesses=()):
    return Answering(PLAN, room, participant, dict(guesses))


def asked(room, step, choices, confidence=0.8):
    """Asks a step's question, and has people answer it by the number of their choice."""
    step_in_room.take_to(step_in_room.lecture_in(room), step)
    id = room.asking().question
    for phone, choice in zip(PHONES, choices, strict=False):
        room.vote(phone, id, choice, confidence)
    return id


def test_the_rounds_of_each_question_are_found_by_its_step(room):
    id = asked(room, 0, [1, 1, 0, 0, 0, 0])
    room.vote_again()
    for phone in PHONES[:5]:
        room.vote(phone, id, 1, 0.9)
    room.reveal()
    asked(room, 2, [0, 0, 0, 1])
    room.reveal()
    found = answers_of(room).by_step()
    assert [one.counts for one in found[0].rounds] == [(4, 2), (0, 5)]
    assert (found[0].own, found[0].is_open) == (1, False)
    assert [(one.answered, one.counts) for one in found[2].rounds] == [(4, ())], "fewer than five are not shown"
    assert 3 not in found, "it was not asked"
    assert answers_of(room).people == 6


def test_while_a_question_is_asked_only_the_own_answer_is_told(room):
    asked(room, 0, [1, 0, 0, 0, 0, 0])
    assert answers_of(room).by_step()[0] == answers_of(room, PHONES[0]).by_step()[0]
    assert answers_of(room).by_step()[0].rounds == ()
    assert answers_of(room).by_step()[0].is_open
    assert answers_of(room, PHONES[1]).by_step()[0].own == 0
    assert answers_of(room, "").by_step()[0].own is None


def test_after_the_lecture_answers_are_found_by_the_words_of_their_question(room):
    asked(room, 0, [1] * 6)
    room.reveal()
    asked(room, 3, [1] * 6)
    room.reveal()
    room.stop_leading()
    assert {index: one.rounds[0].counts for index, one in answers_of(room).by_step().items()} == {0: (0, 6), 3: (0, 6)}


def test_an_own_score_in_a_room_is_the_mean_loss_of_own_answers(room):
    asked(room, 0, [1], confidence=0.8)
    room.reveal()
    asked(room, 3, [1], confidence=0.6)
    room.reveal()
    score = answers_of(room).own_score()
    assert isinstance(score, InRoom)
    assert score.mean_nll == pytest.approx(-(math.log(0.8) + math.log(0.4)) / 2)
    assert (score.of_a_guess, score.questions) == (pytest.approx(math.log(2)), 2)
    assert answers_of(room, "somebody else").own_score() is None


def test_certain_and_wrong_is_an_infinite_score(room):
    asked(room, 0, [0], confidence=1.0)
    room.reveal()
    assert answers_of(room).own_score().mean_nll == "infinite"


def test_a_room_that_has_ended_has_no_answers(room):
    asked(room, 0, [1] * 6)
    room.close()
    assert answers_of(room).by_step() == {}
    assert answers_of(room).own_score() is None


def test_alone_the_right_guesses_count():
    guesses = {0: "Down", 2: "Up", 3: "Down"}
    alone = answers_of(None, guesses=guesses)
    assert alone.own_score() == Alone(right=1, questions=2)
    assert {index: one.own for index, one in alone.by_step().items()} == {0: 1, 2: 0, 3: 1}
    assert answers_of(None, guesses={0: "", 3: ""}).own_score() is None


def test_guesses_of_another_plan_do_not_count():
    present = SessionState(owner=Owner("me", "tab"), plan=PLAN, plan_guesses={0: "Down"})
    other = Plan.of({"title": "Another", "steps": [{"title": "One", "page": "train"}]})
    with patch.object(st, "session_state", {STATE: present}):
        assert answering(PLAN).own_score() == Alone(right=1, questions=1)
        assert answering(other).guesses == {}
