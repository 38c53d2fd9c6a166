"""Questions are asked one by one, answered, skipped, switched off."""

import pytest

from ensemble.probability.vectors import softmax
from testing.app_test import SOFTMAX, TRAIN, component_data, open_app, words
from ui.components.scores import STEPS

pytestmark = pytest.mark.usefixtures("training_service")


def guess(app, position):
    radio = app.radio[0]
    assert radio.value is None
    radio.set_value(radio.options[position]).run()
    assert not app.exception


def test_a_guess_is_answered_with_the_reason_and_the_experiment():
    """ln Z has the slope p at T = 1, to which the answer sets T; a positive factor; unless it ties."""
    app, asked, answered = open_app(SOFTMAX), [], {}
    for step in STEPS:
        app.button_group(key="step").set_value(step).run()
        if app.radio:
            asked.append(app.radio[0].label)
            guess(app, 0)
            assert not app.radio
            assert asked[-1] in words(app)
            answered[step] = words(app), component_data(app)["temperature"]
    assert len(set(asked)) == 8
    assert "At T = 1 its slope in a score is that class's probability" in answered["predictors"][0]
    assert answered["predictors"][1] == 1
    assert "A positive factor on all scores does not change which class wins" in answered["decisive"][0]
    assert "The likeliest class gets likelier still, unless it ties" in answered["decisive"][0]
    assert component_data(app)["temperature"] == 2.0


def test_an_answer_is_seen_whatever_an_earlier_question_has_set():
    """After “equal scores” three scores of 0 stayed: a doubled temperature moved no bar, and no exponential was exp(102)."""
    app = open_app(SOFTMAX)
    for step in ("exponentiate", "temperature"):
        app.button_group(key="step").set_value(step).run()
        guess(app, 0)
    shown = component_data(app)
    assert softmax(shown["z"], shown["temperature"]).max() < softmax(shown["z"], shown["temperature"] / 2).max()
    app.button_group(key="step").set_value("decisive").run()
    guess(app, 0)
    app.button_group(key="step").set_value("overflow").run()
    guess(app, 0)
    assert f"exp({100 + max(component_data(app)['z']):g})" in words(app)


def test_the_cross_entropy_page_asks_four_guesses_one_by_one():
    app, asked = open_app("pages/cross_entropy.py"), []
    for position in range(4):
        asked.append(app.radio[0].label)
        guess(app, 1)
        app.button(key="next_below_entropy").click().run()
        assert len(set(asked)) == position + 1
    assert not app.radio
    assert component_data(app)["p"] == [0.9, 0.05, 0.05]


def test_a_question_can_be_skipped_and_stays_so():
    app = open_app(SOFTMAX)
    app.button(key="skip_equal_scores").click().run()
    assert not app.radio
    assert component_data(app)["z"] == [2.0, 1.0, -1.0]
    app.switch_page(TRAIN).run()
    app.switch_page(SOFTMAX).run()
    assert not app.radio
    assert "How large is each probability" in words(app)


def test_a_wrong_guess_is_named_beside_the_right_answer():
    app = open_app(SOFTMAX)
    guess(app, 0)
    assert "You said “0”" in words(app)
    assert "**1/3** Each exponential is 1" in words(app)


def test_a_lecturer_can_switch_the_questions_off():
    app = open_app(SOFTMAX)
    app.toggle(key="questions").set_value(False).run()
    assert not app.radio
    app.switch_page("pages/cross_entropy.py").run()
    assert not app.radio
