"""Many runs: every part and control, without a browser."""

import io
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ensemble.datasets.builtin import load_table
from ensemble.execution import service
from ensemble.probability.intervals import Band
from ensemble.rng import evaluation_rng
from ensemble.sweeps.comparisons import LeftOut, SpreadChange, compared, run_variance_shares, spread_change
from ensemble.sweeps.experiment import IN_LINKS
from ensemble.sweeps.paired_runs import paired as paired_runs
from ensemble.sweeps.results import POOLS, Calibration, Result, Scores
from ensemble.sweeps.tables import METRICS, results_table, runs_of, used_values
from ensemble.sweeps.variance import share_above
from testing.app_test import PATIENCE, go_to_part, open_app, pictures, state_of, wait_for_the_run, words
from tests.pages.test_any_data import check, hostile_table
from ui.charts.run_axes import short_loss, with_room_between
from ui.server import streamlit_internals
from ui.text.format import number
from ui.text.pairs import difference, gain, interval, left_out, seeds_needed, verdict
from ui.text.variance import change, own_and_shared, what_dominates

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/experiments.py"
LUCK, SWEEP, PAIRS = "How lucky was that?", "Sweep", "Two settings, same seeds"
SHORT = {"epochs": "3", "members": "3"}


def sweep_of(app, name):
    return state_of(app).sweeps[name]


def train(app, name):
    app.button(key=f"train_{name}").click().run()
    sweep = sweep_of(app, name)
    assert sweep.wait(PATIENCE)
    app.run()
    assert not app.exception
    return sweep


def results_of(sweep):
    return results_table(sweep.specs, sweep.results, sweep.failures)


def plan_of(sweep):
    from ui.session.sweeps import training_of

    return training_of(sweep).plan


def fake_result(loss):
    scores = {pool: Scores(loss, 0.9, 0.95) for pool in POOLS}
    calibration = {pool: Calibration(0.05, 0.9 * loss, 1.2) for pool in POOLS}
    return Result("finished", 3, loss / 10, 1.0, scores, tuple(Scores(loss, 0.8, 0.9) for _ in range(10)), calibration)


def open_part(part, **query):
    return open_app(PAGE, part=part, **SHORT | query)


@pytest.fixture(scope="module")
def luck():
    app = open_part(LUCK, seeds="12")
    train(app, "luck")
    return app


@pytest.fixture(scope="module")
def swept():
    app = open_part(SWEEP, along_values="1, 2, 4", each="3")
    train(app, "sweep")
    return app


@pytest.fixture(scope="module")
def paired():
    app = open_part(PAIRS, pairs="6")
    train(app, "pairs")
    return app


@pytest.mark.parametrize(
    ("part", "said"), [(LUCK, "3,000 runs, about"), (SWEEP, "1,200 runs, about"), (PAIRS, "400 runs, about")]
)
def test_what_takes_long_waits_for_a_press_and_says_runs_and_time(part, said):
    app = open_app(PAGE, part=part, seeds="1000", each="200", pairs="200")
    assert not pictures(app)
    assert not app.dataframe
    assert said in words(app)


def test_seeds_that_are_cheap_come_without_a_press():
    app = open_part(LUCK, seeds="2")
    assert sweep_of(app, "luck").wait(PATIENCE)
    app.run()
    assert len(pictures(app)) == len(METRICS)
    assert "Luck alone (split and start) moves the test loss from" in words(app)


def test_luck_is_told_apart_by_what_is_drawn(luck):
    sweep = sweep_of(luck, "luck")
    plan = plan_of(sweep)
    assert [point.levels for point in plan.conditions] == [("split",), ("start",), ("both",)]
    assert len(sweep.specs) == 36
    for metric, figure in zip(METRICS, pictures(luck), strict=True):
        dots = [trace["x"] for trace in figure["data"] if trace["mode"] == "markers" and len(trace["x"]) == 12]
        for point, shown in zip(plan.conditions, dots, strict=True):
            np.testing.assert_allclose(shown, used_values(results_of(sweep), point, metric))
    assert [figure["layout"]["xaxis"].get("type") for figure in pictures(luck)] == ["log", "log", *["linear"] * 3, "log", "log"]


