"""Calibration: every part and control, without a browser."""

import re

import numpy as np
import pytest

import ensemble.calibration.reliability
from ensemble.calibration.reliability import fullest_bin, reliability_by_luck, reliability_in_bins
from ensemble.calibration.temperature import fit_temperature
from ensemble.probability.scoring import expected_calibration_error, top_label
from ensemble.probability.vectors import softmax
from ensemble.runs.held_out import held_out
from testing.app_test import go_to_part, open_app, pictures, related, train, words
from ui.text.format import number, percent

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/calibration.py"
PARTS = ["Reliability", "Scores", "Temperature", "Pool, then calibrate", "Over the epochs", "Prediction sets"]


@pytest.fixture(scope="module")
def app():
    """The example: five folds, trained twice."""
    return open_app(PAGE)


@pytest.fixture
def seen(app):
    folds = related(app, "calibration")
    names = list(folds.plan)[:5]
    return held_out([folds.runs[name] for name in names], [folds.plan[name][1] for name in names])


@pytest.fixture(autouse=True)
def judged_on_all(app):
    app.button_group(key="judged_on").set_value("All wines, out of fold").run()


@pytest.mark.nightly
def test_five_folds_are_trained_twice():
    opened = open_app(PAGE, epochs="40")
    train(opened, "calibration")
    group = related(opened, "calibration").group
    assert [run.config.training for run in group.runs] == ["joint"] * 5 + ["independent"] * 5
    assert len({data for _, data in group.plan}) == 5
    go_to_part(opened, "calibration", "Over the epochs")
    assert "Every epoch, 40 in all, on 178 wines" in words(opened)


def test_the_reliability_of_the_likeliest_class_counts_every_wine(app, seen):
    go_to_part(app, "calibration", "Reliability")
    diagram, luck = pictures(app)
    assert sum(count for _, count in diagram["data"][-1]["customdata"]) == 178
    proba = softmax(seen.logits)
    _, hits = top_label(proba, seen.y)
    assert f"**{hits.sum()} of 178**" in words(app)
    error, lucky = expected_calibration_error(proba, seen.y), np.array(luck["data"][0]["x"])
    (luck_alone,) = app.metric
    # "3 of 1,000 simulated data sets reach it" is the message.
    assert luck_alone.value == f"{(lucky >= error).sum()} of 1,000"
    assert luck_alone.label == f"Calibrated data sets (simulated) with an ECE of {number(error)} or more"
    assert ("no evidence" if (lucky >= error).mean() >= 0.05 else "**miscalibrated**") in words(app)


def test_the_diagram_counts_its_bins_and_shows_only_where_forecasts_are(app, seen):
    """172 of 178 forecasts sat in a corner, and no picture said "70 %, 7 of 10"."""
    go_to_part(app, "calibration", "Reliability")
    diagram = pictures(app)[0]
    forecasts, hits = top_label(softmax(seen.logits), seen.y)
    counts = diagram["data"][-1]["customdata"]
    notes = [note["text"] for note in diagram["layout"]["annotations"]]
    assert {f"{int(happened)} of {int(count)}" for happened, count in counts} <= set(notes)
    area = np.square(diagram["data"][-1]["marker"]["size"])
    large = np.array(counts)[:, 1] > 0.1 * np.max(counts)
    np.testing.assert_allclose((area / np.array(counts)[:, 1])[large].std(), 0, atol=1e-6)
    left = diagram["layout"]["xaxis"]["range"][0]
    assert forecasts.min() - 0.16 < left < forecasts.min()
    said = fullest_bin(reliability_in_bins(forecasts, hits, np.random.default_rng(0)).table)
    assert f"Of {said.size} forecasts near {percent(said.forecast, int(said.forecast > 0.95))}, {said.hits} came true" in words(
        app
    )


@pytest.mark.parametrize("view", ["Bins", "Curve"])
def test_how_often_calibrated_forecasts_leave_the_grey_is_computed(app, seen, view):
    """The page said "about one data set in five" whatever the forecasts."""
    go_to_part(app, "calibration", "Reliability")
    app.button_group(key="reliability_view").set_value(view).run()
    scores, hits = top_label(softmax(seen.logits), seen.y)
    rng = np.random.default_rng(0)
    luck = reliability_in_bins(scores, hits, rng) if view == "Bins" else reliability_by_luck(scores, rng)
    said = int(re.search(r"leave the grey band somewhere in \*\*(\d+) %\*\*", words(app))[1])
    assert said / 100 == pytest.approx(luck.left, abs=0.06)
    assert "data set of five" not in words(app)
    app.button_group(key="reliability_view").set_value("Bins").run()


