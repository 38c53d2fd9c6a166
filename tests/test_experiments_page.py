"""Many runs: every part and control, without a browser."""

import io
from time import process_time

import numpy as np
import pandas as pd
import pytest

from ensemble import execution
from ensemble.datasets import load_table
from ensemble.draws import evaluation_rng
from ensemble.experiment_results import compared, results_table, runs_of, shares_of_luck, used_values
from ensemble.experiments import IN_LINKS
from ensemble.spread import paired as paired_runs
from ensemble.spread import share_above
from ensemble.sweep import POOLS, Result, Scores
from tests.app_without_browser import SECONDS_FOR_A_COLD_RUN, go_to_part, open_app, pictures, wait_for_the_run, words
from tests.test_words import check, hostile_table
from ui.explain import number
from ui.paired_words import difference, gain, interval, seeds_needed, verdict

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/experiments.py"
LUCK, SWEEP, PAIRS = "How lucky was that?", "Sweep", "Two settings, same seeds"
SHORT = {"epochs": "3", "members": "3"}


def sweep_of(app, name):
    return app.session_state["sweeps"][name]


def train(app, name):
    app.button(key=f"train_{name}").click().run()
    sweep = sweep_of(app, name)
    assert sweep.wait(SECONDS_FOR_A_COLD_RUN)
    app.run()
    assert not app.exception
    return sweep


def results_of(sweep):
    return results_table(sweep.specs, sweep.results, sweep.failures)


def plan_of(sweep):
    from ui.session import training_of

    return training_of(sweep).plan


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


@pytest.mark.parametrize("part", [LUCK, SWEEP, PAIRS])
def test_before_training_a_part_offers_it_and_shows_nothing_else(part):
    app = open_part(part)
    assert not pictures(app)
    assert not app.dataframe


def test_luck_is_told_apart_by_what_is_drawn(luck):
    sweep = sweep_of(luck, "luck")
    plan = plan_of(sweep)
    assert [point.levels for point in plan.points] == [("split",), ("start",), ("both",)]
    assert len(sweep.specs) == 36
    for metric, figure in zip(("test_loss", "train_loss", "accuracy", "confidence"), pictures(luck), strict=True):
        dots = [trace["x"] for trace in figure["data"] if trace["mode"] == "markers" and len(trace["x"]) == 12]
        for point, shown in zip(plan.points, dots, strict=True):
            np.testing.assert_allclose(shown, used_values(results_of(sweep), point, metric))
    assert [figure["layout"]["xaxis"].get("type") for figure in pictures(luck)] == ["log", "log", None, None]


def test_each_kind_of_luck_has_a_sign_of_its_own(luck):
    dots = [trace["marker"] for trace in pictures(luck)[0]["data"] if len(trace["x"]) == 12]
    assert len({marker["symbol"] for marker in dots}) == len({marker["color"] for marker in dots}) == 3


def test_the_reported_figures_are_marked_and_counted(luck):
    losses = used_values(results_of(sweep_of(luck, "luck")), plan_of(sweep_of(luck, "luck")).points[-1], "test_loss")
    share = share_above(losses, 1e-3)
    assert f"**{share.hits} of {share.of} runs**" in words(luck)
    for figure, mark in zip(pictures(luck), (1e-3, 1e-5), strict=False):
        assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [mark]
        assert f"reported {number(mark)}" in [note["text"] for note in figure["layout"]["annotations"]]


def test_the_variance_is_shared_out_with_intervals(luck):
    sweep = sweep_of(luck, "luck")
    shares = shares_of_luck(plan_of(sweep), results_of(sweep), evaluation_rng(sweep.specs[0].config))
    for share in (shares.split, shares.start, shares.together):
        mean, low, high = (f"{100 * one:.0f} %" for one in share)
        assert f"**{mean}** (95 % interval {low} to {high})" in words(luck)


def test_few_seeds_do_not_share_the_variance_out():
    app = open_part(LUCK, seeds="3", vary="split, both")
    sweep = train(app, "luck")
    assert len(sweep.specs) == 6
    assert "all three kinds" in words(app)
    app.button_group(key="many_vary").set_value(["split", "start", "both"]).run()
    assert "settings have changed since" in words(app)
    assert len(pictures(app)) == 4
    train(app, "luck")
    assert "at least 10 seeds" in words(app)


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
    assert not any(figure["layout"].get("shapes") for figure in pictures(app))