def test_each_kind_of_luck_has_a_sign_of_its_own(luck):
    dots = [trace["marker"] for trace in pictures(luck)[0]["data"] if len(trace["x"]) == 12]
    assert len({marker["symbol"] for marker in dots}) == 3


def test_the_reported_figures_are_marked(luck):
    for figure, mark in zip(pictures(luck), (1e-3, 1e-5), strict=False):
        assert mark in [shape["x0"] for shape in figure["layout"]["shapes"]]
        assert f"reported {number(mark)}" in [note["text"] for note in figure["layout"]["annotations"]]


def test_the_variance_is_shared_out_with_intervals(luck):
    sweep = sweep_of(luck, "luck")
    shares = run_variance_shares(plan_of(sweep), results_of(sweep), evaluation_rng(sweep.specs[0].config))
    for fraction in (shares.split, shares.start, shares.together):
        mean, low, high = (f"{100 * one:.0f} %" for one in fraction)
        assert f"**{mean}** (95 % interval {low} to {high})" in words(luck)


def test_few_seeds_do_not_share_the_variance_out():
    app = open_part(LUCK, seeds="3", vary="split, both")
    sweep = train(app, "luck")
    assert len(sweep.specs) == 6
    assert "all three kinds" in words(app)
    app.button_group(key="many_vary").set_value(["split", "start", "both"]).run()
    assert sweep_of(app, "luck") is sweep, "what somebody pressed for stays"
    train(app, "luck")
    assert len(pictures(app)) == 4
    assert "Needs at least 11 seeds; you have" in words(app)


def test_without_any_luck_nothing_is_trained():
    app = open_part(LUCK)
    app.button_group(key="many_vary").set_value([]).run()
    assert not app.exception
    assert "choose at least one of split, start, both" in words(app)
    assert app.button(key="train_luck").disabled


def test_usual_numbers_of_seeds_are_one_press_away():
    app = open_part(LUCK)
    app.button_group(key="many_quick").set_value(1000).run()
    assert app.number_input(key="many_seeds").value == 1000
    app.number_input(key="many_seeds").set_value(17).run()
    assert app.button_group(key="many_quick").value is None
    assert app.query_params["seeds"] in ("17", ["17"])


def test_only_wine_is_compared_with_the_classic_text():
    app = open_part(LUCK, seeds="2", data="moons")
    train(app, "luck")
    assert "classic text" not in words(app)
    assert not any("reported" in note["text"] for figure in pictures(app) for note in figure["layout"]["annotations"])


def test_only_the_classic_network_is_asked_how_lucky_the_text_was():
    old = {"optimizer": "rmsprop_keras2"}
    for query, asked in (
        ({}, True),
        (old, True),
        ({"split": "3"}, True),
        ({"label_noise": "0.1"}, False),
        ({"members": "4"}, False),
    ):
        app = open_app(PAGE, part=LUCK, seeds="2", **query)
        app.button(key="train_luck").click().run()
        sweep = sweep_of(app, "luck")
        sweep.cancel()
        sweep.out.clear()
        sweep.results[:] = [fake_result(0.1 if index else 1e-4) for index in range(len(sweep.specs))]
        sweep.results[plan_of(sweep).conditions[-1].indices[0]] = fake_result(1e-4)
        sweep.done = len(sweep.specs)
        app.run()
        losses = used_values(results_of(sweep), plan_of(sweep).conditions[-1], "test_loss")
        fraction = share_above(losses, 1e-3)
        assert (fraction.hits, fraction.of) == (1, 2)
        assert ("How lucky was the classic text" in words(app)) == asked
        assert ("**1 of 2 runs**" in words(app)) == asked
        assert "“Reported” is the value in the original text" in words(app)
        assert ("the value in the original text, for the classic run" in words(app)) != asked
        assert ("not luck alone: the optimiser differs" in words(app)) == (asked and query != old)
        assert ("These runs have the RMSprop of Keras 2" in words(app)) == (query == old)
        assert pictures(app)[0]["layout"]["shapes"]


