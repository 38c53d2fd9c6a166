"""One experiment behind all pages: what is shown before anybody trains, and what one press of Train brings."""

from importlib import import_module

import numpy as np
import pytest

from ensemble import EnsembleConfig
from ensemble.limits import limits
from testing.app_test import (
    TRAIN,
    component_data,
    open_app,
    open_popover,
    pictures,
    related,
    state_of,
    wait_for_related,
    wait_for_the_run,
    words,
)
from ui.page import RELATED, WITH_BAR

pytestmark = pytest.mark.usefixtures("training_service")

READ, MEMBERS, CALIBRATION = "pages/predictions.py", "pages/members.py", "pages/calibration.py"
IN_ADVANCE = "Trained in advance with these settings"
SMALL = {"members": "3", "epochs": "5"}
# Its folds are of one size: half as many programs are compiled as for wine.
EVEN = SMALL | {"data": "iris"}


def bar(app):
    """The words of the bar: its first line says what is shown, its second what came out."""
    return next(element.value for element in app.markdown if " members · dropout " in element.value)


@pytest.fixture
def ahead(monkeypatch):
    """As on a host by default: what other pages need is trained before they are opened."""
    monkeypatch.setenv("SOFTMAX_LAB_TRAIN_AHEAD", "1")
    limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.cache_clear()


@pytest.mark.parametrize("url", ["train", *WITH_BAR])
def test_a_first_visit_shows_the_example_and_trains_nothing(url, training_service):
    before = training_service.runs.live
    app = open_app(f"pages/{url}.py")
    assert IN_ADVANCE in bar(app)
    assert "**wine** · 10 members · dropout 0.25 · 200 epochs · seed 0" in bar(app)
    assert state_of(app).job is None
    assert all(one.is_complete for one in state_of(app).related.values())
    assert training_service.runs.live <= before


def test_the_example_says_what_came_out_of_it():
    assert "test loss **0.136 nats** · **34 of 36** wines right" in bar(open_app(READ))


def test_a_changed_setting_is_said_in_the_bar_and_moves_nothing():
    app = open_app(MEMBERS)
    before = len(app.main.children), [str(one) for one in pictures(app)]
    open_popover(app, "Settings")
    app.slider(key="dropout").set_value(0.5).run()
    assert "Set: dropout 0.5" in bar(app)
    assert IN_ADVANCE in bar(app)
    assert (len(app.main.children), [str(one) for one in pictures(app)]) == before


def test_what_is_set_in_a_popover_stays_when_it_closes():
    app = open_app(MEMBERS)
    assert "dropout" not in [slider.key for slider in app.slider]
    open_popover(app, "Settings")
    app.slider(key="dropout").set_value(0.5).run()
    app.session_state["settings_popover"] = False
    app.run()
    assert "dropout" not in [slider.key for slider in app.slider]
    assert "Set: dropout 0.5" in bar(app)
    open_popover(app, "Settings")
    assert app.slider(key="dropout").value == 0.5


def test_one_press_of_train_asks_for_what_every_page_needs(ahead, monkeypatch):
    monkeypatch.setattr(import_module("ui.session.related"), "MAX_SECONDS_UNASKED", float("inf"))  # busy cores
    app = open_app(TRAIN, seed="3", **EVEN)
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    assert set(state_of(app).related) == set(RELATED.values())
    assert all(one.asked == job.id and one.group for one in state_of(app).related.values())
    assert {spec.config.members for spec in state_of(app).sweeps["luck"].specs} == {3}


@pytest.mark.nightly
def test_one_press_of_train_is_enough_for_every_page(ahead):
    app = open_app(TRAIN, seed="3", **EVEN)
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    assert "Finished" in bar(app)
    assert "seed 3" in bar(app)
    assert set(state_of(app).related) == set(RELATED.values())
    for url, name in RELATED.items():
        wait_for_related(app, name)
        app.switch_page(f"pages/{url}.py").run()
        assert not app.exception
        assert related(app, name).is_complete
        assert related(app, name).asked == job.id
        assert not [button for button in app.button if button.key and button.key.startswith("train_")]
    sweep = state_of(app).sweeps["luck"]
    assert sweep.wait(60)
    assert {spec.config.members for spec in sweep.specs} == {3}


