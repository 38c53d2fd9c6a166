"""Members: every part and control, without a browser."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ensemble.disagreement.entropy import log_pool_gain, nll_by_size
from ensemble.disagreement.far_walks import far_walks
from ensemble.disagreement.pooling import left_out
from ensemble.probability.scoring import base_rate_loss
from ensemble.probability.vectors import log_softmax
from ensemble.rng import evaluation_rng, out_of_bag
from pages.parts.members import words as texts
from pages.parts.members.context import Context
from pages.parts.members.disagreement import _picks
from testing import PATIENCE
from testing.app_test import go_to_part, open_app, pictures, related, train, wait_for_related, wait_for_the_run, words
from ui.text.fill import fill
from ui.text.format import number

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/members.py"
WAYS = ["joint", "independent", "bootstrap"]


@pytest.fixture(scope="module")
def trained():
    """The example: six ensembles, trained in advance."""
    return open_app(PAGE)


@pytest.fixture
def runs(trained):
    example = related(trained, "members")
    return example.runs, example.plan["joint"][1]


@pytest.mark.nightly
def test_one_press_trains_six_ensembles_on_one_split():
    group = train(open_app(PAGE, epochs="30"), "members")
    assert [run.config.training for run in group.runs] == [*WAYS, "independent", "joint", "joint"]
    assert [run.config.members for run in group.runs] == [10, 10, 10, 32, 10, 10]
    assert [run.config.activation for run in group.runs[-2:]] == ["linear", "relu"]
    assert len({data for _, data in group.plan}) == 1


def test_before_training_the_page_shows_the_example():
    app = open_app(PAGE)
    assert len(pictures(app)) == 3
    assert "Trained in advance with these settings" in words(app)


@pytest.mark.parametrize("ways", ["Training", "Pooling"])
def test_scores_have_a_diamond_for_each_forecast_and_a_dot_for_each_member(trained, ways):
    go_to_part(trained, "members", ways)
    forecasts, dots = {"Training": (3, [10, 10, 10]), "Pooling": (4, [0, 0, 0, 0, 10])}[ways]
    for figure in pictures(trained)[:3]:
        assert len(figure["data"][-1]["y"]) == forecasts
        assert [len(trace["y"]) for trace in figure["data"][:-1]] == dots


def test_the_log_pools_identity_is_two_equal_bars_with_equal_precision(trained, runs):
    """0.385, 0.161 and 0.2239 in one row of labels."""
    go_to_part(trained, "members", "Pooling")
    run, data = runs[0]["bootstrap"], runs[1]
    sides = log_pool_gain(log_softmax(run.member_own_logits(data.x_test)), data.y_test)
    bars = pictures(trained)[-1]["data"]
    assert bars[0]["x"][0] == pytest.approx(bars[1]["x"][1] + bars[2]["x"][1])
    assert bars[2]["x"][1] == pytest.approx(sides.gain.mean())
    labels = [label for bar in bars for label in bar["text"] if label]
    assert len({len(label.split(".")[1]) for label in labels}) == 1
    assert "both bars have the same length" in words(trained)
    assert f"The log pool gains exactly what its members disagree: {number(sides.gain.mean())} nats" in words(trained)
    assert "weights" not in [element.key for element in trained.get("plotly_chart")]


def test_the_rows_that_a_bootstrap_leaves_out_are_computed(trained, runs):
    """“about half of them” whatever the share."""
    go_to_part(trained, "members", "Pooling")
    config, rows = runs[0]["bootstrap"].config, len(runs[1].y_train)
    assert f"about {100 * np.exp(-config.bootstrap_share):.0f} % of them" in words(trained)
    for fraction in (0.1, 0.8, 1.0):
        changed = config.model_copy(update={"bootstrap_share": fraction, "members": 32})
        assert left_out(fraction, rows) == pytest.approx(out_of_bag(changed, rows).mean(), abs=0.03)


def test_each_picture_of_scores_claims_what_is_seen_and_says_which_way_is_better(trained):
    """Titles below the axes, the direction in the caption alone, and one logarithmic axis of three."""
    go_to_part(trained, "members", "Training")
    text = words(trained)
    for figure, better in zip(pictures(trained)[:3], (np.less, np.less, np.greater), strict=True):
        direction = "lower is better" if better is np.less else "higher is better"
        assert figure["layout"]["xaxis"]["title"]["text"].endswith(f", {direction}")
        *dots, diamonds = figure["data"]
        assert figure["layout"]["xaxis"]["type"] == "linear"
        # Members beyond the end of an axis stand at its end, and are worse than all that is drawn.
        ahead = sum(better(own["x"], together).sum() for own, together in zip(dots, diamonds["x"], strict=True))
        assert f"{ahead} of 30 members beat their ensemble" in text
        assert {"members alone", "◆ together"} <= {note["text"] for note in figure["layout"]["annotations"]}


def test_base_rate_and_uniform_losses_are_lines_in_pictures_of_losses(trained, runs):
    for part in ("Training", "Size"):
        go_to_part(trained, "members", part)
        figure = pictures(trained)[0]
        levels = [shape["x0"] if part == "Training" else shape["y0"] for shape in figure["layout"]["shapes"]]
        assert any(level == pytest.approx(base_rate_loss(runs[1].y_test, 3)) for level in levels)


@pytest.mark.parametrize("part", ["Training", "Pooling"])
def test_intervals_are_said_to_hold_the_luck_of_the_rows_alone(trained, part):
    """Another start may differ as much."""
    go_to_part(trained, "members", part)
    assert "cover the luck of the test wines only" in words(trained)


@pytest.mark.parametrize("part", ["Training", "Pooling", "Disagreement", "Size", "Linear collapse", "Far from the data"])
def test_no_part_speaks_of_glue_or_votes(trained, part):
    """Joint members add up scores."""
    go_to_part(trained, "members", part)
    text = words(trained).lower()
    assert "glue" not in text
    assert " vote" not in text
    assert "they are what they are" not in text


def part_of(runs, data, part):
    """One part of the page with some of its runs."""
    context = Context(runs, data, len(data.y_train), "some", next(iter(runs.values())).config, data, None)
    app = AppTest.from_function(_show_part, default_timeout=PATIENCE, kwargs={"context": context, "part": part}).run()
    assert not app.exception
    return app


def _show_part(context, part):
    from dataclasses import replace
    from importlib import import_module

    import streamlit as st

    import_module(f"pages.parts.members.{part}").show(replace(context, beside_the_parts=st.container()))


def test_while_only_the_joint_run_is_there_it_is_shown_and_the_others_are_named(runs):
    some, data = {"joint": runs[0]["joint"]}, runs[1]
    app = part_of(some, data, "training")
    assert [len(figure["data"][-1]["y"]) for figure in pictures(app)] == [1, 1, 1]
    assert "Still being trained: the independent ensemble and the bootstrap ensemble." in words(app)
    app = part_of(some, data, "disagreement")
    assert sum(len(trace["a"]) for trace in pictures(app)[0]["data"]) == 10 * 36
    assert "Meanwhile these are the members of the joint ensemble" in words(app)


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("pooling", "bootstrap ensemble"),
        ("size", "large ensemble"),
        ("collapse", "ensemble without an activation"),
        ("far_away", "independent ensemble"),
    ],
)
def test_a_part_whose_ensemble_is_not_there_says_which_one_is_coming(runs, part, missing):
    app = part_of({"joint": runs[0]["joint"]}, runs[1], part)
    assert f"Still being trained: the {missing}. The picture grows by itself." in words(app)
    assert not pictures(app)


@pytest.mark.parametrize("way", WAYS)
def test_the_triangle_holds_every_member_on_every_wine(trained, runs, way):
    go_to_part(trained, "members", "Disagreement")
    trained.button_group(key="disagreeing_way").set_value(way).run()
    trained.number_input(key="wine").set_value(5).run()
    dots = pictures(trained)[0]["data"]
    # Dots on the edges were cut in half.
    assert all(trace["cliponaxis"] is False for trace in dots)
    assert sum(len(trace["a"]) for trace in dots) == 10 * 36
    proba = runs[0][way].member_proba(runs[1].x_test)[:, 4]
    np.testing.assert_allclose(np.stack([dots[-1][axis] for axis in "bca"], axis=-1), proba, atol=1e-9)
    assert dots[-1]["name"] == "Wine 5"


def test_the_entropy_of_each_wine_is_drawn_in_two_parts_least_certain_first(trained):
    go_to_part(trained, "members", "Disagreement")
    expected, mutual_information = pictures(trained)[1]["data"]
    total = np.add(expected["y"], mutual_information["y"])
    assert (np.diff(total) <= 1e-12).all()
    table = trained.dataframe[0].value
    np.testing.assert_allclose(table["Total"], table["Expected"] + table["Mutual information"])
    # On a phone the column that matters was out of sight.
    assert list(trained.dataframe[0].proto.column_order)[:2] == ["Wine", "Mutual information"]
    assert "Wimmer" in words(trained)
    # Most of 36 slots were empty. At least ten bars, and all that can be seen.
    chosen = table["Wine"] == trained.number_input(key="wine").value
    assert len(total) == ((table["Total"] >= 0.01 * np.log(3)) | (table.index < 10) | chosen).sum()
    if not (sure := 36 - len(total)):
        return
    others = f"The other {sure} wine{'s have' if sure > 1 else ' has'} less than 1 % of the largest possible entropy"
    assert (others in words(trained)) == (len(total) < 36)


def test_a_click_on_a_bar_or_a_row_of_the_table_chooses_its_wine(trained, monkeypatch):
    pick = _picks([30, 7], "bars")
    for selection, wine in (({"points": [{"point_index": 1}]}, 7), ({"rows": [0]}, 30), ({"points": [], "rows": []}, 30)):
        state = {"bars": SimpleNamespace(selection=selection)} | ({"wine": 30} if not selection.get("points") else {})
        monkeypatch.setattr("pages.parts.members.disagreement.st.session_state", state)
        pick()
        assert state["wine"] == wine


def test_the_band_over_the_sizes_is_that_of_the_named_function(trained, runs):
    go_to_part(trained, "members", "Size")
    run, data = runs[0]["many"], runs[1]
    sizes = [1, 2, 3, 4, 6, 8, 10, 12, 16, 24, 32]
    table = nll_by_size(log_softmax(run.member_own_logits(data.x_test)), data.y_test, sizes, evaluation_rng(run.config))
    *_, curve, own = pictures(trained)[0]["data"]
    np.testing.assert_allclose(curve["y"], table["mean"])
    assert own["text"] == "your ensemble: 10"
    np.testing.assert_allclose([own["x"][0], own["y"][0]], [10, table["mean"][6]])


def test_the_linear_net_is_one_matrix_and_the_relu_net_bends(trained):
    go_to_part(trained, "members", "Linear collapse")
    net, regression, straight, bent = pictures(trained)
    assert np.shape(net["data"][0]["z"]) == np.shape(regression["data"][0]["z"]) == (13, 3)
    np.testing.assert_allclose(np.sum(net["data"][0]["z"], axis=1), 0, atol=1e-6)

    def strays(figure):
        return max(
            np.abs(np.interp(curve["x"], chord["x"], chord["y"]) - curve["y"]).max()
            for chord, curve in zip(figure["data"][::2], figure["data"][1::2], strict=True)
        )

    assert strays(straight) < 1e-4 < 1e-2 < strays(bent)
    # Two colour scales that look alike, an axis that ends at 80 %, a difference without a word.
    for heat in (net["data"][0], regression["data"][0]):
        assert heat["zmax"] == pytest.approx(np.abs(heat["z"]).max())
        assert heat["colorbar"]["tickvals"] == [heat["zmin"], 0, heat["zmax"]]
    ratio = net["data"][0]["zmax"] / regression["data"][0]["zmax"]
    assert f"times {'smaller' if ratio >= 1 else 'larger'}" in words(trained)
    assert f"scikit-learn's regression: {number(max(ratio, 1 / ratio))} times" in words(trained)
    assert "10 deep networks, multiplied out, are one 13 × 3 matrix" in words(trained)
    assert straight["layout"]["xaxis"]["ticktext"][-1] == "100 %"
    assert "equal to float32 rounding" in words(trained)
    assert "(C = 1)" in words(trained)
    assert "has no prior, only dropout and an early end." in words(trained)
    without = fill(texts.TWO_SCALES, network="1", regression="1", c="1", dropout=0.0)
    assert "has no prior, only an early end." in without


def test_how_many_walks_end_sure_is_counted(trained, runs):
    """“Most walks end sure” and “scores grow with the features” stood there for every network, also one with tanh."""
    go_to_part(trained, "members", "Far from the data")
    found = far_walks(runs[0]["independent"], runs[1])
    assert f"**{found.sure_walks:,} of {found.walks:,}** walks end above 90 %" in words(trained)
    assert "Without an activation scores grow with the features" in words(trained)


def test_the_plane_is_trained_on_what_is_chosen(trained):
    go_to_part(trained, "members", "Far from the data")
    in_advance = related(trained, "plane")
    assert {data.name for _, data in in_advance.plan.values()} == {"moons"}
    assert {run.config.activation for run in in_advance.runs.values()} == {"relu"}
    assert len(pictures(trained)) == 2
    trained.button_group(key="plane_rows").set_value("wine").run()
    trained.selectbox(key="plane_x").set_value("proline").run()
    assert "proline" not in trained.selectbox(key="plane_y").options
    trained.button_group(key="plane_activation").set_value("tanh").run()
    group = wait_for_related(trained, "plane")
    assert group.plan[0][1].feature_names == ("proline", trained.selectbox(key="plane_y").value)
    assert group.runs[0].config.activation == "tanh"
    assert [axis["title"]["text"] for axis in (pictures(trained)[0]["layout"]["xaxis"],)] == ["proline"]


@pytest.mark.parametrize(("asked", "shown"), [("Size", "Size"), ("<script>", "Training"), ("", "Training")])
def test_a_link_opens_a_part_of_the_page(asked, shown):
    app = open_app(PAGE, part=asked)
    assert app.session_state["members_part"] == shown
    assert app.query_params["part"] in (shown, [shown])


@pytest.mark.nightly
@pytest.mark.parametrize(
    "settings",
    [
        {"outputs": "sigmoid", "training": "bootstrap", "members": "1", "bootstrap_share": "0.1"},
        {"outputs": "linear", "activation": "relu", "hidden_layers": "1", "test_share": "0.5", "label_smoothing": "0.5"},
    ],
)
def test_every_part_bears_every_configuration(settings):
    app = open_app(PAGE, epochs="2", **settings)
    train(app, "members")
    for part in ("Training", "Pooling", "Disagreement", "Size", "Linear collapse", "Masks", "Far from the data"):
        go_to_part(app, "members", part)
    wait_for_related(app, "plane")


@pytest.mark.nightly
def test_a_run_diverging_at_once_leaves_the_example_with_a_message():
    app = open_app(PAGE, epochs="40", optimizer="sgd", learning_rate="10", hidden_layers="3", seed="1")
    app.button(key="train").click().run()
    assert wait_for_the_run(app).run.epochs == 0
    assert "**Diverged.**" in words(app)
    assert "learning rate of 1." in words(app)
    assert len(pictures(app)) == 3


@pytest.mark.nightly
def test_runs_that_diverge_are_counted_and_shown_as_far_as_they_came():
    app = open_app(PAGE, epochs="40", optimizer="sgd", learning_rate="0.05", hidden_layers="3", seed="1")
    group = train(app, "members")
    diverged = sum(run.status == "diverged" for run in group.runs)
    assert diverged
    assert f"{diverged} of 6 runs diverged" in words(app)
    assert pictures(app)
    assert all(run.epochs for run in group.runs)
