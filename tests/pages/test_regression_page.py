"""Regression: every part and control, without a browser."""

import json
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from ensemble import load_dataset
from ensemble.interpretation.feature_importance import without_feature
from ensemble.interpretation.logistic_regression import coefficient_path, fit_map
from ensemble.interpretation.separation import separation
from ensemble.interpretation.significance import significance
from pages.parts.regression.coefficients import WIDTHS
from pages.parts.regression.feature_importance import _claim
from testing.app_test import go_to_part, open_app, pictures, related, train, wait_for_related, words

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/regression.py"


@pytest.fixture(scope="module")
def app():
    """The example, which was trained in advance."""
    return open_app(PAGE)


@pytest.mark.parametrize(("width", "penalty", "c"), [(0.01, "5,000", "10⁻⁴"), (1.0, "0.5", "1"), (1000.0, "5.0·10⁻⁷", "10⁶")])
def test_the_width_of_the_prior_is_a_penalty_too(app, width, penalty, c):
    go_to_part(app, "regression", "Coefficients and prior")
    app.select_slider(key="prior_width").set_value(width).run()
    np.testing.assert_allclose(pictures(app)[0]["data"][0]["z"], fit_map(load_dataset("wine"), width).coefficients)
    assert f"= {penalty}, scikit-learn's C = s² = {c}." in words(app)


def test_the_path_holds_every_coefficient_and_says_that_it_has_no_end(app):
    go_to_part(app, "regression", "Coefficients and prior")
    curves = pictures(app)[1]["data"]
    names = [note["text"] for note in pictures(app)[1]["layout"]["annotations"]]
    assert "base rate H(π), uniform ln 3" in names
    assert len(names) == 5 + 1
    assert "od280/od315 of diluted wines" in names
    assert [np.sum(np.isfinite(np.array(curve["y"], float))) for curve in curves[:3]] == [13 * 16] * 3
    training = curves[-2]["y"]
    assert (np.diff(training) < 0).all()
    assert "told apart without error" in words(app)


def test_the_coefficients_grow_with_the_width_taken_together_and_not_each_by_itself(app):
    """“The wider the prior, the larger the coefficients”: the sum of their squares grows, some of them shrink on the way."""
    go_to_part(app, "regression", "Coefficients and prior")
    path = coefficient_path(load_dataset("wine"), WIDTHS).coefficients
    assert (np.diff((path**2).sum(axis=(1, 2))) > 0).all()
    assert (np.diff(np.abs(path), axis=0) < -0.01).any()
    assert "The wider the prior, the larger the coefficients, taken together" in words(app)
    assert "the larger they grow, taken together" in words(app)


@pytest.mark.parametrize(("rise", "title"), [(0.2, "The net misses ash most"), (-0.01, "raises the loss for no feature")])
def test_no_feature_is_missed_where_shuffling_lowers_the_loss(rise, title):
    assert title in _claim(pd.Series({"feature": "ash", "mean": rise}))


def test_for_two_classes_scikit_learns_c_is_twice_the_square():
    app = open_app(PAGE, data="breast_cancer")
    assert "C = 2 s² = 2." in words(app)
    assert "difference of their coefficients" in words(app)


def test_quasi_complete_separation_is_warned_of():
    """Setosa is told apart from the other two species of iris, which overlap."""
    app = open_app(PAGE, data="iris")
    assert "Some of these classes touch at most" in words(app)
    assert "without end" in words(app)


def test_significance_opens_on_a_picture_and_counts_luck():
    app = open_app(PAGE)
    go_to_part(app, "regression", "Significance")
    assert app.button_group(key="significant_rows").value == "Wine, chosen features"
    assert len(pictures(app)) == 1
    table = app.dataframe[0].value
    tested = table[table["feature"] != "intercept"]
    assert "malic acid" in set(tested["feature"])
    assert f"about {0.05 * len(tested):.3g} of {len(tested)} would still fall below 0.05 by luck" in words(app)
    assert f"Here {(tested['p'] < 0.05).sum()} do, and {(tested['p_holm'] < 0.05).sum()} after Holm" in words(app)


def test_significance_is_refused_where_it_does_not_exist(app):
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Wine, all features").run()
    assert "no finite maximum" in words(app)
    assert not app.dataframe
    assert not pictures(app)


