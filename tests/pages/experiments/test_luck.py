"""“How lucky was that?”: what is drawn, the variance shared out, one's own run among the others."""

from importlib import import_module

import numpy as np
import pytest

from ensemble.probability.intervals import Band
from ensemble.rng import evaluation_rng
from ensemble.sweeps.comparisons import run_variance_shares
from ensemble.sweeps.tables import median_and_band, used_values
from ensemble.sweeps.variance import VarianceShares, share_above
from testing.app_test import PATIENCE, open_app, pictures, wait_for_the_run, words
from testing.fuzz import size
from tests.pages.experiments.many_runs import LUCK, PAGE, SHORT, fake_result, open_part, plan_of, results_of, sweep_of, train
from ui.text.format import number
from ui.text.metrics import METRICS, value_of_metric

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.fixture(scope="module")
def luck():
    app = open_part(LUCK, seeds="12")
    train(app, "luck")
    return app


def test_seeds_that_are_cheap_come_without_a_press():
    app = open_part(LUCK, seeds="2")
    assert sweep_of(app, "luck").wait(PATIENCE)
    app.run()
    assert len(pictures(app)) == len(METRICS)
    assert "Luck alone (split and start) moves the test loss from" in words(app)


def test_the_first_picture_is_sent_before_the_other_six_are_drawn(luck, monkeypatch):
    part = import_module("pages.parts.experiments.luck")
    done, draw = [], part.show_picture
    monkeypatch.setattr(part, "show_picture", lambda *figure, key, **more: (done.append(key), draw(*figure, key=key, **more)))
    monkeypatch.setattr(part, "let_browser_draw", lambda: done.append("sent"))
    luck.run()
    assert done[:3] == ["luck_test_loss", "sent", "luck_train_loss"]
    assert done.count("sent") == 1


def test_luck_is_told_apart_by_what_is_drawn(luck):
    sweep = sweep_of(luck, "luck")
    plan = plan_of(sweep)
    assert [point.levels for point in plan.conditions] == [("split",), ("start",), ("both",)]
    assert len(sweep.specs) == 36
    *of_metrics, _ = pictures(luck)
    for metric, figure in zip(METRICS, of_metrics, strict=True):
        dots = [trace["x"] for trace in figure["data"] if trace["mode"] == "markers" and len(trace["x"]) == 12]
        for point, shown in zip(plan.conditions, dots, strict=True):
            np.testing.assert_allclose(shown, used_values(results_of(sweep), point, metric))
    axes = [figure["layout"]["xaxis"].get("type") for figure in of_metrics]
    assert axes == ["log", "log", *["linear"] * 3, "log", "log"]


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
    figure = pictures(luck)[-1]
    bars = figure["data"][0]
    assert bars["y"] == ["split", "start", "together"]
    bands = np.array([shares.split, shares.start, shares.together])
    np.testing.assert_allclose(bars["x"], bands[:, 0])
    np.testing.assert_allclose(bars["x"] - np.array(bars["error_x"]["arrayminus"]), bands[:, 1], atol=1e-12)
    np.testing.assert_allclose(bars["x"] + np.array(bars["error_x"]["array"]), bands[:, 2], atol=1e-12)
    assert [note["text"] for note in figure["layout"]["annotations"]] == [f"<b>{100 * mean:.0f} %</b>" for mean in bands[:, 0]]


def test_a_part_of_the_variance_is_largest_only_with_a_clear_interval():
    clear, unclear = Band(0.7, 0.6, 0.8), Band(0.5, 0.2, 0.8)
    small = Band(0.2, 0.1, 0.3)
    claim = import_module("pages.parts.experiments.luck").claim_of_shares
    part = "the largest part of the variance of the log test loss"
    assert claim(VarianceShares(clear, small, small, 30)) == f"The split brings {part}: 70 %"
    largest, others = Band(0.45, 0.42, 0.48), Band(0.27, 0.25, 0.3)  # 45 % is not most of it
    assert claim(VarianceShares(largest, others, others, 30)) == f"The split brings {part}: 45 %"
    assert "30 seeds cannot rank" in claim(VarianceShares(unclear, small, small, 30))


def test_few_seeds_do_not_share_the_variance_out():
    app = open_part(LUCK, seeds="3", vary="split, both")
    sweep = train(app, "luck")
    assert len(sweep.specs) == 6
    assert "all three kinds" in words(app)
    app.button_group(key="many_vary").set_value(["split", "start", "both"]).run()
    assert sweep_of(app, "luck") is sweep, "what somebody pressed for stays"
    train(app, "luck")
    assert len(pictures(app)) == len(METRICS)
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