def test_one_setting_is_a_curve_with_its_band(swept):
    sweep = sweep_of(swept, "sweep")
    table, plan = results_of(sweep), plan_of(sweep)
    for metric in ("train_loss", "accuracy", "confidence", "test_loss"):
        swept.button_group(key="many_metric").set_value(metric).run()
        curve = pictures(swept)[0]["data"][-1]
        assert list(curve["x"]) == [1, 2, 4]
        np.testing.assert_allclose(curve["y"], [np.median(used_values(table, point, metric)) for point in plan.points])


def test_between_seeds_and_between_members_are_told_apart(swept):
    sweep = sweep_of(swept, "sweep")
    ensembles = [used_values(results_of(sweep), point, "test_loss").std(ddof=1) for point in plan_of(sweep).points]
    traces = {trace["name"]: trace["y"] for trace in pictures(swept)[1]["data"]}
    np.testing.assert_allclose(traces["the ensemble, between seeds"], ensembles)
    assert np.isnan(np.array(traces["single members, within a run"], float)[0])
    assert f"{number(ensembles[0])} nats with ensemble size 1 and {number(ensembles[-1])} with 4" in words(swept)


def test_a_run_behind_a_point_is_trained_again_with_the_same_numbers():
    app = open_part(SWEEP, along_values="2, 4", each="3")
    sweep = train(app, "sweep")
    app.selectbox(key="many_point").set_value("ensemble size 4").run()
    app.selectbox(key="many_run").set_value("seed 2, split 2").run()
    row = runs_of(results_of(sweep), plan_of(sweep).points[1]).iloc[2]
    assert app.dataframe[1].value["test_loss"].tolist()[2] == pytest.approx(row["test_loss"])
    app.button(key="many_again").click().run()
    assert not app.exception
    assert app.title[0].value == "Train an ensemble"
    job = wait_for_the_run(app)
    assert (job.config.members, job.config.seed, app.session_state["split"]) == (4, 2, -1)
    assert job.run.curves[-1][1] == pytest.approx(row["test_loss"], rel=1e-5)
    assert job.run.curves[-1][0] == pytest.approx(row["train_loss"], rel=1e-5)
    app.switch_page(PAGE).run()
    assert "settings have changed since" in words(app)
    assert len(pictures(app)) == 2


@pytest.mark.parametrize(("drawn", "split"), [("split", 1), ("start", 0)])
def test_a_run_with_a_split_of_its_own_is_trained_again_too(drawn, split):
    app = open_part(SWEEP, along_values="2", each="2", drawn=drawn)
    sweep = train(app, "sweep")
    app.selectbox(key="many_run").set_value(app.selectbox(key="many_run").options[1]).run()
    app.button(key="many_again").click().run()
    job = wait_for_the_run(app)
    assert app.session_state["split"] == split
    assert job.run.curves[-1][1] == pytest.approx(sweep.results[1].pools[POOLS[0]].loss, rel=1e-5)


def test_each_run_has_a_link_that_trains_it(swept):
    swept.selectbox(key="many_point").set_value("ensemble size 1").run()
    links = swept.dataframe[1].value["link"].tolist()
    assert all(link.startswith("/train?") and "train=1" in link for link in links)
    query = dict(part.split("=") for part in links[1].partition("?")[2].split("&"))
    app = open_app("pages/train.py", **query)
    assert wait_for_the_run(app).config == sweep_of(swept, "sweep").specs[1].config


def test_two_settings_are_a_map_of_medians():
    app = open_part(SWEEP, along="members", along_values="1, 2", across="activation", across_values="linear, tanh", each="2")
    sweep = train(app, "sweep")
    heat, *texts = pictures(app)[0]["data"]
    medians = [np.median(used_values(results_of(sweep), point, "test_loss")) for point in plan_of(sweep).points]
    np.testing.assert_allclose(10 ** np.array(heat["z"]), np.reshape(medians, (2, 2)).T)
    assert (list(heat["x"]), list(heat["y"])) == (["1", "2"], ["linear", "tanh"])
    assert sum(len(trace["text"]) for trace in texts) == 4
    assert app.selectbox(key="many_point").options[1] == "ensemble size 1, activation tanh"


