"""Which scores of a row the page offers, by the run that there is."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.softmax import scores_of_a_row
from pages.parts.softmax.next_tokens import PROMPTS
from pages.parts.softmax.steps import KEY, STEPS
from testing.app_test import SOFTMAX, component_data, open_app
from ui import session
from ui.components.language_model import _settings


def offer(epochs, classes):
    from types import SimpleNamespace

    import streamlit as st

    from pages.parts.softmax import scores_of_a_row

    data = SimpleNamespace(classes=classes, row_name="wine", row_names="wines", y_test=[0] * 36)
    job = None if epochs is None else SimpleNamespace(run=SimpleNamespace(epochs=epochs), dataset=data)
    row = scores_of_a_row.choose(job)
    st.write(f"row {row.number}" if row else "none")


@pytest.mark.parametrize("epochs", [None, 0])
def test_without_a_trained_run_no_scores_of_a_row_are_offered(epochs):
    app = AppTest.from_function(offer, args=(epochs, 3)).run()
    assert not app.exception
    assert (len(app.toggle), app.markdown[0].value) == (0, "none")


def test_scores_of_any_test_row_are_offered():
    app = AppTest.from_function(offer, args=(1, 3)).run()
    app.toggle[0].set_value(True).run()
    app.number_input[0].set_value(36).run()
    assert not app.exception
    assert app.markdown[0].value == "row 35"


def test_more_classes_than_the_picture_holds_are_refused_with_the_reason():
    app = AppTest.from_function(offer, args=(1, 10)).run()
    assert app.toggle[0].disabled
    assert "10 classes" in app.caption[0].value


@pytest.mark.parametrize(("real", "order"), [(False, ["picture", "run"]), (True, ["run", "picture"])])
def test_made_up_scores_are_drawn_before_a_run_is_loaded(monkeypatch, training_service, real, order):
    """The first page of a visit: the rows of the example take seconds to load on a fresh server."""
    app = open_app(SOFTMAX)
    app.session_state["real_scores"] = real
    calls, shown_job = [], session.shown_job
    monkeypatch.setattr(scores_of_a_row, "move", lambda *arguments: calls.append("picture"))
    monkeypatch.setattr(session, "shown_job", lambda: calls.append("run") or shown_job())
    app.run()
    assert not app.exception
    assert calls == order


@pytest.mark.parametrize(("part", "header"), [("Physics", "5 "), ("add a constant", "6 "), ("Overflow", "9 Overflow")])
def test_a_link_opens_a_step_by_the_words_of_its_button(part, header):
    app = open_app(SOFTMAX, part=part)
    assert app.header[0].value.startswith(header)
    assert not app.warning


def test_a_link_with_a_wrong_step_says_which_there_are():
    app = open_app(SOFTMAX, part="Softmux")
    (said,) = (one.value for one in app.warning)
    assert "Softmax, Why exponentiate?, Two classes," in said
    assert app.header[0].value == "1 Scores to probabilities"


@pytest.mark.parametrize("part", ["language_model", "Language model"])
def test_a_link_opens_the_language_model_by_its_name_or_title(part):
    app = open_app(SOFTMAX, part=part)
    assert app.header[0].value == "10 Language model"
    data = component_data(app)
    assert [len(prompt["logits"]) for prompt in data["prompts"]] == [50] * 3
    app.radio[0].set_value("Never.").run()
    assert component_data(app)["chosen"] == {"prompt": 2, "temperature": 1.0, "k": 50, "p": 0.4}
    assert component_data(app)["version"] == 1


def test_each_prompt_has_different_tokens_the_likeliest_first():
    for tokens in PROMPTS.values():
        logits = [logit for _, logit in tokens]
        assert len({token for token, _ in tokens}) == 50
        assert logits == sorted(logits, reverse=True)


def test_what_a_browser_sends_is_kept_within_its_bounds():
    assert _settings({"prompt": 9, "temperature": -1, "k": 7.9, "p": 2}, 3, 50) == {
        "prompt": 2,
        "temperature": 0.1,
        "k": 7,
        "p": 1.0,
    }
    assert _settings({"prompt": "1", "p": float("nan"), "more": 1}, 3, 50) == {}
    assert _settings([1], 3, 50) == {}


def test_the_first_step_has_none_before_it_and_the_last_none_after():
    """ux: “Next step” led from the last step to the first."""
    app = open_app(SOFTMAX)
    for step, ends in ((STEPS[0], (True, False)), (STEPS[4], (False, False)), (STEPS[-1], (False, True))):
        app.button_group(key=KEY).set_value(step).run()
        assert (app.button(key="back").disabled, app.button(key="next_step").disabled) == ends
    app.button(key="back").click().run()
    app.button(key="next_step").click().run()
    assert app.button(key="next_step").disabled
