"""Which scores of a row the page offers, by the run that there is."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.softmax import scores_of_a_row
from testing.app_test import SOFTMAX, open_app
from ui import session


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
