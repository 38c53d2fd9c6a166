"""What the page shows of masks: means over test rows, and one row."""

import numpy as np
import pytest

from ensemble import EnsembleConfig, InputError
from ensemble.dropout import mask_sets
from ensemble.dropout.mask_sets import drawn_masks, every_mask_of_member
from ensemble.dropout.pools import divergences_of_masks, log_pool_of_masks, losses_of_dropping, mean_over_masks
from ensemble.runs.run import Run
from ensemble.runs.weights import weight_shapes


def drawn_run(data, **settings) -> Run:
    config = EnsembleConfig(**{"members": 3, "hidden_units": 4} | settings)
    rng = np.random.default_rng(7)
    shapes = weight_shapes(config, data.features, data.classes)
    return Run.before_training(config, data, tuple(rng.normal(0, 0.6, shape).astype(np.float32) for shape in shapes))


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_all_masks_of_a_member_cost_what_they_diverge_over_the_rows_and_for_each(training, wine):
    run = drawn_run(wine, training=training)
    seen = every_mask_of_member(run, wine, 1)
    weights = np.exp(seen.log_weights)
    assert weights @ seen.losses == pytest.approx(weights @ seen.divergences, rel=1e-11)
    assert weights @ seen.losses > 0.01
    for row in range(3):
        log_proba, off = seen.of_row(wine.x_test[row])
        np.testing.assert_allclose(log_pool_of_masks(log_proba[:, None], seen.log_weights)[0], off, atol=1e-11)
        np.testing.assert_allclose(np.exp(off), run.member_proba(wine.x_test)[1, row], atol=1e-5)
        loss = mean_over_masks(losses_of_dropping(log_proba[:, None], off[None], wine.y_test[row : row + 1]), seen.log_weights)
        divergence = mean_over_masks(divergences_of_masks(log_proba[:, None], off[None]), seen.log_weights)
        np.testing.assert_allclose(loss, divergence, rtol=1e-10)


def test_costs_are_means_over_rows_in_batches_of_any_size(wine, monkeypatch):
    run = drawn_run(wine)
    monkeypatch.setattr(mask_sets, "MAX_NUMBERS_AT_ONCE", 1000)
    seen = drawn_masks(run, wine, 40)
    assert (seen.masks.shape, seen.log_weights) == ((40, 3, 4), None)
    rows = [seen.of_row(x) for x in wine.x_test]
    log_proba, off = np.stack([one for one, _ in rows], axis=1), np.stack([one for _, one in rows])
    np.testing.assert_allclose(seen.losses, losses_of_dropping(log_proba, off, wine.y_test).mean(axis=1))
    np.testing.assert_allclose(seen.divergences, divergences_of_masks(log_proba, off).mean(axis=1))


def test_a_run_draws_the_same_masks_and_without_dropout_they_cost_nothing(wine):
    run = drawn_run(wine)
    np.testing.assert_array_equal(drawn_masks(run, wine).masks, drawn_masks(run, wine).masks)
    seen = drawn_masks(drawn_run(wine, dropout=0), wine, 5)
    assert seen.masks.all()
    np.testing.assert_allclose([seen.losses, seen.divergences], 0, atol=1e-12)


def test_more_units_than_can_be_listed_are_refused(wine):
    with pytest.raises(InputError, match="1 to 16"):
        every_mask_of_member(drawn_run(wine, hidden_units=20), wine)