def test_the_rows_of_what_is_trained_are_told_in_full():
    app = open_part(LUCK, label_noise="0.1", imbalance="0.5", test_share="0.3", split="7")
    assert "on wine, class imbalance 0.5, label noise 0.1, test share 0.3, split 7. Seeds from 0 on." in words(app)


def test_few_runs_are_said_to_have_no_quantiles(luck):
    assert "minimum to maximum" in words(luck)
    assert "5 % to 95 %" not in words(luck)


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
    """Ux 1, Many runs 2: a line from 0.0155 to 0.341, and "3 seeds are too few" below it."""
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


def test_ones_own_run_stands_in_the_distribution_and_the_title_says_how_it_did():
    """Ux 1, Many runs: "your run" is the point of "How lucky was that?"."""
    app = open_app("pages/train.py", **SHORT, seeds="4", seed="1")
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    app.switch_page(PAGE).run()
    sweep = train(app, "luck")
    loss = float(job.run.history["test_loss"].iloc[-1])
    (own,) = [trace for trace in pictures(app)[0]["data"] if (trace.get("name") or "").startswith("your run")]
    assert own["x"][0] == pytest.approx(loss)
    assert own["text"][0] == f"<b>your run {number(loss)}</b>"
    losses = used_values(results_of(sweep), plan_of(sweep).conditions[-1], "test_loss")
    assert f"lower than that of {np.sum(losses > loss)} of 4 runs" in words(app)
    app.session_state["dropout"] = 0.5
    app.run()
    train(app, "luck")
    assert "Your run's test loss" not in words(app)
    assert "Luck alone" in words(app)


def test_the_base_rate_is_a_line_where_the_losses_come_near_it(luck):
    notes = [note["text"] for note in pictures(luck)[0]["layout"]["annotations"]]
    assert "base rate H(π) ≈ ln 3" in notes


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


@pytest.mark.parametrize(
    "setting",
    [
        "activation",
        *(
            pytest.param(setting, marks=pytest.mark.nightly)
            for setting in ("dropout", "epochs", "hidden_units", "learning_rate", "training")
        ),
    ],
)
def test_every_setting_can_be_swept(setting):
    values = {"epochs": "1, 2", "hidden_units": "4, 8", "activation": "linear, relu", "training": "joint, independent"}.get(
        setting
    )
    app = open_part(SWEEP, along=setting, each="2", **({"along_values": values} if values else {}))
    train(app, "sweep")
    assert len(pictures(app)) == 2


def test_pairs_have_their_differences_and_a_verdict(paired):
    sweep = sweep_of(paired, "pairs")
    for measure in ("ratio", "accuracy", "test_loss"):
        paired.button_group(key="many_measure").set_value(measure).run()
        expected = compared(plan_of(sweep), results_of(sweep), measure)
        dots = next(trace for trace in pictures(paired)[0]["data"] if trace.get("name") == "a pair")
        np.testing.assert_allclose(dots["y"], np.sort(expected.differences))
    text = words(paired)
    assert "over 6 pairs" in text
    assert f"{number(abs(expected.paired.mean))} nats" in text
    assert "pairs are needed to detect" not in text
    assert "times as large" not in text
    assert "Needs at least 10 pairs to tell; you have 6." in text
    assert "Needs at least 10 pairs; you have 6." in text


@pytest.mark.parametrize(
    "setting",
    [
        "pooling",
        "bootstrap_share",
        *(
            pytest.param(setting, marks=pytest.mark.nightly)
            for setting in ("hidden_layers", "optimizer", "outputs", "label_smoothing")
        ),
    ],
)
def test_any_setting_can_be_paired(setting):
    app = open_part(PAIRS, other=setting, pairs="3")
    train(app, "pairs")
    assert len(pictures(app)) == 1
    if setting == "bootstrap_share":
        assert "All pairs came out the same." in words(app)


def test_b_has_to_differ_from_a():
    app = open_part(PAIRS)
    app.number_input(key="many_other_dropout").set_value(0.25).run()
    assert "A has 0.25 already" in words(app)
    assert app.button(key="train_pairs").disabled


