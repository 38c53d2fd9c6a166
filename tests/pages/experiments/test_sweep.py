"""A sweep of one setting or two: curves, maps, values, links and files."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensemble.sweeps.comparisons import spread_change
from ensemble.sweeps.results import POOLS
from ensemble.sweeps.tables import METRICS, used_values
from testing.app_test import open_app, pictures, wait_for_the_run, words
from tests.pages.experiments.many_runs import PAGE, SWEEP, fake_result, open_part, plan_of, results_of, sweep_of, train
from ui.text.format import number

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.fixture(scope="module")
def swept():
    app = open_part(SWEEP, along_values="1, 2, 4", each="3")
    train(app, "sweep")
    return app


def test_the_split_can_be_held_with_one_press(swept):
    app = open_part(SWEEP, along_values="1, 2", each="2")
    train(app, "sweep")
    app.button(key="many_hold_the_split").click().run()
    assert not app.exception
    assert (app.session_state["many_drawn"], app.session_state["training"]) == ("start", "independent")
    train(app, "sweep")
    assert "many_hold_the_split" not in {button.key for button in app.button}


def test_a_cell_of_which_not_all_runs_count_says_so():
    app = open_part(SWEEP, along="members", along_values="1, 2", across="activation", across_values="linear, tanh", each="2")
    sweep = train(app, "sweep")
    first = plan_of(sweep).conditions[0].indices
    sweep.results[first[1]] = sweep.results[first[1]]._replace(status="diverged")
    sweep.id += "-corrupted"
    app.run()
    texts = [text for trace in pictures(app)[0]["data"][1:] for text in trace["text"]]
    assert [text.endswith("<br>1/2") for text in texts].count(True) == 1


def test_one_setting_is_a_curve_with_its_band(swept):
    sweep = sweep_of(swept, "sweep")
    table, plan = results_of(sweep), plan_of(sweep)
    for metric in [*METRICS][::-1]:
        swept.button_group(key="many_metric").set_value(metric).run()
        curve = pictures(swept)[0]["data"][-1]
        assert list(curve["x"]) == [1, 2, 4]
        np.testing.assert_allclose(curve["y"], [np.median(used_values(table, point, metric)) for point in plan.conditions])


def test_between_seeds_and_between_members_are_told_apart(swept):
    sweep = sweep_of(swept, "sweep")
    ensembles = [used_values(results_of(sweep), point, "test_loss").std(ddof=1) for point in plan_of(sweep).conditions]
    traces = {trace["name"]: trace["y"] for trace in pictures(swept)[1]["data"]}
    np.testing.assert_allclose(traces["the ensemble, between seeds"], ensembles)
    assert np.isnan(np.array(traces["single members, within a run"], float)[0])
    assert [one["layout"]["yaxis"].get("type") for one in pictures(swept)] == ["log", "log"]


def test_below_ten_seeds_no_line_is_drawn_and_no_trend_is_given_in_numbers(swept):
    """A line from 0.0155 to 0.341, and "3 seeds are too few" below it."""
    assert {trace["mode"] for figure in pictures(swept) for trace in figure["data"]} == {"markers"}
    assert "Needs at least 10 seeds per value to show a trend; you have 3" in words(swept)
    assert "a standard deviation of" not in words(swept)
    assert "dominates" not in words(swept)


def test_ten_seeds_give_a_line_and_the_change_of_the_spread_with_its_interval():
    app = open_part(SWEEP, along_values="1, 4", each="12")
    app.button(key="train_sweep").click().run()
    sweep = sweep_of(app, "sweep")
    sweep.cancel()
    sweep.out.clear()
    sweep.results[:] = [fake_result(0.1 + index / 100) for index in range(len(sweep.specs))]
    sweep.done = len(sweep.specs)
    sweep.id += "-made up"
    app.run()
    assert "lines+markers" in {trace["mode"] for trace in pictures(app)[0]["data"]}
    change = spread_change(plan_of(sweep), results_of(sweep))
    for sd, spread in ((change.first_sd, change.first), (change.last_sd, change.last)):
        assert f"{number(sd)} nats" in words(app)
        assert f"{number(np.exp(spread.mean))} ({number(np.exp(spread.low))} to {number(np.exp(spread.high))})" in words(app)


def test_a_click_on_a_dot_chooses_its_run(swept):
    from pages.parts.experiments.runs_behind import choose_clicked

    session_state = {"sweep_effect": SimpleNamespace(selection=SimpleNamespace(points=[{"x": 2, "customdata": [1, 1]}]))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.session_state", session_state)
        choose_clicked("sweep_effect", SimpleNamespace(plan=plan_of(sweep_of(swept, "sweep"))))
    assert (session_state["point_behind"], session_state["run_behind"]) == ("ensemble size 2", "seed 1, split 1")
    assert session_state["point_behind"] in swept.selectbox(key="point_behind").options


def test_each_run_has_a_link_that_trains_it(swept):
    swept.selectbox(key="point_behind").set_value("ensemble size 1").run()
    links = swept.dataframe[1].value["link"].tolist()
    assert all(link.startswith("/train?") and "train=1" in link for link in links)
    query = dict(part.split("=") for part in links[1].partition("?")[2].split("&"))
    app = open_app("pages/train.py", **query)
    sweep = sweep_of(swept, "sweep")
    assert wait_for_the_run(app).config == sweep.specs[plan_of(sweep).conditions[0].indices[1]].config


def test_two_settings_are_a_map_of_medians():
    app = open_part(SWEEP, along="members", along_values="1, 2", across="activation", across_values="linear, tanh", each="2")
    sweep = train(app, "sweep")
    heat, *texts = pictures(app)[0]["data"]
    medians = [np.median(used_values(results_of(sweep), point, "test_loss")) for point in plan_of(sweep).conditions]
    np.testing.assert_allclose(10 ** np.array(heat["z"]), np.reshape(medians, (2, 2)).T)
    assert (list(heat["x"]), list(heat["y"])) == (["1", "2"], ["linear", "tanh"])
    assert sum(len(trace["text"]) for trace in texts) == 4
    assert app.selectbox(key="point_behind").options[1] == "ensemble size 1, activation tanh"


def test_pooling_is_swept_over_the_same_runs():
    app = open_part(SWEEP, along="pooling", each="3")
    sweep = train(app, "sweep")
    assert len(sweep.specs) == 3
    assert len(plan_of(sweep).conditions) == 3
    assert list(pictures(app)[0]["data"][-1]["x"]) == list(POOLS)
    app.button_group(key="many_metric").set_value("train_loss").run()
    assert "whatever the pooling" in words(app)


def test_values_that_cannot_be_used_are_named_and_nothing_is_lost(swept):
    before = pictures(swept)
    swept.text_input(key="many_values_members").set_value("1, 2, 99").run()
    assert not swept.exception
    assert "99 cannot be used" in words(swept)
    assert swept.text_input(key="many_values_members").value == "1, 2, 99"
    assert swept.button(key="train_sweep").disabled
    assert len(pictures(swept)) == len(before)
    swept.text_input(key="many_values_members").set_value("1, 2, 4").run()
    assert "settings have changed since" not in words(swept)


def test_what_is_typed_for_one_setting_is_kept_while_another_is_looked_at():
    app = open_part(SWEEP)
    app.text_input(key="many_values_members").set_value("3, 5").run()
    app.selectbox(key="many_along").set_value("dropout").run()
    assert app.query_params["along"] in ("dropout", ["dropout"])
    app.selectbox(key="many_along").set_value("members").run()
    assert app.text_input(key="many_values_members").value == "3, 5"
    assert app.query_params["along_values"] in ("3, 5", ["3, 5"])


@pytest.mark.nightly
@pytest.mark.parametrize("setting", ["activation", "dropout", "epochs", "hidden_units", "learning_rate", "training"])
def test_every_setting_can_be_swept(setting):
    values = {"epochs": "1, 2", "hidden_units": "4, 8", "activation": "linear, relu", "training": "joint, independent"}.get(
        setting
    )
    app = open_part(SWEEP, along=setting, each="2", **({"along_values": values} if values else {}))
    train(app, "sweep")
    assert len(pictures(app)) == 2


def test_settings_and_runs_come_back_through_the_link(swept):
    query = dict(swept.query_params.items())
    query = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    again = open_app(PAGE, **query)
    assert sweep_of(again, "sweep") is sweep_of(swept, "sweep")
    assert len(pictures(again)) == 2
    assert again.text_input(key="many_values_members").value == "1, 2, 4"
    assert "settings have changed since" not in words(again)


def test_a_link_of_which_one_experiment_is_gone_says_so(swept):
    sweep = sweep_of(swept, "sweep")
    again = open_part(SWEEP, along_values="1, 2, 4", each="3", sweep=f"{sweep.id}.{'0' * 32}")
    assert sweep_of(again, "sweep") is sweep
    assert "1 of the 2 experiments of many runs of this link is no longer held here" in words(again)
    assert "no longer held here" not in words(open_part(SWEEP, sweep=sweep.id))


def test_all_results_can_be_taken_home(swept):
    from ensemble.sweeps.tables import csv_file, parquet_file

    table = results_of(sweep_of(swept, "sweep"))
    offered = [button.key for button in swept.get("download_button") if button.key.startswith("take_sweep")]
    assert offered == ["take_sweep_csv", "take_sweep_parquet"]
    assert len(pd.read_csv(io.BytesIO(csv_file(table)))) == len(pd.read_parquet(io.BytesIO(parquet_file(table)))) == 9
