"""Probability vectors against scipy and mpmath, by properties and at extremes."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special, stats

from ensemble import InputError
from ensemble.probability.vectors import (
    cross_entropy,
    entropy,
    free_energy,
    kl_divergence,
    linear_pool,
    log_partition,
    log_pool,
    log_softmax,
    perplexity,
    softmax,
)

SCORES = arrays(float, st.integers(2, 6), elements=st.floats(-1e4, 1e4))
TEMPERATURES = st.floats(0.01, 100)


def vectors(classes=None):
    weights = arrays(float, classes or st.integers(2, 6), elements=st.just(0.0) | st.floats(1e-6, 1))
    return weights.filter(lambda w: w.sum() > 0).map(lambda w: w / w.sum())


PAIRS = st.integers(2, 6).flatmap(lambda classes: st.tuples(vectors(classes), vectors(classes)))
MEMBERS = st.tuples(st.integers(1, 5), st.integers(2, 5)).flatmap(
    lambda shape: arrays(float, shape, elements=st.floats(1e-6, 1)).map(lambda w: w / w.sum(axis=-1, keepdims=True))
)


def exact_log_softmax(z, temperature):
    with mpmath.workdps(60):
        scaled = [mpmath.mpf(float(score)) / mpmath.mpf(float(temperature)) for score in z]
        highest = max(scaled)
        log_z = highest + mpmath.log(mpmath.fsum(mpmath.e ** (score - highest) for score in scaled))
        return [float(score - log_z) for score in scaled]


@given(SCORES, TEMPERATURES)
def test_log_softmax_equals_sixty_digits(z, temperature):
    np.testing.assert_allclose(log_softmax(z, temperature), exact_log_softmax(z, temperature), rtol=1e-11, atol=1e-14)


@given(SCORES, TEMPERATURES)
def test_probabilities_sum_to_one_and_lie_between_zero_and_one(z, temperature):
    p = softmax(z, temperature)
    assert p.sum() == pytest.approx(1)
    assert ((p >= 0) & (p <= 1)).all()


@given(SCORES, st.floats(-1e4, 1e4))
def test_adding_a_constant_to_all_scores_changes_nothing(z, constant):
    np.testing.assert_allclose(softmax(z + constant), softmax(z), atol=1e-9)


@given(SCORES, TEMPERATURES)
def test_temperature_never_changes_the_most_likely_class(z, temperature):
    assert softmax(z, temperature)[z.argmax()] == softmax(z, temperature).max()


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_two_classes_are_the_logistic_function_of_the_difference(one, other):
    assert softmax([one, other])[0] == pytest.approx(special.expit(one - other), rel=1e-12)


def test_low_temperature_is_the_largest_score_and_ties_share():
    np.testing.assert_array_equal(softmax([1, 3, 2], 1e-300), [0, 1, 0])
    np.testing.assert_array_equal(softmax([3, 3, 2], 5e-324), [0.5, 0.5, 0])
    np.testing.assert_array_equal(softmax([-1e308, 1e308], 0.01), [0, 1])


def test_high_temperature_is_uniform():
    np.testing.assert_allclose(softmax([1e4, -1e4, 0], 1e12), [1 / 3] * 3, rtol=1e-6)


def test_softmax_agrees_with_scipy_over_any_leading_axes():
    z = np.random.default_rng(0).normal(size=(2, 3, 4))
    np.testing.assert_allclose(softmax(z, 2.0), special.softmax(z / 2, axis=-1), rtol=1e-12)


@given(vectors())
def test_entropy_agrees_with_scipy_and_lies_between_certain_and_uniform(p):
    assert entropy(p) == pytest.approx(stats.entropy(p), abs=1e-12)
    assert -1e-12 <= entropy(p) <= math.log(len(p)) + 1e-12


@given(SCORES, TEMPERATURES)
def test_log_probabilities_are_scores_minus_the_log_partition(z, temperature):
    np.testing.assert_allclose(
        z / temperature - log_partition(z, temperature), log_softmax(z, temperature), rtol=1e-6, atol=1e-7
    )


@given(arrays(float, 4, elements=st.floats(-50, 50)), st.floats(0.1, 50))
def test_free_energy_is_mean_energy_minus_temperature_times_entropy(z, temperature):
    p = softmax(z, temperature)
    assert free_energy(z, temperature) == pytest.approx(-(p * z).sum() - temperature * entropy(p), abs=1e-6)
    assert free_energy(z, temperature) <= -z.max() + 1e-9


@given(vectors())
def test_perplexity_counts_equally_likely_classes(p):
    assert 1 - 1e-9 <= perplexity(p) <= len(p) + 1e-9
    assert perplexity(np.full(len(p), 1 / len(p))) == pytest.approx(len(p))


@given(PAIRS)
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, q = pair
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q), abs=1e-9)


@given(PAIRS)
def test_divergence_is_never_negative_and_agrees_with_scipy(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-9)
    assert kl_divergence(p, p) == 0


@given(PAIRS)
def test_divergence_is_infinite_exactly_where_q_rules_out_what_p_holds_possible(pair):
    p, q = pair
    assert np.isinf(kl_divergence(p, q)) == bool(((p > 0) & (q == 0)).any())
    assert np.isinf(cross_entropy(p, q)) == np.isinf(kl_divergence(p, q))


def test_with_a_one_hot_target_cross_entropy_is_the_negative_log_likelihood():
    assert cross_entropy([0, 1, 0], [0.2, 0.5, 0.3]) == pytest.approx(-math.log(0.5))
    assert cross_entropy([0, 1, 0], [0.2, 0.5, 0.3]) == pytest.approx(kl_divergence([0, 1, 0], [0.2, 0.5, 0.3]))


@given(MEMBERS)
def test_pools_are_probability_vectors_between_the_members(p):
    for pooled in (linear_pool(p), log_pool(p)):
        assert pooled.sum() == pytest.approx(1)
    assert (linear_pool(p) <= p.max(axis=0) + 1e-12).all()
    np.testing.assert_allclose(log_pool(p), stats.gmean(p) / stats.gmean(p).sum(), rtol=1e-9)


@given(MEMBERS, st.integers(0, 10))
def test_what_the_log_pool_gains_is_the_mean_divergence_from_it(p, label):
    label %= p.shape[1]
    pooled = log_pool(p)
    gain = -np.log(p[:, label]).mean() + np.log(pooled[label])
    assert gain == pytest.approx(kl_divergence(pooled, p).mean(), abs=1e-9)
    assert gain == pytest.approx(-np.log(stats.gmean(p).sum()), abs=1e-9)


def test_a_class_that_one_member_rules_out_stays_ruled_out_in_the_log_pool():
    np.testing.assert_allclose(log_pool([[0, 0.5, 0.5], [0.4, 0.3, 0.3]]), [0, 0.5, 0.5])
    with pytest.raises(InputError, match="every class"):
        log_pool([[1, 0], [0, 1]])


@given(st.floats() | st.just(float("nan")))
def test_a_temperature_that_is_not_positive_and_finite_is_refused(temperature):
    assume(not (temperature > 0 and math.isfinite(temperature)))
    with pytest.raises(InputError, match="temperature"):
        softmax([1, 2], temperature)


@pytest.mark.parametrize("z", [[], 3.0, [np.nan, 1], [np.inf, 1], [[]], ["a", "b"], [[1, 2], [3]], None])
def test_what_are_no_scores_is_refused_in_words(z):
    with pytest.raises(InputError):
        softmax(z)


@pytest.mark.parametrize("temperature", [0.01, 1, 100])
def test_a_score_of_minus_infinity_rules_its_class_out_at_every_temperature(temperature):
    logs = log_softmax([[-np.inf, 0, 1], [0.5, -np.inf, -np.inf]], temperature)
    np.testing.assert_array_equal(np.isneginf(logs), [[True, False, False], [False, True, True]])
    np.testing.assert_array_equal(logs[0, 1:], log_softmax([0.0, 1.0], temperature))
    np.testing.assert_array_equal(softmax([0.5, -np.inf, -np.inf], temperature), [1, 0, 0])


def test_a_finite_score_never_becomes_minus_infinity():
    assert np.isfinite(log_softmax([0.0, 1e300], 0.01)).all()


def test_a_row_that_rules_every_class_out_is_refused():
    with pytest.raises(InputError, match="every class"):
        softmax([[0, 1], [-np.inf, -np.inf]])


@pytest.mark.parametrize("p", [[], 1.0, [0.5, 0.6], [-0.1, 1.1], [np.nan, 1], [np.inf, 1], ["a"], None, [[0.5, 0.5], [1]]])
def test_what_is_no_probability_vector_is_refused_in_words(p):
    for function in (entropy, linear_pool, log_pool, lambda p: cross_entropy(p, p), lambda p: kl_divergence(p, p)):
        with pytest.raises(InputError):
            function(p)


def test_different_numbers_of_classes_are_refused():
    with pytest.raises(InputError, match="2 classes and q has 3"):
        cross_entropy([0.5, 0.5], [0.2, 0.3, 0.5])


@pytest.mark.parametrize("p", [[0.5, 0.5], np.zeros((0, 2))])
def test_a_pool_needs_members(p):
    with pytest.raises(InputError):
        linear_pool(p)


def test_rows_above_one_by_rounding_keep_entropy_in_bounds():
    assert entropy([1.000005, 0]) == 0
    assert perplexity([1.000005, 0]) == 1
    assert (entropy(np.float32([[1.0000001, 0, 0], [1, 1e-7, 0]])) >= 0).all()


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 100.0])
def test_the_free_energy_of_huge_scores_is_finite(temperature):
    assert free_energy([1e308, 0], temperature) == -1e308
    assert free_energy([1e308, -1e308], temperature) == -1e308
    # -max z - T ln 2 where two scores tie.
    assert free_energy([3e300, 3e300], temperature) == pytest.approx(-3e300)
    assert free_energy([1.0, 1.0], temperature) == pytest.approx(-1 - temperature * math.log(2))
    assert log_partition([1e300, 0], 1.0) == 1e300