def test_settings_and_runs_come_back_through_the_link(swept):
    query = dict(swept.query_params.items())
    query = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    again = open_app(PAGE, **query)
    assert sweep_of(again, "sweep") is sweep_of(swept, "sweep")
    assert len(pictures(again)) == 2
    assert again.text_input(key="many_values_members").value == "1, 2, 4"
    assert "settings have changed since" not in words(again)


def test_runs_stay_while_one_is_on_another_page(luck):
    luck.switch_page("pages/softmax.py").run()
    assert luck.query_params["sweep"] in (sweep_of(luck, "luck").id, [sweep_of(luck, "luck").id])
    luck.switch_page(PAGE).run()
    assert luck.number_input(key="many_seeds").value == 12
    assert len(pictures(luck)) == 4


def test_a_link_to_runs_that_are_gone_says_how_to_get_them_back():
    assert "many runs of this link are no longer held here" in words(open_part(LUCK, sweep="0" * 32))


def test_a_link_of_which_one_experiment_is_gone_says_so(swept):
    sweep = sweep_of(swept, "sweep")
    again = open_part(SWEEP, along_values="1, 2, 4", each="3", sweep=f"{sweep.id}.{'0' * 32}")
    assert sweep_of(again, "sweep") is sweep
    assert "1 of the 2 experiments of many runs of this link is no longer held here" in words(again)
    assert "no longer held here" not in words(open_part(SWEEP, sweep=sweep.id))


def test_somebody_with_the_link_can_watch_but_neither_pause_nor_stop(monkeypatch):
    owner = open_part(LUCK, seeds="300", epochs="400")
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


@pytest.mark.parametrize("hostile", ["<script>", "9" * 400, "-1", "nan", "]", ""])
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


def test_training_can_pause_go_on_and_stop():
    app = open_part(LUCK, seeds="300", epochs="30")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    assert service.current().wait_until(lambda: sweep.done > 3, PATIENCE)
    app.run()
    assert f"of {len(sweep.specs):,} runs" in str([element.proto for element in app.get("progress")])
    app.button(key="pause_luck").click().run()
    assert sweep.state == "paused"
    app.run()
    assert len(pictures(app)) == 4
    app.button(key="resume_luck").click().run()
    assert sweep.state == "training"
    app.button(key="stop_luck").click().run()
    app.run()
    assert sweep.state == "stopped"
    assert len(pictures(app)) == 4
    assert not app.exception


def test_runs_that_diverge_are_counted_and_left_out():
    app = open_part(
        SWEEP,
        along="learning_rate",
        along_values="0.001, 10",
        each="3",
        optimizer="sgd",
        epochs="40",
        hidden_layers="3",
        seed="1",
    )
    sweep = train(app, "sweep")
    diverged = sum(one.status == "diverged" for one in sweep.results)
    assert diverged
    assert f"{diverged} of 6 runs diverged" in words(app)
    assert f"Not all runs count: learning rate 10: {3 - diverged} of 3" in words(app)
    points = app.dataframe[0].value
    assert points["used"].tolist() == [3, 3 - diverged]


@pytest.mark.parametrize("usable", [0, 1])
def test_a_part_without_numbers_says_so_and_breaks_nothing(usable):
    app = open_part(LUCK, seeds="2", along_values="1, 2", each="2", pairs="2")
    for part, name in ((LUCK, "luck"), (SWEEP, "sweep"), (PAIRS, "pairs")):
        go_to_part(app, "experiments", part)
        sweep = train(app, name)
        for index, result in enumerate(sweep.results):
            if index >= usable:
                sweep.results[index] = result._replace(status="diverged", train_loss=float("nan"))
        sweep.id = f"{sweep.id}-{usable}"
        app.run()
        assert not app.exception
        assert f"of {len(sweep.specs)} runs diverged" in words(app)
        assert usable or not (pictures(app) or app.dataframe)
    assert ("fewer than two pairs" in words(app)) == bool(usable)


