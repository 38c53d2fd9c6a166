"""When what other pages need of a run is trained before they are opened."""

import sys
from types import SimpleNamespace

import pytest

from ensemble.execution.states import JobState
from ui.session import begin_related

module = sys.modules[begin_related.__module__]


@pytest.fixture
def begun(monkeypatch):
    """The names of what is begun for a session whose own run has just finished."""
    names = []
    job = SimpleNamespace(came_first=True, from_store=False, state=JobState.FINISHED)
    monkeypatch.setattr(module, "runs", SimpleNamespace(ended_shown_job=lambda: job, is_example=lambda _: False))
    module.runs.has_changed_since = lambda _: True
    module.runs.is_in_a_crowd = lambda: False
    monkeypatch.setattr(module, "state", lambda: SimpleNamespace(room_code=""))
    monkeypatch.setattr(module, "limits", lambda: SimpleNamespace(train_ahead=True))
    monkeypatch.setattr(module, "related", names.append)
    return names


def test_what_the_open_page_needs_is_begun_first(begun):
    begin_related(first="outputs")
    assert begun[0] == "outputs"
    assert set(begun) == set(module.PLANS)


def test_in_a_crowd_it_is_begun_when_a_page_is_opened(begun):
    module.runs.is_in_a_crowd = lambda: True
    begin_related(first="outputs")
    assert begun == []
    module.runs.is_in_a_crowd = lambda: False
    begin_related()
    assert set(begun) == set(module.PLANS)
