"""When a test loss counts as rising while accuracy stands: on curves with and without a rise, and on noise alone."""

import numpy as np
import pytest

from ensemble.runs.rising_loss import rising_loss

EPOCHS = 200
ROWS = 100
TIME = np.arange(EPOCHS) / EPOCHS


def curves(loss, accuracy=0.9):
    train = np.exp(-5 * TIME[: len(loss)])
    return np.stack([train, loss, train * 0 + 1, np.broadcast_to(accuracy, len(loss))], axis=-1)


def falling(level=0.3):
    return level + np.exp(-12 * TIME)


def noise(seed, size, memory):
    """Relative noise of an epoch's test loss; each epoch keeps so much of the one before."""
    steps, found = np.random.default_rng(seed).normal(size=EPOCHS) * np.sqrt(1 - memory**2), np.zeros(EPOCHS)
    for epoch in range(EPOCHS):
        found[epoch] = (memory * found[epoch - 1] if epoch else 0) + steps[epoch]
    return 1 + size * found


@pytest.mark.parametrize("size", [0, 0.05])
@pytest.mark.parametrize("slope", [0.3, 1.0])
def test_a_rise_after_the_lowest_epoch_is_found(size, slope):
    loss = (falling() + slope * np.maximum(0, TIME - 0.3)) * noise(0, size, 0.5)
    found = rising_loss(curves(loss), ROWS)
    assert found
    assert 40 <= found.lowest_epoch <= 90
    assert found.last - found.lowest == pytest.approx(slope * 0.7, rel=0.25)
    assert (found.accuracy_then, found.accuracy) == pytest.approx((0.9, 0.9))


@pytest.mark.parametrize(("size", "memory"), [(0.05, 0), (0.2, 0), (0.05, 0.9), (0.1, 0.8)])
@pytest.mark.parametrize("level", [0.02, 0.3, 1.0])
def test_noise_over_seeds_is_no_rise(size, memory, level):
    fired = [rising_loss(curves(falling(level) * noise(seed, size, memory)), ROWS) is not None for seed in range(400)]
    assert np.mean(fired) <= 0.01


@pytest.mark.parametrize("loss", [falling(), np.full(EPOCHS, 0.3), 0.3 + 0.02 * TIME, 0.003 + 0.006 * TIME])
def test_a_loss_that_falls_stands_or_hardly_rises_is_no_rise(loss):
    assert rising_loss(curves(loss), ROWS) is None


def test_accuracy_that_falls_with_it_is_another_matter():
    loss = falling() + np.maximum(0, TIME - 0.3)
    assert rising_loss(curves(loss, 0.95 - 0.1 * TIME), ROWS) is None
    assert rising_loss(curves(loss, 0.8 + 0.1 * TIME), ROWS)


def test_one_test_row_more_or_less_is_no_change_of_accuracy():
    loss, one_row_lost = falling() + np.maximum(0, TIME - 0.3), np.where(TIME < 0.6, 1, 35 / 36)
    assert rising_loss(curves(loss, one_row_lost), 36)
    assert rising_loss(curves(loss, one_row_lost), 3600) is None


def test_short_and_broken_runs_have_no_verdict():
    rising = 0.3 + TIME
    assert rising_loss(curves(rising)[:19], ROWS) is None
    assert rising_loss(curves(rising)[:0], ROWS) is None
    assert rising_loss(curves(np.where(TIME > 0.9, np.inf, rising)), ROWS) is None
