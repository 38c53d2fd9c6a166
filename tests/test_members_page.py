"""Why an ensemble: every part and control, without a browser."""

import numpy as np
import pytest

from ensemble.disagreement import log_pool_gain, nll_by_size
from ensemble.draws import evaluation_rng
from ensemble.probability import log_softmax
from tests.app_without_browser import go_to_part, open_app, pictures, train, words

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/members.py"
WAYS = ["joint", "independent", "bootstrap"]


@pytest.fixture(scope="module")
def trained():
    app = open_app(PAGE, epochs="30")
    train(app, "members")
    return app


@pytest.fixture
def runs(trained):
    series = trained.session_state["series"]["members"]
    return dict(zip([*WAYS, "many", "linear", "relu"], series.runs, strict=True)), series.plan[0][1]


def test_one_press_trains_six_ensembles_on_one_split(trained):
    series = trained.session_state["series"]["members"]
    assert [run.config.training for run in series.runs] == [*WAYS, "independent", "joint", "joint"]
    assert [run.config.members for run in series.runs] == [10, 10, 10, 32, 10, 10]
    assert [run.config.activation for run in series.runs[-2:]] == ["linear", "relu"]
    assert len({data for _, data in series.plan}) == 1


def test_before_training_the_page_offers_it_and_shows_nothing_else():
    app = open_app(PAGE)
    assert app.button(key="train_members").label == "Train the ensembles"
    assert not pictures(app)


@pytest.mark.parametrize("ways", ["Training", "Pooling"])
def test_scores_have_a_diamond_for_each_forecast_and_a_dot_for_each_member(trained, ways):
    go_to_part(trained, "members", ways)
    forecasts, dots = {"Training": (3, [10, 10, 10]), "Pooling": (4, [0, 0, 0, 0, 10])}[ways]
    for figure in pictures(trained)[:3]:
        assert len(figure["data"][-1]["y"]) == forecasts
        assert [len(trace["y"]) for trace in figure["data"][:-1]] == dots


def test_the_identity_of_the_log_pool_holds_to_six_digits_on_the_page(trained, runs):
    go_to_part(trained, "members", "Pooling")
    run, data = runs[0]["bootstrap"], runs[1]
    sides = log_pool_gain(log_softmax(run.member_scores(data.x_test)), data.y_test)
    text = words(trained)
    assert f"from losses: {sides.gain.mean():.6f} nats" in text
    assert f"from divergences: {sides.gain.mean():.6f} nats" in text
    bars = pictures(trained)[-1]["data"]
    assert bars[0]["x"][0] == pytest.approx(bars[1]["x"][1] + bars[2]["x"][1])


@pytest.mark.parametrize("way", WAYS)
def test_the_triangle_holds_every_member_on_every_wine(trained, runs, way):
    go_to_part(trained, "members", "Disagreement")
    trained.button_group(key="disagreeing_way").set_value(way).run()
    trained.number_input(key="wine").set_value(5).run()
    dots = pictures(trained)[0]["data"]
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
    assert "Wimmer" in words(trained)


def test_the_band_over_the_sizes_is_that_of_the_named_function(trained, runs):
    go_to_part(trained, "members", "Size")
    run, data = runs[0]["many"], runs[1]
    sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
    table = nll_by_size(log_softmax(run.member_scores(data.x_test)), data.y_test, sizes, evaluation_rng(run.config))
    np.testing.assert_allclose(pictures(trained)[0]["data"][-1]["y"], table["mean"])


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


def test_the_plane_is_trained_on_what_is_chosen(trained):
    go_to_part(trained, "members", "Far from the data")
    series = train(trained, "plane")
    assert series.plan[0][1].name == "moons"
    assert series.runs[0].config.activation == "relu"
    assert len(pictures(trained)) == 2
    trained.button_group(key="plane_rows").set_value("wine").run()
    assert "settings have changed since" in words(trained)
    trained.selectbox(key="plane_x").set_value("proline").run()
    assert "proline" not in trained.selectbox(key="plane_y").options
    trained.button_group(key="plane_activation").set_value("tanh").run()
    series = train(trained, "plane")
    assert series.plan[0][1].feature_names == ("proline", trained.selectbox(key="plane_y").value)
    assert series.runs[0].config.activation == "tanh"
    assert [axis["title"]["text"] for axis in (pictures(trained)[0]["layout"]["xaxis"],)] == ["proline"]


@pytest.mark.parametrize(("asked", "shown"), [("Size", "Size"), ("<script>", "Training"), ("", "Training")])
def test_a_link_opens_a_part_of_the_page(asked, shown):
    app = open_app(PAGE, part=asked)
    assert app.session_state["members_part"] == shown
    assert app.query_params["part"] in (shown, [shown])


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
    for part in ("Training", "Pooling", "Disagreement", "Size", "Linear collapse", "Far from the data"):
        go_to_part(app, "members", part)
    train(app, "plane")


@pytest.mark.parametrize(("rate", "shown"), [("10", False), ("0.05", True)])
def test_runs_that_diverge_are_counted_and_shown_as_far_as_they_came(rate, shown):
    app = open_app(PAGE, epochs="40", optimizer="sgd", learning_rate=rate, hidden_layers="3", seed="1")
    series = train(app, "members")
    diverged = sum(run.status == "diverged" for run in series.runs)
    assert diverged
    assert f"{diverged} of 6 runs diverged" in words(app)
    assert bool(pictures(app)) == shown == all(run.epochs for run in series.runs)
