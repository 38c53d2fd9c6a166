"""Masks of trained runs: all of them enumerated, weighted and pooled."""

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp

from ensemble import EnsembleConfig, InputError, Run
from ensemble.dropout.masks import (
    draw_masks,
    every_mask,
    mask_log_weights,
    masked_logits,
    masked_member_logits,
    mc_dropout_log_proba,
    single_network,
)
from tests.ensemble.dropout.made_up import RATE, ROWS, drawn_run


@pytest.fixture(scope="module", params=["joint", "independent", "bootstrap"])
def small_run(request, wine) -> Run:
    """One member of ten units."""
    from ensemble.training.loop import train

    return train(EnsembleConfig(members=1, epochs=6, training=request.param), wine)


def test_the_weighted_mean_of_masked_logits_is_dropout_off_when_trained(small_run, wine):
    masks = every_mask(10)[:, None]
    weights = np.exp(mask_log_weights(masks, RATE))
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    logits = masked_logits(small_run, wine.x_test, masks)
    assert logits.dtype == np.float64
    if small_run.config.training == "independent":
        expected, logits = (
            small_run.member_own_logits(wine.x_test)[0],
            masked_member_logits(small_run, wine.x_test, masks)[:, 0],
        )
    else:
        expected = small_run.logits(wine.x_test)
    assert logits.std(axis=0).min() > 0.01  # the masked nets are not all alike
    np.testing.assert_allclose(np.tensordot(weights, logits, axes=1), expected, atol=1e-6)


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_the_weighted_mean_of_a_members_masked_logits_is_its_own(training):
    run = drawn_run(training)
    masks = np.repeat(every_mask(4)[:, None], 3, axis=1)
    weights = np.exp(mask_log_weights(every_mask(4), RATE))
    mean = np.tensordot(weights, masked_member_logits(run, ROWS, masks), axes=1)
    np.testing.assert_allclose(mean, run.member_own_logits(ROWS), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("training", ["joint", "bootstrap"])
def test_all_masks_of_all_members_together_average_to_the_logits(training):
    run = drawn_run(training)
    masks = every_mask(12).reshape(-1, 3, 4)
    mean = np.tensordot(np.exp(mask_log_weights(masks, RATE)), masked_logits(run, ROWS, masks), axes=1)
    np.testing.assert_allclose(mean, run.logits(ROWS), rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("outputs", ["softmax", "sigmoid", "linear"])
@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_without_dropout_the_mask_that_keeps_all_units_changes_nothing(training, outputs):
    run = drawn_run(training, dropout=0, outputs=outputs)
    masks = draw_masks(np.random.default_rng(0), 2, 3, 4, 0)
    assert masks.all()
    np.testing.assert_allclose(masked_logits(run, ROWS, masks)[1], run.logits(ROWS), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(masked_member_logits(run, ROWS, masks)[0], run.member_own_logits(ROWS), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_masked_logits_are_the_networks_layers_written_out(training):
    """One mask at a time, without the rearrangement that makes many of them one product."""
    run = drawn_run(training)
    masks = draw_masks(np.random.default_rng(1), 7, 3, 4, RATE)
    (first_kernel, first_bias, second_kernel, second_bias, kernel, *rest) = [w.astype(float) for w in run.weights]
    for mask, whole, own in zip(masks, masked_logits(run, ROWS, masks), masked_member_logits(run, ROWS, masks), strict=True):
        hidden = np.maximum(np.maximum(ROWS @ first_kernel + first_bias, 0) @ second_kernel + second_bias, 0)
        outputs = (hidden * mask[:, None] / 0.75) @ kernel
        if training == "joint":
            expected, members = outputs.sum(axis=0) + rest[0], 3 * outputs + rest[0]
        else:
            members = outputs + rest[0]
            expected = logsumexp(log_softmax(members, axis=-1), axis=0) - np.log(3)
        if training == "bootstrap":
            expected = (members @ rest[1]).sum(axis=0) + rest[2]
        np.testing.assert_allclose(whole, expected, atol=1e-9)
        np.testing.assert_allclose(own, members, atol=1e-9)


def test_mc_dropout_is_the_mean_over_masks_in_batches_of_any_size(monkeypatch):
    run = drawn_run("independent")
    masks = draw_masks(np.random.default_rng(2), 50, 3, 4, RATE)
    proba = np.exp(log_softmax(masked_member_logits(run, ROWS, masks), axis=-1)).mean(axis=(0, 1))
    np.testing.assert_allclose(np.exp(mc_dropout_log_proba(run, ROWS, masks)), proba, atol=1e-12)
    monkeypatch.setattr("ensemble.dropout.masks.MAX_NUMBERS_AT_ONCE", 100)
    np.testing.assert_allclose(np.exp(mc_dropout_log_proba(run, ROWS, masks)), proba, atol=1e-12)


def test_mc_dropout_stays_exact_where_probabilities_underflow():
    run = drawn_run("joint")
    large = run.__class__(**{**vars(run), "weights": tuple(30 * weight for weight in run.weights)})
    masks = draw_masks(np.random.default_rng(2), 5, 3, 4, RATE)
    log_proba = mc_dropout_log_proba(large, ROWS, masks)
    assert np.isfinite(log_proba).all()
    assert log_proba.min() < -800


@pytest.mark.parametrize("training", ["joint", "independent", "bootstrap"])
def test_a_member_as_a_run_of_its_own_forecasts_what_the_member_does(training):
    run = drawn_run(training)
    single = single_network(run, 2)
    np.testing.assert_allclose(single.predict_proba(ROWS), run.member_proba(ROWS)[2], atol=1e-6)
    masks = draw_masks(np.random.default_rng(5), 9, 3, 4, RATE)
    own = log_softmax(masked_logits(single, ROWS, masks[:, 2:]), axis=-1)
    np.testing.assert_allclose(own, log_softmax(masked_member_logits(run, ROWS, masks)[:, 2], axis=-1), atol=1e-5)


def test_masks_are_drawn_with_the_rate_that_their_weights_have():
    masks = draw_masks(np.random.default_rng(6), 100_000, 1, 2, RATE)[:, 0]
    shares = [(masks == mask).all(axis=1).mean() for mask in every_mask(2)]
    np.testing.assert_allclose(shares, np.exp(mask_log_weights(every_mask(2), RATE)), atol=0.006)


def test_without_dropout_only_the_mask_that_keeps_all_has_weight():
    assert np.exp(mask_log_weights(every_mask(3), 0.0)).tolist() == [0] * 7 + [1]


@pytest.mark.parametrize(
    "masks", [np.ones((2, 3, 4)), np.ones((2, 3, 5), bool), np.ones((3, 4), bool), np.ones((0, 3, 4), bool)]
)
def test_masks_of_another_shape_are_refused(masks):
    for asked in (masked_logits, masked_member_logits, mc_dropout_log_proba):
        with pytest.raises(InputError, match=r"\(draws, 3, 4\)"):
            asked(drawn_run("joint"), ROWS, masks)


def test_rows_that_do_not_fit_are_refused():
    masks = np.ones((1, 3, 4), bool)
    for training in ("joint", "independent"):
        with pytest.raises(InputError, match="Rows need"):
            masked_logits(drawn_run(training), ROWS[:, :4], masks)
        with pytest.raises(InputError, match="finite"):
            mc_dropout_log_proba(drawn_run(training), ROWS * np.nan, masks)


def test_numbers_out_of_range_are_refused():
    rng = np.random.default_rng(0)
    for call, says in (
        (lambda: every_mask(0), "1 to 16"),
        (lambda: every_mask(17), "1 to 16"),
        (lambda: draw_masks(rng, 0, 1, 1, 0.1), "at least one"),
        (lambda: draw_masks(rng, 1, 1, 1, 1.0), "below 1"),
        (lambda: mask_log_weights(every_mask(2), -0.1), "below 1"),
        (lambda: mask_log_weights([[0.5]], 0.1), "True and False"),
        (lambda: single_network(drawn_run("joint"), 3), "from 0 to 2"),
    ):
        with pytest.raises(InputError, match=says):
            call()
