"""What a step has shown is kept while a plan is on, in bounded memory; without one nothing is done."""

from unittest.mock import patch

import numpy as np
import pytest
import streamlit as st

from ensemble.lecture import Plan
from ui import charts
from ui.report.still import svg_of
from ui.session import step_record
from ui.session.lecture import record
from ui.session.state import STATE, Owner, SessionState
from ui.session.step_record import MAX_PICTURES, LectureRecord

PLAN = Plan.of({"title": "A plan", "steps": [{"title": f"Step {k}", "page": "calibration"} for k in range(60)]})


@pytest.fixture
def state():
    present = SessionState(owner=Owner("me", "tab"), plan=PLAN, page="calibration")
    with patch.object(st, "session_state", {STATE: present}):
        yield present


def figure_of(*values):
    return charts.empty_figure(200).add_scatter(x=[*range(len(values))], y=list(values))


def drawn(figure, key="reliability", title="Claim"):
    record.keep(figure, key, title, "What it shows", is_dark=False)


def test_without_a_plan_or_beside_its_page_nothing_is_kept(state):
    for change in ({"plan": None}, {"page": "train"}, {"explores": True}):
        with patch.multiple(state, **change):
            record.begin_page()
            drawn(figure_of(1))
            record.keep_values("scores", z=[1.0])
            record.keep_numbers()
    assert state.lecture_record == LectureRecord(is_new_page=state.lecture_record.is_new_page)
    assert state.lecture_record.steps == {}


def test_the_first_picture_of_a_page_is_kept_as_it_was_drawn_last(state):
    record.begin_page()
    drawn(figure_of(1), "first")
    drawn(figure_of(2), "second")
    drawn(latest := figure_of(3), "first", "Newer claim")
    kept = state.lecture_record.shown(PLAN)[0]
    assert kept.figure is latest
    assert (kept.key, kept.title) == ("first", "Newer claim")
    record.begin_page()
    drawn(other := figure_of(4), "of another part")
    assert state.lecture_record.shown(PLAN)[0].figure is other


def test_a_picture_of_a_step_that_is_over_is_packed_and_drawn_alike(state):
    record.begin_page()
    drawn(figure_of(1, 2, 3))
    before = svg_of(state.lecture_record.steps[0].picture)
    state.step = 1
    record.keep_values("scores", z=[1.0], temperature=1.0, names=[])
    kept = state.lecture_record.steps[0]
    assert kept.figure is None
    assert 0 < len(kept.packed) < 4000
    assert svg_of(kept.picture) == before


def test_all_pictures_of_a_session_are_bounded(state, monkeypatch):
    limit, rng = MAX_PICTURES // 4, np.random.default_rng(0)
    monkeypatch.setattr(step_record, "MAX_PICTURES", limit)
    for index in range(15):
        state.step = index
        record.begin_page()
        drawn(figure_of(*rng.normal(size=6000)), f"picture {index}")
    state.step = 0
    record.keep_values("scores", z=[1.0])
    assert limit * 0.8 < state.lecture_record.bytes <= limit
    assert sum(step.figure is not None for step in state.lecture_record.steps.values()) == 0
    state.step = 1
    drawn(figure_of(*rng.normal(size=60_000)), "picture 1")
    state.step = 2
    record.keep_values("scores", z=[1.0])
    assert state.lecture_record.steps[1].picture is None, "one that is too large is not kept"


def test_another_plan_begins_anew(state):
    drawn(figure_of(1))
    state.plan = Plan.of({"title": "Another", "steps": [{"title": "One", "page": "calibration"}]})
    assert state.lecture_record.shown(state.plan) == {}
    drawn(figure_of(2))
    assert len(state.lecture_record.shown(state.plan)) == 1
    assert state.lecture_record.shown(PLAN) == {}


def test_charts_show_what_is_drawn_and_keep_it(state):
    with patch.object(charts, "st"), patch.object(charts, "scheme", lambda: "dark"):
        charts.show(shown := figure_of(1), "key", "What it shows", "Claim")
    kept = state.lecture_record.steps[0]
    assert kept.figure is shown
    assert (kept.key, kept.title, kept.alt, kept.is_dark) == ("key", "Claim", "What it shows", True)
