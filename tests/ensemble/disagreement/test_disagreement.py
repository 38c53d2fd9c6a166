"""What members say apart, against closed forms and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.special import log_softmax, logsumexp

from ensemble import InputError
from ensemble.disagreement.entropy import entropy_split, log_pool_gain, nll_by_size
from ensemble.probability.vectors import entropy, kl_divergence, linear_pool, log_pool

SCALES = st.sampled_from([0.1, 1.0, 30.0, 300.0])


@st.composite
def members(draw, scale=SCALES):
    shape = (draw(st.integers(1, 6)), draw(st.integers(1, 5)), draw(st.integers(2, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return log_softmax(rng.normal(0, draw(scale), shape), axis=-1), rng.integers(shape[2], size=shape[1])


@given(members())
def test_the_parts_of_the_entropy_are_never_negative_and_add_up(drawn):
    proba = np.exp(drawn[0])
    total, expected, mutual_information = entropy_split(proba)
    np.testing.assert_allclose(total, entropy(linear_pool(proba)), atol=1e-9)
    np.testing.assert_allclose(expected, entropy(proba).mean(axis=0))
    assert (mutual_information >= 0).all()
    assert (mutual_information <= np.log(min(len(proba), proba.shape[-1])) + 1e-9).all()


@given(members(scale=st.sampled_from([0.1, 1.0, 5.0])))
def test_mutual_information_of_two_members_is_jensen_shannon(drawn):
    first = np.exp(drawn[0][0])
    second = np.roll(first, 1, axis=-1)
    expected = jensenshannon(first, second, axis=-1) ** 2
    np.testing.assert_allclose(entropy_split([first, second])[2], expected, atol=1e-9)


def test_members_that_agree_leave_no_mutual_information():
    proba = np.tile(np.random.default_rng(0).dirichlet([1, 1, 1], size=(1, 7)), (5, 1, 1))
    total, expected, mutual_information = entropy_split(proba)
    np.testing.assert_allclose(mutual_information, 0, atol=1e-15)
    np.testing.assert_allclose(total, expected)


def test_members_that_are_certain_of_different_classes_only_disagree():
    total, expected, mutual_information = entropy_split(np.eye(3)[:, None])
    assert (total[0], expected[0], mutual_information[0]) == pytest.approx((np.log(3), 0, np.log(3)))


@given(members())
def test_the_log_pool_gains_what_its_members_diverge_from_it(drawn):
    log_proba, y = drawn
    sides = log_pool_gain(log_proba, y)
    scale = 1 + np.abs(sides.mean_member_nll)
    np.testing.assert_allclose(sides.gain / scale, sides.mean_divergence / scale, atol=1e-12)
    assert (sides.mean_divergence >= -1e-12).all()


def test_both_sides_of_the_identity_are_the_formulas_of_the_book():
    proba = np.random.default_rng(1).dirichlet([1, 1, 1], size=(4, 6))
    y = np.array([0, 1, 2, 0, 1, 2])
    sides, pool, rows = log_pool_gain(np.log(proba), y), log_pool(proba), np.arange(6)
    np.testing.assert_allclose(sides.pool_nll, -np.log(pool[rows, y]))
    np.testing.assert_allclose(sides.mean_member_nll, -np.log(proba[:, rows, y]).mean(axis=0))
    np.testing.assert_allclose(sides.mean_divergence, kl_divergence(pool, proba).mean(axis=0))
    np.testing.assert_allclose(sides.gain, -np.log(np.exp(np.log(proba).mean(axis=0)).sum(axis=-1)))


def test_a_pool_of_equal_members_gains_nothing_and_its_size_changes_nothing():
    log_proba = np.tile(np.log(np.random.default_rng(2).dirichlet([1, 1], size=(1, 9))), (8, 1, 1))
    y = np.zeros(9, int)
    np.testing.assert_allclose(log_pool_gain(log_proba, y).gain, 0, atol=1e-12)
    table = nll_by_size(log_proba, y, [1, 3, 8], np.random.default_rng(0))
    np.testing.assert_allclose(table[["mean", "low", "high"]], -log_proba[0, :, 0].mean())


def test_larger_pools_are_better_and_steadier_and_the_ends_are_exact():
    rng = np.random.default_rng(3)
    y = rng.integers(3, size=60)
    log_proba = log_softmax(2 * np.eye(3)[y] + rng.normal(0, 2, (16, 60, 3)), axis=-1)
    table = nll_by_size(log_proba, y, range(1, 17), rng).set_index("members")
    assert (np.diff(table["mean"]) < 0.01).all()
    assert table["mean"].iloc[0] > table["mean"].iloc[4] > table["mean"].iloc[-1]
    width = table["high"] - table["low"]
    assert width[1] > width[4] > width[12] > width[16]
    single = -log_proba[:, np.arange(60), y].mean(axis=1)
    assert single.min() <= table.loc[1, "low"] <= table.loc[1, "high"] <= single.max()
    whole = -np.log(linear_pool(np.exp(log_proba))[np.arange(60), y]).mean()
    assert table.loc[16, "low"] == pytest.approx(whole) == table.loc[16, "high"]


@pytest.mark.parametrize("sizes", [[0], [5], [-1]])
def test_sizes_beyond_the_members_are_refused(sizes):
    with pytest.raises(InputError, match="from 1 to 4"):
        nll_by_size(np.log(np.full((4, 2, 2), 0.5)), [0, 1], sizes, np.random.default_rng(0))


@pytest.mark.parametrize("wrong", [np.zeros((2, 2)), np.full((2, 2, 2), -np.inf), np.zeros((0, 2, 2))])
def test_what_is_no_table_of_members_is_refused(wrong):
    with pytest.raises(InputError, match="shape"):
        log_pool_gain(wrong, [0, 1])


@pytest.mark.parametrize("y", [[0], [0, 2], [[0, 1]]])
def test_classes_that_do_not_fit_are_refused(y):
    with pytest.raises(InputError, match="one class number"):
        log_pool_gain(np.log(np.full((3, 2, 2), 0.5)), y)


@pytest.mark.parametrize("wrong", [np.full((2, 2), 0.5), np.ones((2, 2, 2))])
def test_a_split_needs_probabilities_of_members(wrong):
    with pytest.raises(InputError):
        entropy_split(wrong)


def test_pools_by_size_survive_underflowing_probabilities():
    usual = np.log(np.random.default_rng(0).dirichlet((1, 1, 1), (6, 5)))
    usual[:, 0] = np.log([1 - 2 * np.exp(-650), np.exp(-650), np.exp(-650)])
    near, far = usual.copy(), usual.copy()
    near[0, 0], far[0, 0] = np.log([0.2, 0.4, 0.4]), np.log([0.2, 0.4, 0.4])
    far[1:, 0] = [0, -800, -800]
    y = np.array([1, 0, 1, 2, 0])
    for log_proba in (usual, near, far):
        table = nll_by_size(log_proba, y, [1, 3, 6], np.random.default_rng(1))
        whole = -(logsumexp(log_proba[:, np.arange(5), y], axis=0) - np.log(6)).mean()
        assert table["mean"].iloc[-1] == pytest.approx(whole)
        assert np.isfinite(table.to_numpy()).all()


def test_the_log_pool_of_one_member_gains_nothing():
    """The title said that it gains “exactly what its members disagree: −1.5·10⁻¹⁷ nats”."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        one = log_softmax(rng.normal(size=(1, 30, 3)), axis=-1)
        assert log_pool_gain(one, rng.integers(0, 3, 30)).gain_but_for_rounding == 0
        assert log_pool_gain(np.repeat(one, 3, axis=0), rng.integers(0, 3, 30)).gain_but_for_rounding == 0
    assert log_pool_gain(np.log([[[0.5, 0.5]], [[0.9, 0.1]]]), [0]).gain_but_for_rounding == pytest.approx(0.1116, abs=1e-4)
