"""Pools of masks, and both sides of the identity: against the pools of members, and over all masks of a net."""

import numpy as np
import pytest
from scipy.special import log_softmax, rel_entr

from ensemble import InputError
from ensemble.dropout.masks import draw_masks, every_mask, mask_log_weights, mc_dropout_log_proba
from ensemble.dropout.pools import (
    band_over_masks,
    divergences_of_masks,
    linear_pool_of_masks,
    log_pool_of_masks,
    losses_of_dropping,
    mean_over_masks,
    reaches,
)
from ensemble.probability.vectors import linear_pool, log_pool
from tests.ensemble.dropout.made_up import RATE, ROWS, drawn_run, masked

Y = np.array([0, 1, 2, 3, 0, 1])


def drawn(seed=0, masks=7):
    rng = np.random.default_rng(seed)
    return log_softmax(rng.normal(0, 2, (masks, 6, 4)), axis=-1), log_softmax(rng.normal(0, 2, (6, 4)), axis=-1)


def test_masks_that_count_the_same_are_pooled_as_members_are():
    logs, _ = drawn()
    np.testing.assert_allclose(np.exp(linear_pool_of_masks(logs)), linear_pool(np.exp(logs)), atol=1e-12)
    np.testing.assert_allclose(np.exp(log_pool_of_masks(logs)), log_pool(np.exp(logs)), atol=1e-12)
    run = drawn_run("joint")
    masks = draw_masks(np.random.default_rng(0), 20, 3, 4, RATE)
    pooled = linear_pool_of_masks(masked(run, masks))
    np.testing.assert_allclose(pooled, mc_dropout_log_proba(run, ROWS, masks), atol=1e-12)


def test_a_weight_of_two_is_a_mask_that_comes_twice():
    logs, off = drawn()
    twice = np.concatenate([logs, logs[:1]])
    weights = np.log([2, 1, 1, 1, 1, 1, 1]) - np.log(8)
    for pool in (linear_pool_of_masks, log_pool_of_masks):
        np.testing.assert_allclose(pool(logs, weights), pool(twice), atol=1e-12)
    each = losses_of_dropping(twice, off, Y)
    np.testing.assert_allclose(mean_over_masks(each[:7], weights), mean_over_masks(each), atol=1e-12)


def test_both_sides_are_the_formulas_of_the_book():
    logs, off = drawn()
    rows = np.arange(6)
    nll = [-log_proba[rows, Y] for log_proba in logs]
    np.testing.assert_allclose(losses_of_dropping(logs, off, Y), nll + off[rows, Y])
    np.testing.assert_allclose(divergences_of_masks(logs, off), rel_entr(np.exp(off), np.exp(logs)).sum(axis=-1))


@pytest.mark.parametrize("training", ["joint", "bootstrap"])
def test_the_log_pool_of_all_masks_is_dropout_off_for_every_row(training):
    run = drawn_run(training)
    masks = every_mask(12).reshape(-1, 3, 4)
    logs, weights = masked(run, masks), mask_log_weights(masks, RATE)
    off = log_pool_of_masks(logs, weights)
    np.testing.assert_allclose(np.exp(off), run.predict_proba(ROWS), atol=1e-5)
    for y in (Y, np.roll(Y, 1)):
        loss = mean_over_masks(losses_of_dropping(logs, off, y), weights)
        assert loss.min() > 0.1
        np.testing.assert_allclose(loss, mean_over_masks(divergences_of_masks(logs, off), weights), rtol=1e-11)


def test_for_independent_members_together_the_sides_differ():
    """Probabilities are averaged after the softmax, so their logarithm is not linear in the mask."""
    run = drawn_run("independent")
    masks = every_mask(12).reshape(-1, 3, 4)
    logs, weights = masked(run, masks), mask_log_weights(masks, RATE)
    off = log_softmax(run.logits(ROWS).astype(float), axis=-1)
    difference = mean_over_masks(losses_of_dropping(logs, off, Y) - divergences_of_masks(logs, off), weights)
    assert np.abs(difference).max() > 0.05


def test_masks_that_are_drawn_leave_a_difference_within_their_band():
    run = drawn_run("joint")
    every = every_mask(12).reshape(-1, 3, 4)
    off = log_pool_of_masks(masked(run, every), mask_log_weights(every, RATE))
    masks = draw_masks(np.random.default_rng(1), 400, 3, 4, RATE)
    logs = masked(run, masks)
    each = losses_of_dropping(logs, off, Y) - divergences_of_masks(logs, off)
    for row in range(6):
        band = band_over_masks(each[:, row], level=0.999)
        assert band.low < 0 < band.high
        assert band.mean != 0
        assert band.high - band.low == pytest.approx(2 * reaches(400, 0.999)[-1] * each[:, row].std(ddof=1))


def test_the_reach_of_a_band_is_students():
    """From a printed table: t for 1, 4 and 9 degrees of freedom."""
    found = reaches(10) * np.sqrt(np.arange(1, 11))
    assert found[[1, 4, 9]] == pytest.approx([12.706, 2.776, 2.262], abs=1e-3)
    assert found[0] == np.inf


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda logs, off: linear_pool_of_masks(logs[0]), "masks, rows, classes"),
        (lambda logs, off: log_pool_of_masks(logs + 1), "sum to 1"),
        (lambda logs, off: log_pool_of_masks(logs, np.zeros(7)), "in all"),
        (lambda logs, off: linear_pool_of_masks(logs, [0.0]), "each of the 7 masks"),
        (lambda logs, off: divergences_of_masks(logs, off[:5]), r"\(6, 4\)"),
        (lambda logs, off: losses_of_dropping(logs, off, Y[:5]), "one class number"),
        (lambda logs, off: losses_of_dropping(logs, off, Y + 1), "one class number"),
        (lambda logs, off: band_over_masks([1.0]), "two masks"),
        (lambda logs, off: band_over_masks([1.0, np.inf]), "finite"),
        (lambda logs, off: band_over_masks([1.0, 2.0], 1.0), "level"),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(InputError, match=says):
        call(*drawn())


def test_both_sides_are_equal_where_probabilities_underflow():
    logits = np.array([[[-1000.0, 0.0, 5.0]], [[1500.0, -2000.0, 0.0]]])
    logs, off = log_softmax(logits, axis=-1), log_softmax(logits.mean(axis=0), axis=-1)
    losses, divergences = losses_of_dropping(logs, off, [2]), divergences_of_masks(logs, off)
    assert np.isfinite(divergences).all()
    np.testing.assert_allclose(losses.mean(axis=0), divergences.mean(axis=0), rtol=1e-9)