def test_pooling_is_swept_over_the_same_runs():
    app = open_part(SWEEP, along="pooling", each="3")
    sweep = train(app, "sweep")
    assert len(sweep.specs) == 3
    assert len(plan_of(sweep).points) == 3
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


@pytest.mark.parametrize("setting", ["dropout", "epochs", "hidden_units", "learning_rate", "activation", "training"])
def test_every_setting_can_be_swept(setting):
    values = {"epochs": "1, 2", "activation": "linear, relu", "training": "joint, independent"}.get(setting)
    app = open_part(SWEEP, along=setting, each="2", **({"along_values": values} if values else {}))
    train(app, "sweep")
    assert len(pictures(app)) == 2


def test_pairs_have_their_differences_and_a_verdict(paired):
    sweep = sweep_of(paired, "pairs")
    config = sweep.specs[0].config
    for measure in ("ratio", "accuracy", "test_loss"):
        paired.button_group(key="many_measure").set_value(measure).run()
        expected = compared(plan_of(sweep), results_of(sweep), measure, evaluation_rng(config))
        dots = next(trace for trace in pictures(paired)[0]["data"] if trace.get("name") == "a pair")
        np.testing.assert_allclose(dots["y"], np.sort(expected.differences))
    text = words(paired)
    assert "over 6 pairs" in text
    assert f"{number(abs(expected.paired.mean))} nats" in text
    assert f"{expected.paired.seeds:,.0f} pairs would tell it apart" in text
    assert f"**{number(expected.paired.gain)} times**" in text


@pytest.mark.parametrize("setting", ["hidden_layers", "optimizer", "outputs", "label_smoothing", "pooling", "bootstrap_share"])
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


@pytest.mark.parametrize("hostile", ["<script>", "9" * 400, "-1", "nan", "]", ""])
def test_no_link_breaks_the_page(hostile):
    for part in (LUCK, SWEEP, PAIRS):
        app = open_part(part, sweep=hostile, **dict.fromkeys(IN_LINKS, hostile))
        assert not app.exception
        assert not app.button(key={LUCK: "train_luck", SWEEP: "train_sweep", PAIRS: "train_pairs"}[part]).disabled


def test_a_lesson_hides_settings_here_too():
    from ensemble.lesson import Lesson

    app = open_part(SWEEP, **Lesson(shows=("dropout",)).to_query())
    assert app.selectbox(key="many_along").options == ["Ensemble size", "Dropout", "Pooling"]
    app.selectbox(key="many_along").set_value("dropout").run()
    assert "members" not in app.selectbox(key="many_along").options


def test_training_can_pause_go_on_and_stop():
    app = open_part(LUCK, seeds="300", epochs="30")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    assert execution.service().wait_until(lambda: sweep.done > 3, SECONDS_FOR_A_COLD_RUN)
    app.run()
    assert f"of {len(sweep.specs):,} runs" in str([element.proto for element in app.get("progress")])
    app.button(key="pause_luck").click().run()
    assert sweep.state == "paused"
    app.run()
    assert len(pictures(app)) == 4
    app.button(key="resume_luck").click().run()
    assert sweep.state == "running"
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
    points = app.dataframe[0].value
    assert points["used"].tolist() == [3, 3 - diverged]


@pytest.mark.parametrize("usable", [0, 1])
def test_a_part_without_numbers_says_so_and_breaks_nothing(usable):
    app = open_part(LUCK, seeds="2", along_values="1, 2", each="2", pairs="2")
    for part, name in ((LUCK, "luck"), (SWEEP, "sweep"), (PAIRS, "pairs")):
        go_to_part(app, "experiments", part)
        sweep = train(app, name)
        for place, result in enumerate(sweep.results):
            if place >= usable:
                sweep.results[place] = result._replace(status="diverged", train_loss=float("nan"))
        sweep.id = f"{sweep.id}-{usable}"
        app.run()
        assert not app.exception
        assert f"of {len(sweep.specs)} runs diverged" in words(app)
    assert "fewer than two pairs" in words(app)


