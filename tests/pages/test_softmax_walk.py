"""The steps of Softmax and Cross-entropy."""

import pytest

from ensemble.related import example
from pages.parts.softmax.steps import LANGUAGE_MODEL, STEPS
from testing.app_test import SOFTMAX, component_data, open_app, state_of, words

pytestmark = pytest.mark.usefixtures("training_service")


def test_each_step_of_the_walk_has_its_words_and_its_formula():
    app = open_app(SOFTMAX)
    seen = []
    for step in STEPS:
        app.button_group(key="step").set_value(step).run()
        assert not app.exception
        text = max((element.value for element in app.markdown), key=len)
        assert "$$" in text
        seen.append((app.header[0].value, text))
    assert len(set(seen)) == len(STEPS) == 10


def test_back_and_next_walk_through_the_steps_and_end_with_them():
    app = open_app(SOFTMAX)
    assert app.button(key="back").disabled
    for key, step in (("next_step", "divide"), ("back", "exponentiate"), ("next_step", "divide")):
        app.button(key=key).click().run()
        assert app.session_state["step"] == step
    app.session_state["step"] = LANGUAGE_MODEL
    app.run()
    assert app.button(key="next_step").disabled
    assert not app.button(key="back").disabled


def test_without_a_run_the_scores_of_a_wine_are_those_of_the_example():
    app = open_app(SOFTMAX)
    assert component_data(app)["z"] == [2.0, 1.0, -1.0]
    app.toggle(key="real_scores").set_value(True).run()
    scores = example.run().logits(example.data().x_test)[0]
    assert component_data(app)["z"] == pytest.approx(scores.tolist())


def test_the_scores_of_a_wine_take_the_place_of_the_made_up_ones(trained):
    job = state_of(trained).job
    app = open_app(SOFTMAX, run=job.id)
    app.toggle(key="real_scores").set_value(True).run()
    app.number_input(key="scored_wine").set_value(7).run()
    assert not app.exception
    shown = component_data(app)
    assert shown["z"] == pytest.approx(job.run.logits(job.dataset.x_test)[6].tolist())
    assert shown["classes"] == list(job.dataset.class_names)


def test_the_cross_entropy_page_states_the_split_and_the_common_slip():
    app = open_app("pages/cross_entropy.py")
    assert app.title[0].value == "Cross-entropy"
    assert r"H(p) + \mathrm{KL}(p \Vert q)" in words(app)
    assert "common slip" in words(app)
    assert component_data(app) == {"p": [0.6, 0.3, 0.1], "q": [0.2, 0.3, 0.5], "unit": "nats", "version": 0}
