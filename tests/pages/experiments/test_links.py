"""Links to many runs: of other sessions, gone, hostile, of a lesson."""

import pytest

from ensemble.sweeps.experiment import IN_LINKS
from testing.app_test import open_app, state_of, words
from tests.pages.experiments.many_runs import LUCK, PAIRS, SWEEP, open_part, sweep_of
from ui.server import streamlit_internals

pytestmark = pytest.mark.usefixtures("training_service")


def test_a_link_to_runs_that_are_gone_says_how_to_get_them_back():
    assert "many runs of this link are no longer held here" in words(open_part(LUCK, sweep="0" * 32))


def test_somebody_with_the_link_can_watch_but_neither_pause_nor_stop(monkeypatch):
    owner = open_part(LUCK, seeds="80", epochs="100")
    owner.button(key="train_luck").click().run()
    sweep = sweep_of(owner, "luck")
    try:
        monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: True)
        visitor = open_part(LUCK, sweep=sweep.id)
        assert sweep_of(visitor, "luck") is sweep
        assert visitor.button(key="pause_luck").disabled
        assert visitor.button(key="stop_luck").disabled
        assert "belong to another session" in words(visitor)
        owner.run()
        assert not owner.button(key="stop_luck").disabled
        owner.button(key="pause_luck").click().run()
        visitor.run()
        assert visitor.button(key="resume_luck").disabled
        monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: False)
        visitor.run()
        assert not visitor.button(key="resume_luck").disabled
    finally:
        sweep.cancel()


def test_the_run_of_another_session_cannot_be_stopped_on_the_training_page(monkeypatch):
    owner = open_app(epochs="2000")
    owner.button(key="train").click().run()
    job = state_of(owner).job
    try:
        monkeypatch.setattr(streamlit_internals, "is_open", lambda tab: True)
        visitor = open_app(run=job.id, epochs="2000")
        assert state_of(visitor).job is job
        assert not job.live or visitor.button(key="stop").disabled
        owner.run()
        assert not job.live or not owner.button(key="stop").disabled
    finally:
        job.cancel()


@pytest.mark.parametrize(
    "hostile", ["<script>", "nan", *(pytest.param(text, marks=pytest.mark.nightly) for text in ("9" * 400, "-1", "]", ""))]
)
def test_no_link_breaks_the_page(hostile):
    for part in (LUCK, SWEEP, PAIRS):
        app = open_part(part, sweep=hostile, **dict.fromkeys(IN_LINKS, hostile))
        assert not app.exception
        assert not app.button(key={LUCK: "train_luck", SWEEP: "train_sweep", PAIRS: "train_pairs"}[part]).disabled


def test_a_lesson_hides_settings_here_too():
    from ensemble.sharing.lesson import Lesson

    app = open_part(SWEEP, **Lesson(shows=("dropout",)).to_query())
    assert app.selectbox(key="many_along").options == ["Ensemble size", "Dropout", "Pooling"]
    app.selectbox(key="many_along").set_value("dropout").run()
    assert "members" not in app.selectbox(key="many_along").options
