"""Comparison of runs against numbers made by hand, and what has to hold for any forecasts."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from scipy.stats import wasserstein_distance

from ensemble import EnsembleConfig, InputError, load_dataset
from ensemble.probability.scoreboard import scoreboard
from ensemble.runs.comparison import (
    MIN_DISTANCE,
    differences_from_first,
    forecasts,
    rows_that_differ_most,
    same_split,
    settings_that_differ,
    total_variation,
)
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes

LOGITS = arrays(np.float64, (4, 3), elements=st.floats(-30, 30))


def run_that_says(data, logits):
    """A run that gives every row the same scores: all weights are 0, but the last bias."""
    config = EnsembleConfig(members=1)
    *others, _ = weight_shapes(config, data.features, data.classes)
    weights = (*(np.zeros(shape, np.float32) for shape in others), np.asarray(logits, np.float32))
    return Run.before_training(config, data, weights)


def random_run(data, seed):
    config, rng = EnsembleConfig(members=2), np.random.default_rng(seed)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(0, 0.6, shape).astype(np.float32) for shape in shapes))


def test_settings_that_are_the_same_everywhere_are_left_out():
    configs = {
        "A": EnsembleConfig(),
        "B": EnsembleConfig(dropout=0.5, activation="relu"),
        "C": EnsembleConfig(learning_rate=1e-5),
    }
    table = settings_that_differ(configs)
    assert table.columns.tolist() == ["setting", "A", "B", "C"]
    assert table.values.tolist() == [
        ["Activation", "linear", "relu", "linear"],
        ["Dropout", "0.25", "0.5", "0.25"],
        ["Learning rate", "0.001", "0.001", "1e-05"],
    ]


def test_no_setting_differs_between_a_configuration_and_itself():
    assert settings_that_differ({"A": EnsembleConfig(), "B": EnsembleConfig()}).empty


@pytest.mark.parametrize(("training", "titles"), [("joint", []), ("bootstrap", ["Bootstrap share"])])
def test_the_bootstrap_share_differs_only_where_it_counts(training, titles):
    shares = {str(fraction): EnsembleConfig(training=training, bootstrap_share=fraction) for fraction in (0.5, 0.8)}
    assert settings_that_differ(shares)["setting"].tolist() == titles


def test_a_split_is_the_same_if_rows_features_and_classes_are(wine):
    assert same_split([wine, load_dataset("wine"), replace(wine)])
    assert not same_split([wine, load_dataset("wine", seed=1)])
    assert not same_split([wine, load_dataset("wine", test_size=0.3)])
    assert not same_split([wine, wine, load_dataset("digits")])
    assert not same_split([wine, replace(wine, feature_names=wine.feature_names[::-1])])
    assert not same_split([wine, replace(wine, y_test=wine.y_test[::-1])])


def test_noise_on_the_training_labels_leaves_the_split_the_same(wine):
    assert same_split([wine, replace(wine, y_train=wine.y_train[::-1])])


def test_distances_made_by_hand():
    p = [[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5]]
    q = [[0, 1, 0], [0.5, 0.25, 0.25], [0.2, 0.3, 0.5]]
    np.testing.assert_allclose(total_variation(p, q), [1, 0.25, 0])


@given(LOGITS, LOGITS, LOGITS)
def test_the_distance_is_one_between_0_and_1(one, other, third):
    p, q, r = (softmax(logits, axis=1) for logits in (one, other, third))
    distance = total_variation(p, q)
    assert ((distance >= 0) & (distance <= 1)).all()
    np.testing.assert_allclose(distance, total_variation(q, p))
    assert (total_variation(p, p) == 0).all()
    assert (distance <= total_variation(p, r) + total_variation(r, q) + 1e-12).all()


@given(LOGITS, LOGITS)
def test_the_distance_is_the_largest_difference_about_any_event(one, other):
    p, q = softmax(one, axis=1), softmax(other, axis=1)
    events = np.array([[bool(number >> k & 1) for k in range(3)] for number in range(8)])
    np.testing.assert_allclose(total_variation(p, q), np.abs((p - q) @ events.T).max(axis=1), atol=1e-12)


def test_of_two_classes_the_distance_is_that_between_places_on_a_line():
    p, q = [[0.3, 0.7]], [[0.9, 0.1]]
    assert total_variation(p, q)[0] == pytest.approx(wasserstein_distance([0, 1], [0, 1], p[0], q[0]))


@pytest.mark.parametrize("q", [[[0.5, 0.5]], [[0.5, 0.6, 0.1]], [[0.5, 0.5, 0.0]] * 2])
def test_what_is_no_pair_of_forecasts_is_refused(q):
    with pytest.raises(InputError):
        total_variation([[0.2, 0.3, 0.5]], q)


def test_a_run_differs_from_itself_nowhere(wine):
    run = random_run(wine, 0)
    assert rows_that_differ_most(forecasts({"A": run, "B": run}, wine), wine).empty


def test_rows_that_differ_have_the_numbers_made_by_hand(wine):
    halves, sure = run_that_says(wine, np.log([0.5, 0.3, 0.2])), run_that_says(wine, np.log([0.1, 0.1, 0.8]))
    table = rows_that_differ_most(forecasts({"A": halves, "B": sure}, wine), wine, count=4)
    assert table.columns.tolist() == [
        *("row", "true class", "distance"),
        *("A: likeliest", "A: true class", "B: likeliest", "B: true class"),
    ]
    np.testing.assert_allclose(table["distance"], 0.6, atol=1e-6)
    assert set(table["A: likeliest"]) == {"Cultivar 0"}
    assert set(table["B: likeliest"]) == {"Cultivar 2"}
    truth = wine.y_test[table["row"] - 1]
    np.testing.assert_allclose(table["A: true class"], np.array([0.5, 0.3, 0.2])[truth], rtol=1e-6)
    np.testing.assert_allclose(table["B: true class"], np.array([0.1, 0.1, 0.8])[truth], rtol=1e-6)
    assert table["true class"].tolist() == [wine.class_names[k] for k in truth]


def test_rows_that_hardly_differ_are_left_out_where_others_differ(wine):
    """Ux, Compare: 5 of 10 rows had a distance of 0.000; but where all are small, the largest are shown."""
    far, near = random_run(wine, 0), random_run(wine, 1)
    assert (rows_that_differ_most(forecasts({"A": far, "B": near}, wine), wine, count=99)["distance"] > MIN_DISTANCE).all()
    one, other = run_that_says(wine, np.log([0.5, 0.3, 0.2])), run_that_says(wine, np.log([0.501, 0.3, 0.199]))
    table = rows_that_differ_most(forecasts({"A": one, "B": other}, wine), wine)
    np.testing.assert_allclose(table["distance"], 0.001, atol=1e-5)


def test_of_several_runs_the_largest_distance_of_a_pair_counts_in_any_order(wine):
    runs = {name: random_run(wine, seed) for seed, name in enumerate("ABC")}
    table = rows_that_differ_most(forecasts(runs, wine), wine, count=len(wine.y_test))
    probas = [run.predict_proba(wine.x_test) for run in runs.values()]
    largest = np.max([np.abs(p - q).sum(axis=1) / 2 for p, q in permutations(probas, 2)], axis=0)
    np.testing.assert_allclose(table["distance"], np.sort(largest)[::-1])
    np.testing.assert_allclose(table["distance"], largest[table["row"] - 1])
    back = rows_that_differ_most(forecasts(dict(reversed(runs.items())), wine), wine, count=len(wine.y_test))
    assert back["row"].tolist() == table["row"].tolist()


@pytest.mark.parametrize("count", [1, 5])
def test_one_run_or_five_are_not_compared(wine, count):
    with pytest.raises(InputError, match="2 to 4 runs"):
        forecasts({str(index): random_run(wine, index) for index in range(count)}, wine)


def test_a_run_on_other_features_is_refused_by_name(wine):
    stranger = random_run(load_dataset("moons"), 0)
    with pytest.raises(InputError, match="Run B was trained on other"):
        forecasts({"Run A": random_run(wine, 0), "Run B": stranger}, wine)


def test_differences_from_the_first_run_are_those_of_the_scores(wine):
    log_probas = forecasts({name: random_run(wine, seed) for seed, name in enumerate("ABC")}, wine)
    table = differences_from_first(log_probas, wine.y_test, np.random.default_rng(3)).set_index("name")
    board = scoreboard(log_probas, wine.y_test, np.random.default_rng(3)).set_index("name")
    assert table.index.tolist() == ["B", "C"]
    for name in "BC":
        for score in ("nll", "brier", "accuracy"):
            assert table.loc[name, score] == pytest.approx(board.loc[name, score] - board.loc["A", score])
            assert table.loc[name, f"{score}_low"] < table.loc[name, score] < table.loc[name, f"{score}_high"]
        assert 0 < table.loc[name, "p"] <= 1


def test_a_run_compared_with_itself_has_no_difference(wine):
    """Where no row differs the interval of the accuracies is not [0, 0]."""
    one = forecasts({"A": random_run(wine, 0), "B": random_run(wine, 0)}, wine)
    table = differences_from_first(one, wine.y_test, np.random.default_rng(0)).iloc[0]
    assert table["nll"] == table["brier"] == table["accuracy"] == 0
    assert table["p"] == 1
    for score in ("brier", "accuracy"):
        assert table[f"{score}_low"] < 0 < table[f"{score}_high"]