def test_significance_of_chosen_features_is_that_of_statsmodels(app, wine):
    """p is said to be that of a z as far from 0, on either side, if the coefficient is 0."""
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Wine, chosen features").run()
    names = app.multiselect(key="significant_features").value
    columns = [wine.feature_names.index(name) for name in names]
    expected = significance(wine.x_train[:, columns], wine.y_train, names, wine.class_names)
    help_of_p = json.loads(app.dataframe[0].proto.columns)["p"]["help"]
    assert "How often a z at least this far from 0 would come if the true coefficient were 0" in help_of_p
    np.testing.assert_allclose(app.dataframe[0].value["p"], expected["p"], atol=1e-6)
    assert "5.3·10⁻⁹" in app.dataframe[0].proto.arrow_data.styler.display_values.decode("utf-8", "ignore"), "not 5.3e-9"
    app.multiselect(key="significant_features").set_value(["ash"]).run()
    assert set(app.dataframe[0].value["feature"]) == {"intercept", "ash"}
    app.multiselect(key="significant_features").set_value([]).run()
    assert "Choose at least one feature" in words(app)
    assert not app.dataframe
    app.multiselect(key="significant_features").set_value(names).run()


def test_moons_have_significance_too(app):
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Moons").run()
    assert set(app.dataframe[0].value["feature"]) == {"intercept", "first", "second"}


def test_the_net_stands_beside_the_regression_on_the_same_split(app):
    go_to_part(app, "regression", "Beside the net")
    seeds = related(app, "seeds")
    assert [config.seed for config, _ in seeds.plan.values()] == [0, 1, 2, 3, 4]
    assert len(seeds.runs) == 5
    assert len({data for _, data in seeds.plan.values()}) == 1
    for figure in pictures(app):
        nets, regressions = (trace for trace in figure["data"] if trace["mode"] == "markers")
        assert (len(nets["y"]), len(regressions["y"])) == (5, 3)
        assert (np.abs(nets["y"]) < 0.5).all(), "five seeds are one distribution, on one line"
        assert nets["marker"]["color"] != regressions["marker"]["color"]
        assert figure["layout"]["yaxis"]["ticktext"][0] == "net, 5 seeds"
    assert "cover the luck of the test wines only" in words(app)


def shuffled_features():
    """A session whose five seeds are trained, and whose runs without a feature begin."""
    app = open_app(PAGE, epochs="10", members="3", part="Beside the net")
    train(app, "seeds")
    go_to_part(app, "regression", "Features of the net")
    return app


def test_features_are_shuffled_and_dropped_one_by_one(monkeypatch):
    """Tests that need no coefficients exist, and neither number is one of them."""
    monkeypatch.setattr(import_module("ui.session.related"), "MAX_SECONDS_UNASKED", float("inf"))  # busy cores
    app, wine = shuffled_features(), load_dataset("wine")
    assert [trace["name"] for trace in pictures(app)[0]["data"]] == ["shuffled"]
    assert "Neither number here is a test" in words(app)
    assert "train_dropped" not in [button.key for button in app.button], "65 cheap runs begin by themselves"
    plan = related(app, "dropped").group.plan
    assert len(plan) == 65
    assert plan[5][1].feature_names == without_feature(wine, wine.feature_names[1]).feature_names


@pytest.mark.nightly
def test_features_that_were_dropped_stand_beside_shuffled_ones():
    app = shuffled_features()
    assert len(wait_for_related(app, "dropped").runs) == 65
    shuffled, dropped = pictures(app)[0]["data"]
    assert len(shuffled["x"]) == len(dropped["x"]) == 13
    app.session_state["members"] = 4
    app.run()
    train(app, "seeds")
    assert [trace["name"] for trace in pictures(app)[0]["data"]] == ["shuffled"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    "settings",
    [{"outputs": "linear", "seed": "999999"}, {"training": "bootstrap", "members": "1"}],
)
def test_every_part_handles_every_configuration(settings):
    app = open_app(PAGE, epochs="2", test_share="0.5", **settings)
    for part in ("Coefficients and prior", "Significance", "Beside the net"):
        go_to_part(app, "regression", part)
    train(app, "seeds")
    go_to_part(app, "regression", "Features of the net")


def test_few_features_need_not_overlap_as_their_control_says():
    """One feature of iris tells one species from the others: “with few features the classes overlap” was said of any rows."""
    iris = load_dataset("iris")
    one = iris.only([iris.feature_names[2]])
    assert separation(one.x_train, one.y_train) != "none"
    app = open_app(PAGE, part="Significance")
    assert "classes often overlap" in app.multiselect(key="significant_features").help
