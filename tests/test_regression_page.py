"""What the deep net gives up: every part and control, without a browser."""

import numpy as np
import pytest

from ensemble import load_dataset
from ensemble.importance import without_feature
from ensemble.regression import fit_map, significance
from tests.app_without_browser import go_to_part, open_app, pictures, train, words

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/regression.py"


@pytest.fixture(scope="module")
def app():
    return open_app(PAGE, epochs="10", members="3")


@pytest.mark.parametrize(("width", "penalty"), [(0.01, "5e+03"), (1.0, "0.5"), (10.0, "0.005")])
def test_the_width_of_the_prior_is_a_penalty_too(app, width, penalty):
    go_to_part(app, "regression", "Coefficients and prior")
    app.select_slider(key="prior_width").set_value(width).run()
    np.testing.assert_allclose(pictures(app)[0]["data"][0]["z"], fit_map(load_dataset("wine"), width).coefficients)
    assert f"= {penalty}, scikit-learn" in words(app)


def test_the_path_holds_every_coefficient_and_says_that_it_has_no_end(app):
    go_to_part(app, "regression", "Coefficients and prior")
    curves = pictures(app)[1]["data"]
    assert [np.sum(np.isfinite(curve["y"].astype(float))) for curve in curves[:3]] == [13 * 16] * 3
    training = curves[-2]["y"]
    assert (np.diff(training) < 0).all()
    assert "told apart without error" in words(app)


def test_significance_is_refused_where_it_does_not_exist(app):
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Wine, all features").run()
    assert "no finite maximum" in words(app)
    assert not app.dataframe
    assert not pictures(app)


def test_significance_of_chosen_features_is_that_of_statsmodels(app, wine):
    go_to_part(app, "regression", "Significance")
    app.button_group(key="significant_rows").set_value("Wine, chosen features").run()
    names = app.multiselect(key="significant_features").value
    columns = [wine.feature_names.index(name) for name in names]
    expected = significance(wine.x_train[:, columns], wine.y_train, names, wine.class_names)
    np.testing.assert_allclose(app.dataframe[0].value["p"], expected["p"], atol=1e-6)
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
    series = train(app, "seeds")
    assert [run.config.seed for run in series.runs] == [0, 1, 2, 3, 4]
    assert len({data for _, data in series.plan}) == 1
    for figure in pictures(app):
        assert len(figure["data"][-1]["y"]) == 8


def test_features_are_shuffled_and_dropped(app):
    go_to_part(app, "regression", "Features of the net")
    train(app, "seeds")
    assert [trace["name"] for trace in pictures(app)[0]["data"]] == ["shuffled"]
    series = train(app, "dropped")
    assert len(series.runs) == 65
    wine = load_dataset("wine")
    assert series.plan[5][1].feature_names == without_feature(wine, wine.feature_names[1]).feature_names
    shuffled, dropped = pictures(app)[0]["data"]
    assert len(shuffled["x"]) == len(dropped["x"]) == 13
    app.session_state["members"] = 4
    app.run()
    train(app, "seeds")
    assert [trace["name"] for trace in pictures(app)[0]["data"]] == ["shuffled"]


@pytest.mark.parametrize("settings", [{"outputs": "linear", "seed": "999999"}, {"training": "bootstrap", "members": "1"}])
def test_every_part_bears_every_configuration(settings):
    app = open_app(PAGE, epochs="2", test_share="0.5", **settings)
    for part in ("Coefficients and prior", "Significance", "Beside the net"):
        go_to_part(app, "regression", part)
    train(app, "seeds")
    go_to_part(app, "regression", "Features of the net")
