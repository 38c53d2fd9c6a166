"""The shipped plans: what they are made of, and that the app takes each step as it stands."""

import ast
import re
from pathlib import Path
from unittest.mock import patch

import pytest
import streamlit as st

from ensemble.config import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.lecture.plan_file import read_plan, write_plan
from ensemble.lecture.plan_link import from_link, to_link
from ensemble.lecture.shipped import FOLDER, shipped
from ensemble.room.forecasters import MIN_QUESTIONS
from ui.page_registry import PAGES
from ui.session import link
from ui.session.state import STATE, Owner, SessionState

MINUTES = {"lecture": 45, "ensemble": 10, "softmax": 10, "trust": 10}
MAX_WORDS, MAX_WORDS_OF_A_SENTENCE = 60, 18
SCRIPTS = Path(__file__).resolve().parents[3] / "pages"
DOES = {
    "train": {"train"},
    "set the temperature": {"softmax", "predictions", "decide"},
    "choose an example": {"predictions", "members", "decide"},
    "open a sweep": {"experiments"},
    "join the class": {"room"},
}
ALL = [(f"{name} {step.title}", step) for name, plan in shipped().items() for step in plan.steps]
STEPS = [pytest.param(step, id=name) for name, step in ALL]
QUESTIONS = [pytest.param(step.question, id=name) for name, step in ALL if step.question]


def sentences(text):
    return [one for one in re.split(r"(?<=[.?!:])\s+", text) if one]


def parts_of(page):
    """The names in links of a page's parts, as its script lists them."""
    if page == "softmax":
        from pages.parts.softmax.steps import STEPS as parts

        return set(parts)
    for node in ast.parse((SCRIPTS / f"{page}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and node.targets[0].id == "PARTS":
            return {key.value for key in node.value.keys}
    return set()


def test_shipped_plans_are_the_lecture_and_three_short_ones():
    assert list(shipped()) == list(MINUTES)
    assert {name: plan.minutes for name, plan in shipped().items()} == MINUTES
    assert [step.title for step in shipped()["lecture"].steps] == [
        "Three scores",
        "A guess",
        "Temperature",
        "The loss has two parts",
        "The slip",
        "Ten nets on wine",
        "One wine nobody agrees on",
        "Thirty seeds",
        "Reliability",
        "The bill",
        "Other shares",
        "The class is the ensemble",
        "Are YOU a probability?",
        "What to remember",
    ]
    assert all(4 <= len(plan.steps) <= 5 for name, plan in shipped().items() if name != "lecture")


@pytest.mark.parametrize("name", MINUTES)
def test_shipped_plan_is_the_same_from_its_file_and_its_link(name):
    plan = shipped()[name]
    assert to_link(plan) == name
    assert from_link(name) == plan
    assert read_plan(write_plan(plan).encode()) == plan
    assert read_plan((FOLDER / f"{name}.yaml").read_bytes()) == plan


@pytest.mark.parametrize("step", STEPS)
def test_step_can_be_read_out(step):
    assert 20 <= len(step.words.split()) <= MAX_WORDS
    spoken = [step.words, step.note, *([step.question.text, step.question.why] if step.question else [])]
    assert not [one for text in spoken for one in sentences(text) if len(one.split()) > MAX_WORDS_OF_A_SENTENCE]
    assert step.note


@pytest.mark.parametrize("step", STEPS)
def test_step_shows_a_part_that_the_page_has(step):
    assert step.page in PAGES
    assert not step.part or step.part in parts_of(step.page)
    assert step.shows is not None
    assert {*step.shows} <= {*EnsembleConfig.model_fields, *DataConfig.model_fields}


@pytest.mark.parametrize("step", STEPS)
def test_link_takes_the_settings_of_a_step_without_a_notice(step):
    known = {name for section in link.SECTIONS.values() for name in section.names}
    state = SessionState(owner=Owner("me", "tab"))
    with patch.object(st, "session_state", {STATE: state}):
        assert link.read(step.settings | ({"part": step.part} if step.part else {})) == []
    assert step.settings.keys() <= known
    assert step.action is None or step.page in DOES[step.action.do]


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_has_a_right_answer_and_a_reason(question):
    assert question.right is not None
    assert question.why
    assert len(question.answers) == 3
    assert question.in_room("a step").right == question.right


def test_lecture_asks_enough_before_it_judges_the_class():
    steps = shipped()["lecture"].steps
    judged = [step.title for step in steps].index("Are YOU a probability?")
    assert sum(step.question is not None for step in steps[:judged]) >= MIN_QUESTIONS
    assert not any(step.question for step in steps[judged:])


def test_right_answer_has_each_place():
    """Nobody should learn to choose the last one."""
    assert {step.question.right for step in shipped()["lecture"].steps if step.question} == {0, 1, 2}


def test_lecture_takes_at_most_25_presses():
    """One leads it and one begins it; then each step has one to open it, one to reveal its answer, one to act."""
    steps = shipped()["lecture"].steps
    presses = 2 + len(steps) - 1 + sum((step.question is not None) + (step.action is not None) for step in steps)
    assert presses <= 25