def test_the_curve_stands_in_the_grey_alone(app):
    """No bootstrap band beside it."""
    go_to_part(app, "calibration", "Reliability")
    app.button_group(key="reliability_view").set_value("Curve").run()
    diagram = pictures(app)[0]
    assert [trace.get("name") for trace in diagram["data"] if trace.get("fill")] == [
        "where calibrated forecasts land, 9 times in 10"
    ]
    assert sum(diagram["data"][-1]["y"]) == 178
    app.button_group(key="reliability_view").set_value("Bins").run()


def test_the_band_of_the_curve_is_simulated_once_for_the_same_forecasts(app, monkeypatch):
    """It takes a second for 5,000 rows, and every movement on the page asked for it again."""
    calls = []
    simulate = ensemble.calibration.reliability.reliability_by_luck
    monkeypatch.setattr(
        ensemble.calibration.reliability,
        "reliability_by_luck",
        lambda *given: (calls.append(len(given[0])), simulate(*given))[1],
    )
    go_to_part(app, "calibration", "Reliability")
    app.button_group(key="reliability_view").set_value("Curve").run()
    for rows, count in (("Test wines", 36), ("All wines, out of fold", 178), ("Test wines", 36)):
        app.button_group(key="judged_on").set_value(rows).run()
        app.run()
        assert sum(pictures(app)[0]["data"][-1]["y"]) == count
    assert sorted(calls) in ([36], [36, 178])
    app.button_group(key="reliability_view").set_value("Bins").run()


def test_test_wines_are_those_of_the_first_fold(app):
    go_to_part(app, "calibration", "Reliability")
    app.button_group(key="judged_on").set_value("Test wines").run()
    assert sum(count for _, count in pictures(app)[0]["data"][-1]["customdata"]) == 36


@pytest.mark.parametrize("event", ["Cultivar 0", "Cultivar 1", "Cultivar 2"])
def test_the_reliability_of_one_class_is_that_of_its_own_forecasts(app, seen, event):
    go_to_part(app, "calibration", "Reliability")
    app.button_group(key="event").set_value(event).run()
    assert f"**{np.sum(seen.y == int(event[-1]))} of 178**" in words(app)
    app.button_group(key="event").set_value("the likeliest class is right").run()


def test_parts_of_scores_add_up_on_the_page(app):
    go_to_part(app, "calibration", "Scores")
    table = app.dataframe[0].value
    np.testing.assert_allclose(
        table["Score"], table["Miscalibration"] - table["Discrimination"] + table["Uncertainty"], atol=1e-9
    )
    assert (table["Discrimination"] >= 0).all()
    # A Brier score and log losses stood on one axis without a unit.
    for figure, rows, unit in zip(pictures(app), (slice(1), slice(1, None)), ("(0 to 2)", "(nats)"), strict=True):
        refinement, miscalibration, uncertainty = figure["data"]
        np.testing.assert_allclose(np.add(refinement["x"], miscalibration["x"]), table["Score"][rows], atol=1e-9)
        np.testing.assert_allclose(uncertainty["x"], table["Uncertainty"][rows])
        assert figure["layout"]["xaxis"]["title"]["text"].endswith(unit)


def test_the_temperature_is_fitted_on_other_wines_than_it_is_judged_on(app, seen):
    go_to_part(app, "calibration", "Temperature")
    shown = []
    for fraction, judged in ((0.5, 89), (0.8, 36)):
        app.slider(key="calibration_share").set_value(fraction).run()
        shown.append(app.metric[0].value)
        assert f"other {judged} wines" in words(app)
        table = app.dataframe[0].value.set_index("score")
        assert table.loc["accuracy", "before"] == table.loc["accuracy", "after"]
        assert table.loc["accuracy", "change"] == "cannot change"
        assert "-" not in "".join(table.to_numpy().ravel())  # minus signs are true ones
    assert shown[0] != shown[1]
    assert f"{fit_temperature(seen.logits, seen.y):.2f}" not in shown
    # A picture of a constant, and a minimum that could not be seen.
    assert f"Accuracy stays {table.loc['accuracy', 'before']}" in words(app)
    loss, confidence = pictures(app)[0]["data"]
    assert max(loss["y"]) < 4 * min(loss["y"])
    assert (np.diff(confidence["y"]) < 0).all()
    assert min(loss["x"]) <= 1 <= max(loss["x"])


def test_pools_are_compared_in_three_ways(app):
    """Pools are compared at their best temperatures, or calibration may decide."""
    go_to_part(app, "calibration", "Pool, then calibrate")
    assert list(app.dataframe[0].value["way"]) == ["pool", "pool, then calibrate", "calibrate, then pool"]
    assert "its 10 members" in words(app)
    assert "Compare likelihoods at the best temperature, or calibration may decide the comparison" in words(app)


