"""A choice that a browser reports as empty is what it was."""

import pytest

from testing.app_test import PREDICTIONS, TRAIN, open_app
from tests.pages.train.run_settings import config_of
from ui.components.scores import STEPS

pytestmark = pytest.mark.usefixtures("training_service")


def test_a_choice_that_a_browser_in_a_hurry_reports_as_empty_is_what_it_was():
    app = open_app(TRAIN, activation="relu", optimizer="adam")
    app.button_group(key="activation").set_value(None).run()
    assert not app.exception
    assert not app.error
    assert (app.session_state["activation"], config_of(app).activation) == ("relu", "relu")
    app.switch_page(PREDICTIONS).run()
    app.session_state["optimizer"] = None
    app.run()
    assert not app.exception
    assert app.session_state["optimizer"] == "adam"


def test_steps_continue_from_a_step_reported_as_empty():
    app = open_app("pages/softmax.py")
    app.button(key="next_step").click().run()
    app.session_state["step"] = None
    app.button(key="next_step").click().run()
    assert not app.exception
    assert app.session_state["step"] == STEPS[2]
    app.session_state["step"] = None
    app.run()
    assert app.session_state["step"] == STEPS[2]


def test_presenter_keys_continue_from_a_part_reported_as_empty(monkeypatch):
    from ui import session
    from ui.session.state import STATE, SessionState, Stepper
    from ui.widgets.shell import presenter

    state = {STATE: SessionState(stepper=Stepper("step", STEPS)), "step": STEPS[2]}
    monkeypatch.setattr(presenter.st, "session_state", state)
    session.arrive_at_part("step", STEPS)
    state["step"] = None
    presenter._step(1)
    assert state["step"] == STEPS[3]
    assert state[STATE].page_step == 0
