"""What can be said of outputs without trusting them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit
from scipy.stats import binomtest

from ensemble import EnsembleConfig, InputError, Run
from ensemble.probability.outputs import EDGES, anatomy, frequencies
from ensemble.probability.vectors import log_pool
from ensemble.runs.weights import weight_shapes


def test_probability_vectors_have_nothing_outside_and_no_sum_off():
    proba = np.random.default_rng(0).dirichlet([1, 1, 1], size=200)
    seen = anatomy(proba)
    assert (seen.outside, seen.off) == (0, 0)
    assert 0 <= seen.lowest <= seen.highest <= 1


def test_outputs_outside_and_sums_off_are_counted():
    seen = anatomy([[1.5, -0.5, 0.0], [0.2, 0.2, 0.2], [1.0, 0.0, 0.0]])
    assert (seen.outside, seen.off) == (2, 1)
    assert (seen.lowest, seen.highest) == (-0.5, 1.5)
    assert (seen.smallest_sum, seen.largest_sum) == pytest.approx((0.6, 1.0))


@given(arrays(float, st.tuples(st.integers(1, 30), st.integers(2, 4)), elements=st.floats(-2, 3)), st.data())
def test_bins_hold_every_output_once_with_wilsons_band(values, data):
    n, classes = values.shape
    y = np.array(data.draw(st.lists(st.integers(0, classes - 1), min_size=n, max_size=n)))
    table = frequencies(values, y)
    assert table["count"].sum() == values.size
    assert table["hits"].sum() == n
    assert len(table) <= len(EDGES) + 1
    assert table["output"].is_monotonic_increasing
    for row in table.itertuples():
        band = binomtest(int(row.hits), int(row.count)).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((band.low, band.high), abs=1e-9)


def test_forecasts_that_are_right_as_often_as_they_say_lie_within_their_bands():
    rng = np.random.default_rng(1)
    proba = rng.dirichlet([0.5, 0.5, 0.5], size=4000)
    y = np.array([rng.choice(3, p=row) for row in proba])
    table = frequencies(proba, y)
    assert ((table["low"] <= table["output"]) & (table["output"] <= table["high"])).mean() >= 0.7
    assert abs(table["output"] - table["frequency"]).max() < 0.05


def untrained(wine, **settings):
    """A run whose weights are random numbers."""
    config, rng = EnsembleConfig(members=3, **settings), np.random.default_rng(2)
    shapes = weight_shapes(config, wine.features, wine.classes)
    return Run.before_training(config, wine, tuple(rng.normal(0, 0.8, shape).astype(np.float32) for shape in shapes))


@pytest.mark.parametrize(("outputs", "smallest"), [("sigmoid", 0), ("linear", 1e-7)])
@pytest.mark.parametrize("training", ["joint", "independent"])
def test_outputs_are_normalised_as_the_docstrings_say(wine, outputs, smallest, training):
    """Linear outputs alone are raised to 1e-7; independent members are normalised one by one."""
    run = untrained(wine, outputs=outputs, training=training)
    raised = np.maximum(run.outputs(wine.x_test), smallest)
    whole = raised / raised.sum(axis=1, keepdims=True)
    each = np.maximum({"sigmoid": expit, "linear": np.asarray}[outputs](run.member_logits(wine.x_test)), smallest)
    one_by_one = (each / each.sum(axis=-1, keepdims=True)).mean(axis=0)
    proba = run.predict_proba(wine.x_test)
    np.testing.assert_allclose(proba, whole if training == "joint" else one_by_one, rtol=1e-4, atol=1e-6)
    if training == "independent":
        assert np.abs(proba - whole).max() > 0.005


@pytest.mark.parametrize("outputs", ["softmax", "sigmoid"])
def test_joint_members_pool_to_the_ensemble_with_softmax_outputs_alone(wine, outputs):
    run = untrained(wine, outputs=outputs)
    apart = np.abs(run.member_own_logits(wine.x_test).mean(axis=0) - run.logits(wine.x_test)).max()
    pooled = np.abs(log_pool(run.member_proba(wine.x_test)) - run.predict_proba(wine.x_test)).max()
    if outputs == "softmax":
        assert max(apart, pooled) < 1e-5
    else:
        assert min(apart, pooled) > 0.05


def test_sigmoid_outputs_are_not_raised(wine):
    run = untrained(wine, outputs="sigmoid")
    run.weights[-1][0] = -40
    assert run.predict_proba(wine.x_test)[:, 0].max() < 1e-12


@pytest.mark.parametrize("wrong", [[1.0], [[np.nan, 1.0]], np.zeros((0, 3))])
def test_what_is_no_table_of_numbers_is_refused(wrong):
    with pytest.raises(InputError, match="finite numbers in rows"):
        anatomy(wrong)


@pytest.mark.parametrize("y", [[0], [0, 2], [0, -1]])
def test_classes_that_do_not_fit_are_refused(y):
    with pytest.raises(InputError, match="one class number"):
        frequencies([[0.5, 0.5], [0.5, 0.5]], y)
