"""Runs behind a point are trained again with the same numbers."""

from importlib import import_module

import pytest

from ensemble.datasets.builtin import load_table
from ensemble.sweeps.results import POOLS
from ensemble.sweeps.tables import runs_of
from testing.app_test import go_to_part, state_of, wait_for_the_run, words
from tests.pages.every_page.test_any_data import check, hostile_table
from tests.pages.experiments.many_runs import LUCK, PAGE, SWEEP, open_part, plan_of, results_of, sweep_of, train

pytestmark = pytest.mark.usefixtures("training_service")


def test_a_run_behind_a_point_is_trained_again_with_the_same_numbers():
    app = open_part(SWEEP, along_values="2, 4", each="3")
    sweep = train(app, "sweep")
    app.selectbox(key="point_behind").set_value("ensemble size 4").run()
    app.selectbox(key="run_behind").set_value("seed 2, split 2").run()
    row = runs_of(results_of(sweep), plan_of(sweep).conditions[1]).iloc[2]
    assert app.dataframe[1].value["test_loss"].tolist()[2] == pytest.approx(row["test_loss"])
    app.button(key="many_again").click().run()
    assert not app.exception
    assert app.title[0].value == "Train"
    job = wait_for_the_run(app)
    assert (job.config.members, job.config.seed, app.session_state["split"]) == (4, 2, -1)
    assert job.run.curves[-1][1] == pytest.approx(row["test_loss"], rel=1e-5)
    assert job.run.curves[-1][0] == pytest.approx(row["train_loss"], rel=1e-5)
    app.switch_page(PAGE).run()
    assert "settings have changed since" in words(app) or sweep_of(app, "sweep") is not sweep


@pytest.mark.parametrize(("drawn", "split"), [("split", 1), ("start", 0)])
def test_a_run_with_a_split_of_its_own_is_trained_again_too(drawn, split):
    app = open_part(SWEEP, along_values="2", each="2", drawn=drawn)
    sweep = train(app, "sweep")
    app.selectbox(key="run_behind").set_value(app.selectbox(key="run_behind").options[1]).run()
    app.button(key="many_again").click().run()
    job = wait_for_the_run(app)
    assert app.session_state["split"] == split
    assert job.run.curves[-1][1] == pytest.approx(sweep.results[1].pools[POOLS[0]].loss, rel=1e-5)


@pytest.mark.nightly
def test_uploaded_rows_are_used_and_shown_as_they_stand(monkeypatch):
    app = open_part(SWEEP, along_values="1, 2", each="2")
    state_of(app).own_table, app.session_state["own_rows"] = hostile_table(), True
    app.run()
    sweep = train(app, "sweep")
    assert (sweep.table_name, sweep.table) == ("upload", None)
    app.button(key="train").click().run()
    wait_for_the_run(app)
    check(app, state_of(app).own_table)
    assert not any(app.dataframe[1].value["link"])
    somebody = open_part(SWEEP, sweep=sweep.id)
    assert sweep not in state_of(somebody).sweeps.values()
    assert {one.table_name for one in state_of(somebody).sweeps.values()} <= {"wine"}
    assert "trained on an uploaded file, which no link contains" in words(somebody)
    app.button(key="many_again").click().run()
    assert wait_for_the_run(app).dataset.name == "upload"
    app.switch_page(PAGE).run()
    monkeypatch.setattr(import_module("ui.session.sweeps"), "MAX_CLASSIC_RUNS_UNASKED", 0)  # nothing takes their place
    state_of(app).own_table = None
    app.run()
    app.button(key="many_again").click().run()
    assert not app.exception
    assert "Upload the same file again first" in words(app)
    go_to_part(app, "experiments", LUCK)
    check(app, load_table("wine"))