def test_runs_that_were_given_up_are_counted_with_the_reason():
    app = open_part(LUCK, seeds="2")
    sweep = train(app, "luck")
    sweep.results[1], sweep.done = None, 5
    sweep.failures[1] = "The training process was lost twice."
    app.run()
    assert not app.exception
    assert "1 of 6 runs were given up: The training process was lost twice" in words(app).replace("\\", "")


def test_all_results_can_be_taken_home(swept):
    from ensemble.sweeps.tables import csv_file, parquet_file

    table = results_of(sweep_of(swept, "sweep"))
    offered = [button.key for button in swept.get("download_button") if button.key.startswith("take_sweep")]
    assert offered == ["take_sweep_csv", "take_sweep_parquet"]
    assert len(pd.read_csv(io.BytesIO(csv_file(table)))) == len(pd.read_parquet(io.BytesIO(parquet_file(table)))) == 9


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
    assert "trained on an uploaded file, which is in no link" in words(somebody)
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


def test_the_numbers_of_a_thousand_seeds_are_computed_once(monkeypatch):
    computed = []
    for where, act in (("ensemble.sweeps.tables", results_table), ("ensemble.sweeps.comparisons", run_variance_shares)):
        counted = lambda *given, act=act: computed.append(act) or act(*given)  # noqa: E731
        monkeypatch.setattr(f"{where}.{act.__name__}", counted)
    draw = np.random.default_rng(0)
    app = open_part(LUCK, seeds="1000")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    sweep.cancel()
    sweep.results[:] = [fake_result(loss) for loss in np.exp(draw.normal(size=3000) - 3)]
    sweep.done = 3000
    app.run()
    assert not app.exception
    assert set(computed) == {results_table, run_variance_shares}
    computed.clear()
    app.run()
    assert computed == []


def result_of_pairs(differences, spread=0.0):
    a = np.linspace(0, spread, len(differences))
    return paired_runs(a, a + differences)


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        ([0.1] * 4, ["All pairs differ by the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        ([0.0] * 4, ["All pairs came out the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        (
            [-1.0, 1.0, -1.0, 1.0],
            ["includes 0: these pairs do not rule out luck", "Needs at least 10 pairs to tell", "Needs at least 10 pairs"],
        ),
        (
            [1.0, 1.1, 0.9, 1.0],
            [
                "does not include 0",
                "Needs at least 10 pairs to tell; you have 4",
                "Needs at least 10 pairs; you have 4",
            ],
        ),
    ],
)
def test_the_words_on_pairs_bear_every_outcome(differences, said):
    result = result_of_pairs(np.array(differences))
    for sentence, beginning in zip((verdict(result), seeds_needed(result), gain(result)), said, strict=True):
        assert beginning in sentence


def test_the_pairs_that_it_takes_are_told_from_ten_on():
    assert "no number of seeds" in seeds_needed(result_of_pairs(np.array([-1.0, 1.0] * 5)))
    assert "pairs are needed to detect" in seeds_needed(result_of_pairs(np.linspace(0.9, 1.1, 10)))


def test_pairs_that_go_against_each_other_are_said_to_have_cost_precision():
    a = np.arange(12.0)
    assert "smaller, 0.5 times" in gain(paired_runs(a, -a))


def test_a_gain_is_claimed_only_where_its_interval_is_above_one_and_pairs_are_enough():
    """Ux 7, Many runs 3: "cannot be told from 5 pairs", and then gave the number."""
    draw = np.random.default_rng(1)
    hard = draw.normal(size=30)
    a, b = hard + draw.normal(size=(2, 30)) / 10
    alone = np.random.default_rng(2).normal(size=(2, 30))
    assert "what is hard for A is hard for B" in gain(paired_runs(a, b))
    assert "Needs at least 10 pairs; you have 9" in gain(paired_runs(a[:9], b[:9]))
    assert "The interval includes 1, so no gain is shown" in gain(paired_runs(*alone))


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ((16, 14, 0, 14, 0), "Of 16 pairs 14 are left out: B diverged in 14, A in 0; this holds for the others only."),
        (
            (9, 5, 1, 2, 3),
            "Of 9 pairs 5 are left out: B diverged in 2, A in 1, 3 have not been trained to their end, or were given up; "
            "this holds for the others only.",
        ),
        ((2, 1, 1, 0, 0), "Of 2 pairs 1 is left out: B diverged in 0, A in 1."),
        ((4, 0, 0, 0, 0), ""),
    ],
)
def test_pairs_that_are_left_out_are_named(counted, said):
    assert left_out(LeftOut(*counted)) == said


