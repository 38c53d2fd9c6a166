"""What can be said of outputs without trusting them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest

from ensemble import InputError
from ensemble.probability.outputs import EDGES, anatomy, frequencies


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


@pytest.mark.parametrize("wrong", [[1.0], [[np.nan, 1.0]], np.zeros((0, 3))])
def test_what_is_no_table_of_numbers_is_refused(wrong):
    with pytest.raises(InputError, match="finite numbers in rows"):
        anatomy(wrong)


@pytest.mark.parametrize("y", [[0], [0, 2], [0, -1]])
def test_classes_that_do_not_fit_are_refused(y):
    with pytest.raises(InputError, match="one class number"):
        frequencies([[0.5, 0.5], [0.5, 0.5]], y)
