"""Losses on a softmax: floor and bound of one that is applied twice, and gradients beside finite differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special

from ensemble import InputError
from ensemble.probability import softmax_losses as losses

KINDS = ("softmax", "softmax_squared", "softmax_twice")


def value(z, target, kind):
    """The loss of one row of scores, written out."""
    q = special.softmax(z)
    if kind == "softmax_squared":
        return np.mean((q - target) ** 2)
    return -np.sum(target * special.log_softmax(q if kind == "softmax_twice" else z))


@pytest.mark.parametrize(("classes", "floor", "bound"), [(2, 0.3133, 0.7311), (3, 0.5514, 0.5761), (10, 1.4612, 0.2320)])
def test_floor_and_bound_have_the_values_of_the_subject(classes, floor, bound):
    assert losses.softmax_twice_floor(classes) == pytest.approx(floor, abs=5e-5)
    assert losses.softmax_twice_bound(classes) == pytest.approx(bound, abs=5e-5)
    assert losses.softmax_twice_floor(classes) == pytest.approx(np.log(1 + (classes - 1) / np.e))


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12))
def test_no_scores_come_below_the_floor_or_above_the_bound(scores):
    twice = special.softmax(special.softmax(scores))
    classes = len(scores)
    assert twice.max() <= losses.softmax_twice_bound(classes) + 1e-12
    for k in range(classes):
        (loss,) = losses.softmax_twice_loss(special.log_softmax([scores]), [k])
        assert loss == pytest.approx(-np.log(twice[k]))
        assert losses.softmax_twice_floor(classes) - 1e-12 <= loss <= losses.softmax_twice_floor(classes) + 1 + 1e-12


@pytest.mark.parametrize("classes", [0, 1])
def test_one_class_has_no_floor(classes):
    with pytest.raises(InputError, match="at least two classes"):
        losses.softmax_twice_floor(classes)


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("beyond", [-0.05, 0.05])
def test_the_best_forecast_is_certain_once_a_class_leads_by_so_much(classes, beyond):
    """The minimum over the simplex, found numerically: certain beyond the lead, and not before."""
    lead = losses.softmax_twice_lead(classes) + beyond
    rest = (1 - lead) / classes
    truth = np.full(classes, rest)
    truth[0] += lead
    found = optimize.minimize(
        lambda p: -truth @ special.log_softmax(p),
        np.full(classes, 1 / classes),
        bounds=[(0, 1)] * classes,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    ).x
    assert (found[0] > 1 - 1e-4) == (beyond > 0)
    assert found[0] > truth[0]


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(st.tuples(st.floats(-4, 4), st.floats(0.01, 1)), min_size=2, max_size=6))
def test_gradients_are_those_of_finite_differences(kind, rows):
    z, target = np.array(rows).T
    target = target / target.sum()
    step = 1e-5
    differences = [
        (value(z + step * unit, target, kind) - value(z - step * unit, target, kind)) / (2 * step) for unit in np.eye(len(z))
    ]
    found = losses.score_gradient(z, target, kind)
    np.testing.assert_allclose(found, differences, atol=1e-8)
    assert found.sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_the_engines_losses(kind):
    import tensorflow as tf

    from ensemble.training.losses import LOSSES

    rng = np.random.default_rng(0)
    z, target = rng.normal(0, 3, (20, 4)), rng.dirichlet(np.ones(4), 20)
    scores = tf.Variable(z)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(LOSSES[kind](tf.constant(target), scores))
    np.testing.assert_allclose(losses.score_gradient(z, target, kind), tape.gradient(loss, scores), atol=1e-12)
    assert loss.numpy() == pytest.approx(sum(value(*row, kind) for row in zip(z, target, strict=True)))


def test_only_the_cross_entropy_pulls_where_the_forecast_is_sure_and_wrong():
    margins = np.array([-20.0, -8.0, 0.0, 8.0])
    cross_entropy, squared, twice = (losses.pull_on_true_score(margins, 2, kind) for kind in KINDS)
    q = special.expit(margins)
    np.testing.assert_allclose(cross_entropy, 1 - q)
    np.testing.assert_allclose(squared, 2 * q * (1 - q) ** 2, atol=1e-15)
    assert (squared[:2] < 1e-3).all()
    assert (twice[:2] < 1e-3).all()
    assert (cross_entropy[:2] > 0.999).all()
    assert min(squared[2], twice[2]) > 0.1
