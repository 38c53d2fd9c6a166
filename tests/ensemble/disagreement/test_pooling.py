"""Pools of the same members, against closed forms and the conditions of an optimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from ensemble import EnsembleConfig, InputError
from ensemble.disagreement.pooling import WAYS, fit_weights, pools, weighted_pool
from ensemble.probability.vectors import linear_pool, log_pool
from ensemble.rng import out_of_bag


@pytest.fixture(scope="module")
def bootstrap(wine):
    from ensemble.training.loop import train

    return train(EnsembleConfig(members=5, epochs=10, training="bootstrap"), wine)


def noisy_members(rng, members=4, n=200, noise=2.0):
    y = rng.integers(3, size=n)
    return log_softmax(1.5 * np.eye(3)[y] + rng.normal(0, noise, (members, n, 3)), axis=-1), y


def test_equal_weights_are_the_linear_pool():
    log_proba, _ = noisy_members(np.random.default_rng(0))
    np.testing.assert_allclose(np.exp(weighted_pool(log_proba, np.full(4, 7.0))), linear_pool(np.exp(log_proba)))


@given(st.integers(0, 1000), st.floats(0.0, 1.0))
def test_a_member_without_weight_has_no_say(seed, weight):
    log_proba, _ = noisy_members(np.random.default_rng(seed), members=3, n=5)
    pooled = weighted_pool(log_proba, [weight, 1 - weight, 0])
    np.testing.assert_allclose(pooled, weighted_pool(log_proba[:2], [weight, 1 - weight]))


@pytest.mark.parametrize("seed", range(4))
def test_fitted_weights_meet_the_conditions_of_a_maximum(seed):
    """Karush, Kuhn and Tucker: the mean of p_m / p is 1 for members with weight and at most 1 for the others."""
    rng = np.random.default_rng(seed)
    log_proba, y = noisy_members(rng, members=6)
    log_proba[4:] = np.log(1 / 3)
    weights = fit_weights(log_proba, y, np.ones((6, len(y))))
    of_truth = np.exp(log_proba[:, np.arange(len(y)), y])
    ratio = (of_truth / (weights @ of_truth)).mean(axis=1)
    assert weights.sum() == pytest.approx(1)
    assert (ratio < 1 + 1e-3).all()
    np.testing.assert_allclose(ratio[weights > 1e-3], 1, atol=1e-3)


def test_fitted_weights_are_no_worse_than_equal_ones_on_the_rows_that_count():
    rng = np.random.default_rng(7)
    log_proba, y = noisy_members(rng)
    unseen = rng.random((4, len(y))) < 0.4

    def loss(weights):
        used = unseen.any(axis=0)
        of_truth = np.exp(log_proba[:, np.arange(len(y)), y])
        return -np.log(((weights[:, None] * unseen * of_truth).sum(axis=0) / (weights @ unseen + 1e-300))[used]).mean()

    fitted = fit_weights(log_proba, y, unseen)
    assert loss(fitted) <= loss(np.full(4, 0.25))
    for _ in range(20):
        assert loss(fitted) <= loss(rng.dirichlet(np.ones(4))) + 1e-6


def test_rows_that_a_member_has_seen_do_not_speak_for_it():
    """The first member is perfect on what it has learnt by heart and useless elsewhere."""
    y = np.zeros(40, int)
    by_heart = np.arange(40) < 20
    first = np.where(by_heart[:, None], [0.999, 0.001], [0.4, 0.6])
    log_proba = np.log([first, np.tile([0.7, 0.3], (40, 1))])
    weights = fit_weights(log_proba, y, np.array([~by_heart, np.ones(40, bool)]))
    assert weights[1] > 0.99


def test_weights_need_a_row_that_somebody_has_not_seen():
    with pytest.raises(InputError, match="seen by every member"):
        fit_weights(np.log(np.full((2, 3, 2), 0.5)), [0, 1, 0], np.zeros((2, 3)))


def test_equal_members_give_the_same_forecast_in_every_convex_way():
    log_proba = np.tile(noisy_members(np.random.default_rng(1), members=1, n=50)[0], (4, 1, 1))
    weights = fit_weights(log_proba, np.zeros(50, int), np.ones((4, 50)))
    np.testing.assert_allclose(weights, 0.25)
    np.testing.assert_allclose(weighted_pool(log_proba, weights), log_proba[0])
    np.testing.assert_allclose(log_pool(np.exp(log_proba)), np.exp(log_proba[0]))


def test_the_four_ways_pool_the_members_of_a_bootstrap_run(bootstrap, wine):
    forecasts, weights = pools(bootstrap, wine)
    assert tuple(forecasts) == WAYS
    members = bootstrap.member_proba(wine.x_test)
    np.testing.assert_allclose(np.exp(forecasts["mean of probabilities"]), linear_pool(members))
    np.testing.assert_allclose(np.exp(forecasts["mean of logits"]), log_pool(members), atol=1e-12)
    np.testing.assert_allclose(np.exp(forecasts["learned combining layer"]), bootstrap.predict_proba(wine.x_test))
    np.testing.assert_allclose(np.exp(forecasts["learned weights"]), np.tensordot(weights, members, 1))


def test_learned_weights_do_not_look_at_rows_that_members_were_trained_on(bootstrap, wine):
    unseen = out_of_bag(bootstrap.config, len(wine.y_train))
    log_proba = log_softmax(bootstrap.member_own_logits(wine.x_train), axis=-1)
    corrupted = np.where(unseen[:, :, None], log_proba, np.log(1 / 3))
    weights = fit_weights(log_proba, wine.y_train, unseen)
    np.testing.assert_allclose(fit_weights(corrupted, wine.y_train, unseen), weights, atol=1e-6)


def test_learned_pools_need_members_with_rows_left(short_run, wine):
    with pytest.raises(InputError, match="bootstrap"):
        pools(short_run, wine)
