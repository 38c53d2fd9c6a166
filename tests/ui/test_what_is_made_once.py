"""What a page asks for again and again, or hundreds of people see, is made once: counted, not timed."""

import sys
from types import SimpleNamespace

import pytest

from ensemble import classic
from ensemble.related import example
from ui.components import training_view
from ui.server import streamlit_internals
from ui.session import state

module_of_state = sys.modules[state.__module__]
module_of_view = sys.modules[training_view.__name__]


class Counted(dict):
    """A session's state that counts how often it is read."""

    reads = 0

    def get(self, *key):
        self.reads += 1
        return super().get(*key)


@pytest.fixture
def session(monkeypatch):
    kept = Counted()
    monkeypatch.setattr(module_of_state, "st", SimpleNamespace(session_state=kept))
    return kept


def test_the_state_of_a_session_is_looked_up_once_in_a_run_of_the_script(session, monkeypatch):
    run = object()
    monkeypatch.setattr(streamlit_internals, "script_run", lambda: run)
    states = {id(state()) for _ in range(100)}
    assert (len(states), session.reads) == (1, 1)


def test_another_run_of_the_script_looks_it_up_again_and_so_does_who_is_in_none(session, monkeypatch):
    monkeypatch.setattr(streamlit_internals, "script_run", object)
    first = state()
    session.clear()
    assert state() is not first
    monkeypatch.setattr(streamlit_internals, "script_run", lambda: None)
    before = session.reads
    assert state() is state()
    assert session.reads == before + 2


def test_what_the_picture_of_a_run_is_made_of_is_made_once_for_everybody(monkeypatch):
    run, data = example.run(), example.data()
    module_of_view._made.clear()
    assert module_of_view.frames(run, data) is module_of_view.frames(run, data)
    assert module_of_view._curves(run, data) is module_of_view._curves(run, data)
    assert module_of_view.frames(run, data) == module_of_view.frames_of(run, data)


def test_what_pictures_are_made_of_is_kept_for_the_runs_that_were_looked_at_last(monkeypatch):
    data = example.data()
    module_of_view._made.clear()
    monkeypatch.setattr(module_of_view, "RUNS_TO_KEEP", 2)
    runs = [example.run().__class__(**vars(example.run())) for _ in range(4)]
    for run in runs:
        module_of_view.frames(run, data)
    assert set(module_of_view._made) == set(runs[2:])


def test_the_outcome_of_a_run_is_computed_once(monkeypatch):
    run, data, computed = example.run(), example.data(), []
    make = classic._outcome
    monkeypatch.setattr(classic, "_outcome", lambda *given: computed.append(given) or make(*given))
    classic._outcomes.clear()
    assert classic.outcome(run, data) == classic.outcome(run, data) == make(run, data)
    assert len(computed) == 1