def test_runs_that_were_given_up_are_counted_with_the_reason():
    app = open_part(LUCK, seeds="2")
    sweep = train(app, "luck")
    sweep.results[1], sweep.done = None, 5
    sweep.failures[1] = "The training process was lost twice."
    app.run()
    assert not app.exception
    assert "1 of 6 runs were given up: The training process was lost twice" in words(app).replace("\\", "")


def test_all_results_can_be_taken_home(swept):
    from ensemble.experiment_results import csv_file, parquet_file

    table = results_of(sweep_of(swept, "sweep"))
    assert len(swept.get("download_button")) == 2
    assert len(pd.read_csv(io.BytesIO(csv_file(table)))) == len(pd.read_parquet(io.BytesIO(parquet_file(table)))) == 9


def test_uploaded_rows_are_used_and_shown_as_they_stand():
    app = open_part(SWEEP, along_values="1, 2", each="2")
    app.session_state["own_table"], app.session_state["own_rows"] = hostile_table(), True
    app.run()
    sweep = train(app, "sweep")
    assert sweep.table.name == "upload"
    check(app, sweep.table)
    assert not any(app.dataframe[1].value["link"])
    app.button(key="many_again").click().run()
    assert wait_for_the_run(app).dataset.name == "upload"
    app.switch_page(PAGE).run()
    del app.session_state["own_table"]
    app.run()
    app.button(key="many_again").click().run()
    assert not app.exception
    assert "Upload the same file again first" in words(app)
    go_to_part(app, "experiments", LUCK)
    check(app, load_table("wine"))


def test_a_thousand_seeds_do_not_slow_the_page():
    draw = np.random.default_rng(0)

    def fake(loss):
        scores = {pool: Scores(loss, 0.9, 0.95) for pool in POOLS}
        return Result("finished", 3, loss / 10, 1.0, scores, tuple(Scores(loss, 0.8, 0.9) for _ in range(10)))

    app = open_part(LUCK, seeds="1000")
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    sweep.cancel()
    sweep.results[:] = [fake(loss) for loss in np.exp(draw.normal(size=3000) - 3)]
    sweep.done = 3000
    app.run()
    assert not app.exception
    seconds = []
    for _ in range(3):
        began = process_time()
        app.run()
        seconds.append(process_time() - began)
    assert min(seconds) < 0.5


def result_of_pairs(differences, spread=0.0):
    a = np.linspace(0, spread, len(differences))
    return paired_runs(a, a + differences, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        ([0.1] * 4, ["All pairs differ by the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        ([0.0] * 4, ["All pairs came out the same.", "Nothing varies between these pairs", "Nothing varies, paired or not."]),
        ([-1.0, 1.0, -1.0, 1.0], ["do not rule out luck", "no number of seeds", "Nothing: without pairs"]),
        (
            [1.0, 1.1, 0.9, 1.0],
            ["clear of no difference", "With so few pairs its size is hardly known", "Nothing: without pairs"],
        ),
    ],
)
def test_the_words_on_pairs_bear_every_outcome(differences, said):
    result = result_of_pairs(np.array(differences))
    for sentence, beginning in zip((verdict(result), seeds_needed(result), gain(result)), said, strict=True):
        assert beginning in sentence


def test_pairs_that_go_against_each_other_are_said_to_have_cost_precision():
    a = np.array([0.0, 1.0, 2.0, 3.0])
    assert "smaller, 0.5 times" in gain(paired_runs(a, -a, np.random.default_rng(0)))


def test_amounts_have_their_unit_and_differences_their_direction():
    assert interval("test_loss", -0.5, 0.25) == "−0.5 to 0.25 nats"
    assert interval("ratio", np.log(0.5), np.log(2)) == "0.5 to 2"
    assert difference("accuracy", -0.03) == "B's accuracy is 3 points lower than A's"
    assert difference("ratio", np.log(2)) == "B's test loss is 2 times A's (geometric mean)"
    assert difference("test_loss", 0.0) == "B's test loss is A's"
    assert "cancels" in gain(result_of_pairs(np.array([0.1] * 4), spread=1.0))
