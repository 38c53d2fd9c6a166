"""Runs that links name: held, gone, on uploaded rows, or too large to be trained unasked."""

from types import SimpleNamespace

import pytest

from ensemble import limits
from ensemble.sharing.lesson import Lesson
from tests.ui.session.test_session_link import new_session
from ui import session
from ui.session import link, run_in_link

GONE = "0" * 32
LESSON = Lesson(train=True).to_query()


@pytest.fixture
def trained(monkeypatch):
    """How often a run was begun."""
    began = []
    monkeypatch.setattr(run_in_link.runs, "train", lambda: began.append(session.config()))
    return began


@pytest.mark.parametrize(
    ("query", "says"), [({"run": GONE}, [run_in_link.TRAINED_AGAIN]), ({"run": GONE} | LESSON, []), (LESSON, [])]
)
def test_a_run_that_is_gone_is_trained_again_with_the_settings_of_the_link(trained, query, says):
    with new_session():
        assert link.read(query | {"members": "3"}) == []
        assert run_in_link.train_on_arrival(query.get("run", "")) == says
    assert [config.members for config in trained] == [3]


@pytest.mark.parametrize("run", ["", "upload", "gone", "0" * 31, "0" * 33, "Z" * 32, "../run"])
def test_what_names_no_run_trains_nothing(trained, run):
    with new_session():
        link.read({"run": run} if run else {})
        assert run_in_link.train_on_arrival(run) == []
    assert not trained


@pytest.mark.parametrize(
    ("query", "budgets", "says"),
    [
        ({"run": GONE}, {"arrival_budget": 0}, "no longer held here. Press Train"),
        (LESSON, {"arrival_budget": 0}, "asks to train at once, which takes"),
        ({"run": GONE}, {"arrival_budget": 0, "run_budget": 0}, "more than this server allows"),
    ],
)
def test_what_takes_long_waits_for_a_press(trained, monkeypatch, query, budgets, says):
    smaller = limits.limits().model_copy(update=budgets)
    monkeypatch.setattr(run_in_link, "limits", lambda: smaller)
    with new_session():
        link.read(query)
        [said] = run_in_link.train_on_arrival(query.get("run", ""))
    assert says in said
    assert not trained


@pytest.mark.parametrize(
    ("is_over", "crowd", "seconds"),
    [(True, True, [0.8]), (False, False, [0.8]), (False, True, [0.8, run_in_link.SECONDS_TO_WAIT_IN_A_CROWD - 0.8])],
)
def test_who_arrives_before_the_crowd_waits_with_it(monkeypatch, is_over, crowd, seconds):
    waited = []
    job = SimpleNamespace(wait=lambda seconds: waited.append(seconds) or is_over)
    begun = []
    monkeypatch.setattr(run_in_link.runs, "train", lambda: begun.append(job))
    monkeypatch.setattr(run_in_link.runs, "job", lambda: begun[0] if begun else None)
    monkeypatch.setattr(run_in_link.runs, "is_in_a_crowd", lambda: crowd)
    with new_session():
        link.read(LESSON)
        assert run_in_link.train_on_arrival("") == []
    assert waited == seconds


def test_the_name_of_a_run_on_uploaded_rows_is_in_no_address(monkeypatch):
    run = SimpleNamespace(id="f" * 32, dataset=SimpleNamespace(name="upload"))
    monkeypatch.setattr(run_in_link.runs, "job", lambda: run)
    assert run_in_link.write_run() == "upload"
    run.dataset.name = "wine"
    assert run_in_link.write_run() == run.id
