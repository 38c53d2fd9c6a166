"""What a feature is worth: against closed forms, a shuffle by hand, and scipy's own intervals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from ensemble import EnsembleConfig, InputError, Run, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split
from ensemble.interpretation.feature_importance import drop_one_effect, permutation_importance, without_feature
from ensemble.runs.weights import weight_shapes


def untrained(data, seed, **settings):
    config = EnsembleConfig(seed=seed, members=2, hidden_units=4, dropout=0, **settings)
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def mean_nll(run, x, y):
    return -special.log_softmax(run.logits(x).astype(float), axis=1)[np.arange(len(y)), y].mean()


def blind_to(run, columns):
    kernel = run.weights[0].copy()
    kernel[:, columns] = 0
    return replace(run, weights=(kernel, *run.weights[1:]))


@pytest.fixture(scope="module")
def runs(wine):
    return [untrained(wine, seed) for seed in range(4)]


def test_a_feature_that_the_network_does_not_look_at_has_no_importance(wine, runs):
    table = permutation_importance([blind_to(run, [2, 5]) for run in runs], wine, np.random.default_rng(0), repeats=3)
    assert list(table["feature"]) == list(wine.feature_names)
    assert (table.loc[[2, 5], ["mean", "low", "high"]] == 0).all(axis=None)
    assert (table["mean"].drop([2, 5]) != 0).all()


def test_a_feature_that_is_the_same_in_all_test_rows_has_no_importance(wine, runs):
    constant = replace(wine, x_test=np.where(np.arange(13) == 3, np.float32(0.5), wine.x_test))
    assert permutation_importance(runs, constant, np.random.default_rng(0), repeats=2)["mean"][3] == pytest.approx(0, abs=1e-7)


def test_many_shuffles_approach_the_mean_over_all_pairings(wine):
    # In a random shuffle every row gets the value of every row equally often.
    run = untrained(wine, 0, activation="tanh")
    column, n = 6, len(wine.x_test)
    swapped = np.repeat(wine.x_test[:, None], n, axis=1)
    swapped[:, :, column] = wine.x_test[:, column]
    expected = mean_nll(run, swapped.reshape(n * n, -1), np.repeat(wine.y_test, n)) - mean_nll(run, wine.x_test, wine.y_test)
    table = permutation_importance([run], wine, np.random.default_rng(1), repeats=400)
    assert table["mean"][column] == pytest.approx(expected, rel=0.05)


def test_what_a_trained_run_has_learnt_from_is_worth_something(wine, short_run):
    from sklearn.metrics import log_loss

    table = permutation_importance([short_run], wine, np.random.default_rng(0))
    assert table["mean"].sum() > 0
    assert table[["low", "high"]].isna().all(axis=None)
    shuffled = wine.x_test.copy()
    losses = []
    for seed in range(20):
        shuffled[:, 12] = np.random.default_rng(seed).permutation(wine.x_test[:, 12])
        losses.append(log_loss(wine.y_test, short_run.predict_proba(shuffled)))
    by_hand = np.mean(losses) - log_loss(wine.y_test, short_run.predict_proba(wine.x_test))
    assert table["mean"][12] == pytest.approx(by_hand, abs=0.02)


def test_the_generator_decides_and_every_run_has_shuffles_of_its_own(wine, runs):
    first, again, other = (permutation_importance(runs, wine, np.random.default_rng(seed), repeats=2) for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)
    twins = permutation_importance([runs[0], runs[0]], wine, np.random.default_rng(0), repeats=2)
    assert (twins["high"] > twins["low"]).all()


def test_intervals_are_scipys_t_intervals_over_the_runs(wine, runs):
    dropped = [untrained(without_feature(wine, "ash"), seed) for seed in range(4)]
    table = drop_one_effect(runs, {"ash": dropped}, wine)
    x = np.delete(wine.x_test, 2, axis=1)
    differences = [
        mean_nll(without, x, wine.y_test) - mean_nll(run, wine.x_test, wine.y_test)
        for run, without in zip(runs, dropped, strict=True)
    ]
    interval = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert table.loc[0, "feature"] == "ash"
    expected = (np.mean(differences), interval.low, interval.high)
    assert tuple(table.loc[0, ["mean", "low", "high"]]) == pytest.approx(expected, rel=1e-6)


def test_dropping_a_feature_that_was_never_looked_at_has_no_effect(wine, runs):
    blind = [blind_to(run, [4]) for run in runs]
    rest = without_feature(wine, "magnesium")
    dropped = [
        replace(run, feature_names=rest.feature_names, weights=(np.delete(run.weights[0], 4, axis=1), *run.weights[1:]))
        for run in blind
    ]
    table = drop_one_effect(blind, {"magnesium": dropped}, wine)
    np.testing.assert_allclose(table[["mean", "low", "high"]], 0, atol=1e-6)


def test_a_single_pair_has_a_mean_and_no_interval(wine, runs):
    table = drop_one_effect(runs[:1], {"hue": [untrained(without_feature(wine, "hue"), 0)]}, wine)
    assert np.isfinite(table["mean"]).all()
    assert table[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("seeds", [[0, 1, 2], [0, 1, 3, 2], [0, 1, 2, 7]])
def test_runs_with_other_seeds_are_not_paired(wine, runs, seeds):
    dropped = [untrained(without_feature(wine, "ash"), seed) for seed in seeds]
    with pytest.raises(InputError, match="without “ash” are not paired"):
        drop_one_effect(runs, {"ash": dropped}, wine)


def test_runs_on_other_features_or_none_at_all_are_refused(wine, runs):
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="other features"):
        permutation_importance(runs, without_feature(wine, "ash"), rng)
    with pytest.raises(InputError, match="other features"):
        drop_one_effect(runs, {"ash": runs}, wine)
    with pytest.raises(InputError, match="at least one trained run"):
        permutation_importance([], wine, rng)
    with pytest.raises(InputError, match="at least one trained run"):
        drop_one_effect([], {}, wine)
    with pytest.raises(InputError, match="at least one feature"):
        drop_one_effect(runs, {}, wine)
    with pytest.raises(InputError, match="no feature “beer”"):
        drop_one_effect(runs, {"beer": runs}, wine)
    with pytest.raises(InputError, match="at least once, not 0"):
        permutation_importance(runs, wine, rng, repeats=0)


@given(st.integers(0, 12))
def test_without_a_feature_the_other_columns_stay_as_they_were(column):
    data = load_dataset("wine")
    rest = without_feature(data, data.feature_names[column])
    assert rest.feature_names == data.feature_names[:column] + data.feature_names[column + 1 :]
    for name in ("x_train", "x_test"):
        assert np.array_equal(getattr(rest, name), np.delete(getattr(data, name), column, axis=1))
    np.testing.assert_array_equal(rest.in_units(rest.x_test), np.delete(data.in_units(data.x_test), column, axis=1))
    assert rest.y_train is data.y_train
    assert rest.test_rows is data.test_rows


def test_the_last_feature_and_an_unknown_one_cannot_be_left_out(wine):
    with pytest.raises(InputError, match="only feature"):
        without_feature(split(load_table("wine").only(["ash"])), "ash")
    with pytest.raises(InputError, match=r"no feature “beer”.*alcohol"):
        without_feature(wine, "beer")


def test_one_feature_and_two_classes_are_enough():
    moons = without_feature(load_dataset("moons"), "first")
    table = permutation_importance([untrained(moons, seed) for seed in range(2)], moons, np.random.default_rng(0), repeats=2)
    assert list(table["feature"]) == ["second"]
    assert table["mean"].notna().all()