def test_a_host_may_have_pages_wait_until_they_are_opened():
    app = open_app(TRAIN, seed="9", **EVEN)
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    assert not [one for one in state_of(app).related.values() if one.asked == job.id]
    app.switch_page(MEMBERS).run()
    assert related(app, "members").asked == job.id


def test_the_joint_ensemble_is_the_run_itself(ahead):
    app = open_app(TRAIN, seed="4", **EVEN)
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    assert related(app, "ensembles").runs["joint"] is job.run


def test_the_run_of_before_is_shown_until_the_new_one_has_epochs():
    app = open_app(READ, seed="5", **SMALL)
    app.button(key="train").click().run()
    first = wait_for_the_run(app)
    app.session_state["seed"] = 6
    app.run()
    app.button(key="train").click().run()
    second = wait_for_the_run(app)
    assert state_of(app).earlier is first
    assert state_of(app).job is second
    assert "seed 6" in bar(app)


def test_bars_show_those_of_the_run_before_where_both_judge_the_same_rows():
    app = open_app(READ, seed="5", **SMALL)
    ghosts = []
    for dropout, seed in ((0.25, 5), (0.5, 5), (0.5, 6)):
        app.session_state["dropout"], app.session_state["seed"] = dropout, seed
        app.run()
        app.button(key="train").click().run()
        job = wait_for_the_run(app)
        sent = component_data(app)
        ghosts.append(sent["ghost"])
        if (dropout, seed) == (0.5, 5):
            row = job.dataset.x_test[[sent["wine"]]]
            np.testing.assert_allclose(sent["ghost"], state_of(app).earlier.run.logits(row)[0], rtol=1e-6)
            app.switch_page(TRAIN).run()
            of_rows = component_data(app)["ghost_of_rows"]
            assert len(of_rows) == len(job.dataset.y_test)
            assert 0 < np.mean(of_rows) < 1
            app.switch_page(READ).run()
    assert [ghost is None for ghost in ghosts] == [True, False, True]


def test_settings_train_as_they_are_moved_where_that_is_quick():
    app = open_app(TRAIN, seed="7", **SMALL)
    app.toggle(key="as_i_move").set_value(True).run()
    app.slider(key="dropout").set_value(0.5).run()
    job = wait_for_the_run(app)
    assert job.config == EnsembleConfig(members=3, epochs=5, seed=7, dropout=0.5)
    app.slider(key="epochs").set_value(2000).run()
    app.session_state["hidden_units"] = 64
    app.run()
    assert state_of(app).job is job
    assert "press Train" in bar(app)


def test_runs_that_take_long_wait_for_a_press_and_say_how_long(monkeypatch):
    monkeypatch.setattr(import_module("ui.session.related"), "MAX_SECONDS_UNASKED", 0.01)
    app = open_app(MEMBERS, seed="10", **EVEN)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    waiting = related(app, "members")
    assert waiting.waits
    assert f"about {waiting.seconds:.0f} s" in words(app)
    assert not waiting.group
    app.button(key="train_ensembles").click().run()
    assert related(app, "members").group


def test_a_run_is_pinned_from_the_bar_of_any_page():
    app = open_app(CALIBRATION)
    app.button(key="pin").click().run()
    assert [one.config for one in state_of(app).pinned] == [EnsembleConfig()]
    assert app.button(key="pin").disabled


def test_the_address_names_no_runs_that_came_by_themselves(ahead):
    app = open_app(TRAIN, seed="11", **EVEN)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    app.switch_page("pages/experiments.py").run()
    assert state_of(app).sweeps
    assert "run" in app.query_params
    assert "sweep" not in app.query_params