def test_the_interval_of_a_ratio_is_held_against_one():
    result = result_of_pairs(np.array([-1.0, 1.0, -1.0, 1.0]))
    assert "includes 1:" in verdict(result, "ratio")
    assert "includes 0:" in verdict(result, "accuracy")


@pytest.mark.parametrize(
    ("trainings", "drawn", "said", "unsaid"),
    [
        (["joint"], "both", "share the order of the batches", "differ by their initial weights, the order"),
        (["independent"], "start", "All runs have one split", "share the order"),
        (["joint", "independent"], "split", "Independent training members", "All runs have one split"),
    ],
)
def test_members_are_said_to_differ_by_what_they_do_differ_by(trainings, drawn, said, unsaid):
    text = own_and_shared(trainings, drawn)
    assert said in text.replace("With independent", "Independent")
    assert unsaid not in text


def test_a_spread_is_said_to_have_changed_only_where_its_interval_is_clear_of_one():
    one = Band(1.0, 0.9, 1.1)
    for ratio, seeds, said in (
        (Band(0.5, 0.4, 0.7), 30, "it is smaller"),
        (Band(2.0, 1.4, 2.7), 30, "it is larger"),
        (
            Band(0.9, 0.7, 1.1),
            30,
            "0.9 times the first (95 % interval 0.7 to 1.1). The interval includes 1, so a change is not shown",
        ),
        (Band(0.5, 0.4, 0.7), 9, "9 seeds are too few"),
    ):
        assert said in change(SpreadChange(1.0, 1.0, one, one, ratio, seeds))


def test_the_larger_part_of_the_spread_is_named():
    assert "what is shared dominates (the split, which" in what_dominates(0.5, 0.1, 16, "both")
    assert "the split is no part of it" in what_dominates(0.5, 0.1, 16, "start")
    assert "own part is the larger" in what_dominates(0.1, 0.5, 16, "both")
    assert what_dominates(float("nan"), float("nan"), 1, "both") == ""


@pytest.mark.parametrize(
    ("loss", "digits", "text"),
    [
        (748.0, 2, "750"),
        (0.00123, 2, "0.0012"),
        (9e-6, 2, "9·10⁻⁶"),
        (7.46e-6, 2, "7.5·10⁻⁶"),
        (1e-5, 2, "10⁻⁵"),
        (0.0, 2, "0"),
    ],
)
def test_losses_on_axes_and_in_cells_are_short(loss, digits, text):
    assert short_loss(loss, digits) == text


@pytest.mark.parametrize("log", [True, False])
def test_numbers_of_many_values_have_room_on_an_axis(log):
    values = [float(value) for value in range(1, 21)]
    kept = with_room_between(values, log)
    where = np.log(kept) if log else np.array(kept)
    whole = np.log(20) if log else 19
    assert len(kept) >= 4
    assert np.diff(where).min() >= whole / 8 - 1e-9
    assert with_room_between([1, 2, 4, 8, 16, 32], True) == [1, 2, 4, 8, 16, 32]


def test_amounts_have_their_unit_and_differences_their_direction():
    assert interval("test_loss", -0.5, 0.25) == "−0.5 to 0.25 nats"
    assert interval("ratio", np.log(0.5), np.log(2)) == "0.5 to 2"
    assert difference("accuracy", -0.03) == "B's accuracy is 3 points lower than A's"
    assert difference("ratio", np.log(2)) == "B's test loss is 2 times A's (geometric mean)"
    assert difference("test_loss", 0.0) == "B's test loss is A's"
    assert "cancels" in gain(result_of_pairs(np.array([0.1] * 4), spread=1.0))