def test_the_orders_of_pooling_have_an_interval_and_a_title(app):
    """A table of third digits."""
    go_to_part(app, "calibration", "Pool, then calibrate")
    dots = pictures(app)[0]["data"][0]
    losses = app.dataframe[0].value.set_index("way")["nll"]
    assert dots["y"] == ["calibrate, then pool", "pool"]
    np.testing.assert_allclose(dots["x"], losses[dots["y"]] - losses["pool, then calibrate"], atol=1e-9)
    low, high = dots["x"][0] - dots["error_x"]["arrayminus"][0], dots["x"][0] + dots["error_x"]["array"][0]
    judged = re.search(r"of the mean difference over the same (\d+) wines", words(app))[1]
    assert (f"No difference that {judged} wines can show" in words(app)) == (low <= 0 <= high)


def test_calibration_and_refinement_add_up_to_the_loss_in_every_epoch(app):
    """The caption named fewer epochs than the axis shows."""
    go_to_part(app, "calibration", "Over the epochs")
    figure = pictures(app)[0]
    refinement, calibration, nll = figure["data"][:3]
    assert refinement["stackgroup"] == calibration["stackgroup"]
    assert figure["layout"]["yaxis"]["type"] == "linear"
    np.testing.assert_allclose(np.add(refinement["y"], calibration["y"]), nll["y"], atol=1e-5)
    assert (nll["x"][0], nll["x"][-1]) == (1, 200)
    assert "Every 3rd or every 4th epoch, 60 in all, on 178 wines" in words(app)
    assert "Berta" in words(app)


def test_more_coverage_gives_larger_sets_and_the_count_on_the_page(app):
    """The promise is "at least"; "Right" was a column of checkboxes."""
    go_to_part(app, "calibration", "Prediction sets")
    app.slider(key="calibration_share").set_value(0.5).run()
    sizes = []
    for coverage in (0.6, 0.9, 0.99):
        app.slider(key="coverage").set_value(coverage).run()
        table = app.dataframe[0].value
        assert set(table["Right"]) <= {"✓", "no"}
        assert f"**{(table['Right'] == '✓').sum()} of {len(table)} sets hold the true class" in words(app)
        assert f"At most about {round(100 * (1 - coverage))} % of sets may" in words(app)
        assert "in at least 9 of 10 random splits" in words(app)
        assert "hold the true one with at least the chosen probability" in words(app)
        sizes.append(np.dot(pictures(app)[1]["data"][0]["y"], range(4)))
    assert sizes[0] < sizes[1] < sizes[2]


def test_too_few_wines_for_the_coverage_leave_all_classes_in_every_set(app):
    go_to_part(app, "calibration", "Prediction sets")
    app.button_group(key="judged_on").set_value("Test wines").run()
    app.slider(key="coverage").set_value(0.99).run()
    table = app.dataframe[0].value
    assert (table["Set"] == "Cultivar 0, Cultivar 1, Cultivar 2").all()
    assert "it takes at least 99 calibration wines" in words(app)


@pytest.mark.nightly
@pytest.mark.parametrize(
    "settings",
    [
        {"members": "1", "training": "bootstrap", "outputs": "sigmoid"},
        {"outputs": "linear", "training": "independent", "label_smoothing": "0.5"},
        {"epochs": "400", "seed": "999999"},
    ],
)
def test_every_part_handles_every_configuration(settings):
    app = open_app(PAGE, **{"epochs": "2", "data": "iris", **settings})
    train(app, "calibration")
    for rows in ("All flowers, out of fold", "Test flowers"):
        app.button_group(key="judged_on").set_value(rows).run()
        for part in PARTS:
            go_to_part(app, "calibration", part)


@pytest.mark.nightly
def test_class_weights_are_seen_in_the_mean_forecasts():
    """Rare classes are forecast more often than they occur; divided by the weights the forecasts come nearer again."""
    opened = open_app(
        PAGE, data="blobs", noise="0.5", imbalance="0.9", label_noise="0.2", class_weights="balanced", epochs="30"
    )
    train(opened, "calibration")
    table = opened.dataframe[0].value
    weight, frequency, forecast, undone = (table[name].str.rstrip(" %").astype(float) for name in table.columns[1:])
    assert weight.iloc[-1] > weight.iloc[0]
    assert forecast.iloc[-1] > frequency.iloc[-1] + 3
    assert abs(undone - frequency).max() < abs(forecast - frequency).max()
    assert "points**. Divided by the weights and normalised, forecasts are off by up to" in words(opened)
    said = words(opened).replace("\n", " ")
    assert "A share of 20 % of all points has a wrong label" in said
    above, rows, hits = map(
        int, re.search(r"exceeds 80 % for \*\*(\d+) of (\d+).*is the label for \*\*(\d+) of", said).groups()
    )
    assert 0 <= above <= rows
    assert hits < rows
