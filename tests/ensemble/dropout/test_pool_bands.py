"""Bands of both pools of masks that were drawn: their ends, and how often they hold the pools of all masks."""

import numpy as np
import pytest

from ensemble import InputError
from ensemble.dropout.masks import draw_masks
from ensemble.dropout.pool_bands import pool_bands
from ensemble.dropout.pools import band_over_masks, linear_pool_of_masks, log_pool_of_masks
from ensemble.probability.intervals import mean_interval
from ensemble.probability.vectors import log_softmax


def drawn(rng, masks, units=10, classes=3):
    weights = 6 * rng.normal(size=(units, classes)) / np.sqrt(units)
    kept = draw_masks(rng, masks, 1, units, 0.25)[:, 0]
    return log_softmax(kept @ weights / 0.75), log_softmax(weights.sum(axis=0))


@pytest.mark.parametrize("count", [2, 17, 40])
def test_both_pools_of_so_many_masks_lie_in_their_bands_at_each_count(count):
    logs, _ = drawn(np.random.default_rng(0), 40)
    bands = pool_bands(logs, 1, np.random.default_rng(1))
    assert all(len(ends) == 40 for ends in bands)
    linear, log = (np.exp(pool(logs[:count, None])[0, 1]) for pool in (linear_pool_of_masks, log_pool_of_masks))
    assert bands.linear_low[count - 1] < linear < bands.linear_high[count - 1]
    assert bands.log_low[count - 1] < log < bands.log_high[count - 1]
    again = pool_bands(logs[:count], 1, np.random.default_rng(1))
    assert (again.log_low[-1], again.log_high[-1]) == pytest.approx((bands.log_low[count - 1], bands.log_high[count - 1]))


def test_one_mask_says_nothing():
    bands = pool_bands(drawn(np.random.default_rng(0), 3)[0], 0, np.random.default_rng(1))
    assert [ends[0] for ends in bands] == [0, 1, 0, 1]


def test_the_linear_band_is_that_of_a_mean_between_0_and_1():
    logs, _ = drawn(np.random.default_rng(0), 60)
    bands = pool_bands(logs, 0, np.random.default_rng(1), draws=4000)
    expected = mean_interval(np.exp(logs[:, 0]), 0, 1, np.random.default_rng(2), draws=4000)
    assert (bands.linear_low[-1], bands.linear_high[-1]) == pytest.approx((expected.low, expected.high), abs=0.01)


def test_of_two_classes_the_log_odds_have_students_band():
    logs, _ = drawn(np.random.default_rng(0), 30, classes=2)
    bands = pool_bands(logs, 1, np.random.default_rng(1))
    student = band_over_masks(logs[:, 1] - logs[:, 0])
    ends = [np.log(end[-1] / (1 - end[-1])) for end in (bands.log_low, bands.log_high)]
    assert ends == pytest.approx([student.low, student.high])


@pytest.mark.parametrize("masks", [10, 100])
def test_bands_hold_the_pools_of_all_masks_in_95_percent_at_least(masks):
    """More in ``benchmarks.coverage``."""
    held = []
    for seed in range(100):
        weights = np.random.default_rng(5).normal(0, 2, (10, 3))
        rng = np.random.default_rng([seed, 6])
        kept = draw_masks(rng, masks, 1, 10, 0.25)[:, 0]
        bands = pool_bands(log_softmax(kept @ weights / 0.75), 0, rng, draws=199)
        many = log_softmax(draw_masks(np.random.default_rng(7), 20_000, 1, 10, 0.25)[:, 0] @ weights / 0.75)
        off = np.exp(log_softmax(weights.sum(axis=0)))[0]
        linear = np.exp(many[:, 0]).mean()
        held.append([bands.linear_low[-1] <= linear <= bands.linear_high[-1], bands.log_low[-1] <= off <= bands.log_high[-1]])
    assert (np.mean(held, axis=0) >= 0.9).all(), np.mean(held, axis=0)


def test_a_class_that_there_is_not_is_refused():
    with pytest.raises(InputError, match="one of them"):
        pool_bands(np.log([[0.5, 0.5]] * 2), 2, np.random.default_rng(0))