def with_made_up_results(app):
    """The page after a sweep that was stopped, whose results are then made up."""
    app.button(key="train_luck").click().run()
    sweep = sweep_of(app, "luck")
    sweep.cancel()
    sweep.out.clear()
    sweep.results[:] = [fake_result(0.1 if index else 1e-4) for index in range(len(sweep.specs))]
    sweep.results[plan_of(sweep).conditions[-1].indices[0]] = fake_result(1e-4)
    sweep.done = len(sweep.specs)
    app.run()
    return sweep


def test_only_wine_is_compared_with_the_classic_text():
    app = open_part(LUCK, seeds="2", data="moons")
    with_made_up_results(app)
    assert "Luck alone" in words(app)
    assert "classic text" not in words(app)
    assert not any("reported" in note["text"] for figure in pictures(app) for note in figure["layout"]["annotations"])


@pytest.mark.fuzz
def test_only_the_classic_network_is_asked_how_lucky_the_text_was():
    old = {"optimizer": "rmsprop_keras2"}
    cases = [({}, True), (old, True), ({"label_noise": "0.1"}, False), ({"split": "3"}, True), ({"members": "4"}, False)]
    for query, asked in cases[: size(5, 3)]:
        app = open_app(PAGE, part=LUCK, seeds="2", **query)
        sweep = with_made_up_results(app)
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
    assert "Set: other rows, class imbalance 0.5, label noise 0.1, test share 0.3, split 7" in words(app)
    assert "from seed 0 on" in words(app)
    assert words(app).count("test share 0.3") == 1
    app.button(key="train").click().run()
    wait_for_the_run(app)
    assert "**wine, class imbalance 0.5, label noise 0.1, test share 0.3, split 7** · 3 members" in words(app)
    assert "Set:" not in words(app)


def test_few_runs_are_said_to_have_no_quantiles(luck):
    assert "minimum to maximum" in words(luck)
    assert "5 % to 95 %" not in words(luck)


def test_ones_own_run_stands_in_the_distribution_and_the_title_says_how_it_did():
    """“your run” is the point of "How lucky was that?"."""
    app = open_app("pages/train.py", **SHORT, seeds="4", seed="1")
    app.button(key="train").click().run()
    job = wait_for_the_run(app)
    app.switch_page(PAGE).run()
    sweep = train(app, "luck")
    loss = float(job.run.history["test_loss"].iloc[-1])
    (own,) = [trace for trace in pictures(app)[0]["data"] if (trace.get("name") or "").startswith("your run")]
    assert own["x"][0] == pytest.approx(loss)
    (name,) = [note for note in pictures(app)[0]["layout"]["annotations"] if "your run" in note["text"]]
    assert name["text"] == f"<b>your run {number(loss)}</b>"
    assert 10 ** name["x"] == pytest.approx(loss)
    losses = used_values(results_of(sweep), plan_of(sweep).conditions[-1], "test_loss")
    assert f"lower than that of {np.sum(losses > 1.000001 * loss)} of 4 runs" in words(app)
    app.session_state["dropout"] = 0.5
    app.run()
    train(app, "luck")
    assert "Your run's test loss" not in words(app)
    assert "Luck alone" in words(app)


def test_each_picture_says_how_far_luck_moves_its_measure(luck):
    said = words(luck)
    for metric, name in METRICS.items():
        if metric != "test_loss":
            values = used_values(results_of(sweep_of(luck, "luck")), plan_of(sweep_of(luck, "luck")).conditions[-1], metric)
            low, _, high = (value_of_metric(metric, value) for value in median_and_band(values))
            assert (
                f"**Luck moves the {name.lower()} from {low} to {high}" in said
                or f"**Luck leaves the {name.lower()} at {low}" in said
            )
            assert f"**{name}**" not in said


def test_the_base_rate_is_a_line_where_the_losses_come_near_it(luck):
    notes = [note["text"] for note in pictures(luck)[0]["layout"]["annotations"]]
    assert "base rate H(π) ≈ ln 3" in notes


def test_runs_stay_while_one_is_on_another_page(luck):
    luck.switch_page("pages/softmax.py").run()
    assert luck.query_params["sweep"] in (sweep_of(luck, "luck").id, [sweep_of(luck, "luck").id])
    luck.switch_page(PAGE).run()
    assert luck.number_input(key="many_seeds").value == 12
    assert len(pictures(luck)) == len(METRICS) + 1
