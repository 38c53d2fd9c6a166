"""What one person uploads or trains, nobody else sees: two sessions of one server."""

import itertools

import numpy as np
import pytest
import streamlit as st

from ensemble.datasets.csv_template import template
from ensemble.execution import service
from testing.app_test import TRAIN, component_data, open_app, state_of, wait_for_the_run, words
from tests.pages.test_data_page import upload
from ui import session
from ui.server import streamlit_internals
from ui.session.state import STATE, Owner, SessionState

pytestmark = pytest.mark.usefixtures("training_service")

DATA, READ, LESSON = "pages/data.py", "pages/predictions.py", "pages/lesson.py"
SECRET = b"height,weight,diagnosis\n" + b"1.71,60.5,secret-a\n1.82,80.25,secret-b\n1.63,55.5,secret-a\n1.9,91.5,secret-b\n" * 3


def trained(app):
    app.switch_page(TRAIN).run()
    app.button(key="train").click().run()
    return wait_for_the_run(app)


def address_of(app) -> dict[str, str]:
    return {name: value[-1] if isinstance(value, list) else value for name, value in dict(app.query_params).items()}


def everything_shown(app) -> str:
    texts = [words(app), *(str(element.proto) for element in app.get("bidi_component")), *map(str, app.get("plotly_chart"))]
    return " ".join(texts)


@pytest.fixture(scope="module")
def alice(training_service):
    """A session with rows of its own, and a run on them."""
    app = upload(open_app(DATA, epochs="2", members="2"), SECRET, "patients.csv")
    trained(app)
    return app


def test_a_session_shows_its_own_rows_and_run(alice):
    assert state_of(alice).job.dataset.class_names == ("secret-a", "secret-b")
    assert "secret-a" in everything_shown(alice)


@pytest.mark.parametrize("page", [DATA, TRAIN, READ, "pages/softmax.py", "pages/compare.py", "pages/members.py", LESSON])
def test_another_session_shows_none_of_them(alice, page):
    app = open_app(page)
    assert "secret" not in everything_shown(app)
    assert state_of(app).job is None
    assert state_of(app).own_table is None
    assert state_of(app).owner.session != state_of(alice).owner.session


def test_the_address_of_a_run_on_uploaded_rows_hands_out_neither_rows_nor_run(alice):
    address, name = address_of(alice), state_of(alice).job.id
    assert name not in address.values()
    for page, asks_for in itertools.product((TRAIN, READ, DATA), ({}, {"run": name})):
        visitor = open_app(page, **address | asks_for)
        assert state_of(visitor).job is None
        assert "secret" not in everything_shown(visitor)
        assert "was trained on an uploaded file, which no link contains" in words(visitor)


def test_the_address_of_a_run_on_built_in_rows_brings_it_back():
    app = open_app(TRAIN, epochs="2", members="2")
    job = trained(app)
    assert state_of(open_app(TRAIN, **address_of(app))).job is job


def test_the_same_settings_in_two_sessions_train_two_runs_with_the_same_numbers():
    apps = [open_app(TRAIN, epochs="2", members="2", seed="5") for _ in range(2)]
    first, second = map(trained, apps)
    assert first is not second
    assert first.id != second.id
    assert first.owner != second.owner
    assert np.array_equal(first.run.curves, second.run.curves)


def test_uploads_of_the_same_name_are_kept_apart():
    one, other = (upload(open_app(DATA), content, "mine.csv") for content in (template(), SECRET))
    assert state_of(one).own_table.class_names == ("setosa", "versicolor", "virginica")
    assert state_of(other).own_table.class_names == ("secret-a", "secret-b")
    one.run()
    assert "secret" not in everything_shown(one)


def test_what_one_session_moves_stays_where_it_is_in_the_other():
    one, other = open_app(TRAIN), open_app(TRAIN)
    before = component_data(other)
    one.slider(key="members").set_value(3).run()
    other.run()
    assert (one.session_state["members"], other.session_state["members"]) == (3, 10)
    assert component_data(other) == before
    assert state_of(other).job is None


@pytest.mark.parametrize("guess", ["", "0", "a" * 32, "../", "None", "job", "\ud800"])
def test_a_run_cannot_be_found_by_guessing(alice, guess):
    assert service.current().job(guess) is None
    assert len(state_of(alice).job.id) == 32


@pytest.mark.parametrize(("open_still", "stopped"), [(True, False), (False, True)])
def test_whoever_has_the_link_stops_a_run_only_when_its_own_session_is_gone(monkeypatch, open_still, stopped):
    lecturer = open_app(TRAIN, epochs="2000", members="2")
    lecturer.button_group(key="speed").set_value("Slow").run()
    lecturer.button(key="train").click().run()
    job = state_of(lecturer).job
    monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: open_still)
    student = open_app(TRAIN, **address_of(lecturer))
    assert state_of(student).job is job
    student.button(key="new_seed").click().run()
    assert state_of(student).job is None
    assert job.is_cancelled is stopped
    lecturer.button(key="stop").click().run()
    assert job.is_cancelled


def test_what_a_session_asks_for_is_its_own_whatever_its_name(monkeypatch):
    monkeypatch.setattr(st, "session_state", {STATE: SessionState(owner=Owner("one", "tab-1"))})
    monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: tab in ("tab-1", "tab-2"))
    assert session.may_stop("one/tab-1/sweep")
    assert not session.may_stop("two/tab-2/")
    assert not session.may_stop("two/tab-2/sweep")
    assert session.may_stop("two/tab-3/sweep")
