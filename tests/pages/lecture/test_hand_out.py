"""What people take home from a plan's last step: the hand-out, and the completion file."""

import re
from html import unescape

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ensemble.classic import outcome
from ensemble.lecture import Plan
from ensemble.lecture.completion import Alone, read_completion
from ensemble.lecture.plan_link import to_link
from ensemble.related import example
from testing import PATIENCE
from testing.app_test import APP, state_of, words
from ui.text.format import number

pytestmark = pytest.mark.usefixtures("training_service")

PLAN = Plan.of(
    {
        "title": "A plan",
        "steps": [
            {
                "title": "Scores",
                "page": "softmax",
                "question": {"text": "Which?", "answers": ["Up", "Down"], "right": 1, "why": "It falls."},
            },
            {"title": "Are they?", "page": "calibration", "part": "Reliability"},
            {"title": "To remember", "page": "softmax", "words": "Count."},
        ],
    }
)


@pytest.fixture
def files(monkeypatch):
    """What each button would download, by its key."""
    made = {}
    monkeypatch.setattr(st, "download_button", lambda label, make, *_, key, **__: made.__setitem__(key, make))
    return made


def press(app, key):
    """Presses a button; the test runner itself stays on the page that it has opened, wherever the app has led."""
    app.button(key=key).click().run()
    app.switch_page(f"pages/{state_of(app).page}.py").run()
    assert not app.exception


def test_the_last_step_gives_what_the_lecture_has_shown_and_how_far_one_has_come(files):
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    app.query_params["plan"] = to_link(PLAN)
    app.run()
    app.radio(key="step_guess 0").set_value(1).run()
    assert files == {}
    press(app, "step_next")
    press(app, "step_next")
    assert not app.exception
    assert "Nothing in the completion file proves who made it." in words(app)
    done = read_completion(files["take_completion"]())
    assert (done.plan, done.steps_done, done.steps, done.score) == ("A plan", 3, 3, Alone(right=1, questions=1))
    text = files["take_hand_out"]()
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
    result = outcome(example.run(), example.data())
    assert f"Test loss {number(result.test_loss)} nats Right {result.test_hits} of {result.test_rows} wines" in said
    assert "0.705" in said, "the probability of the first of three scores"
    assert "came true" in said, "the axis of the reliability diagram"
    assert "✓ Down your answer It falls." in said
    assert text.count("<svg xmlns") == 2
    assert text.count('class="open"') == 2
    assert state_of(app).lecture_record.bytes < 100_000
    press(app, "leave_plan")
    app.switch_page("pages/lesson.py").run()
    assert "**A plan**, as this tab has shown it" in words(app)
    assert "0.705" in files["take_last_hand_out"]()
