"""Classes that a line tells apart: separation, complete or not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from ensemble import InputError, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.interpretation.logistic_regression import coefficient_path
from ensemble.interpretation.separation import separation
from testing.fuzz import examples
from tests.ensemble.interpretation.conftest import FEW


@pytest.mark.parametrize(
    ("x", "y", "found"),
    [
        ([0, 1, 2, 3], [0, 0, 1, 1], "complete"),
        ([0, 1, 1 + 1e-6, 3], [0, 0, 1, 1], "complete"),
        ([0, 1, 1, 2], [0, 0, 1, 1], "quasi-complete"),
        ([0, 1, 1 - 1e-6, 3], [0, 0, 1, 1], "none"),
        ([0, 1, 2, 3], [0, 1, 0, 1], "none"),
        ([1, 1, 1, 1], [0, 1, 0, 1], "none"),
        ([0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2], "complete"),
        ([0, 1, 1, 2, 2, 3], [0, 0, 1, 1, 2, 2], "quasi-complete"),
        ([0, 1, 2, 3, 2, 3], [0, 0, 1, 1, 2, 2], "quasi-complete"),
        ([0, 3, 1, 4, 2, 5], [0, 0, 1, 1, 2, 2], "none"),
    ],
)
def test_separation_on_the_line_is_what_the_eye_sees(x, y, found):
    assert separation(np.array(x)[:, None], y) == found


def test_three_classes_are_separable_in_the_plane_but_not_on_a_line():
    angles = np.repeat([0.0, 2.1, 4.2], 5) + np.tile(np.linspace(-0.3, 0.3, 5), 3)
    circle, y = np.column_stack([np.cos(angles), np.sin(angles)]), np.repeat([0, 1, 2], 5)
    assert separation(circle, y) == "complete"
    assert separation(circle[:, :1], y) != "complete"


def test_iris_is_separated_for_setosa_alone():
    bunch = load_iris()
    assert separation(bunch.data, bunch.target) == "quasi-complete"
    others = bunch.target > 0
    assert separation(bunch.data, others.astype(int)) == "complete"
    assert separation(bunch.data[others], bunch.target[others]) == "none"


def test_wine_is_separated_by_all_its_features_and_not_by_a_few(wine, overlapping):
    table = load_table("wine")
    assert separation(table.x, table.y) == separation(wine.x_train, wine.y_train) == "complete"
    assert separation(table.only(FEW).x, table.y) == "none"
    assert separation(overlapping.x_train, overlapping.y_train) == "none"


@pytest.mark.parametrize(("name", "found"), [("moons", "none"), ("circles", "none"), ("blobs", "quasi-complete")])
def test_points_of_the_plane_are_separated_or_not(name, found):
    table, data = load_table(name), load_dataset(name)
    assert separation(table.x, table.y) == separation(data.x_train, data.y_train) == found


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(1, 3), st.integers(4, 25))
@examples(60)
def test_separation_knows_no_units_order_or_names_and_no_feature_told_twice(seed, classes, features, n):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 6, size=(n, features)).astype(float), rng.integers(0, classes, size=n)
    y[:2] = [0, 1]
    found = separation(x, y)
    order, names = rng.permutation(n), rng.permutation(classes)
    units = x * rng.choice([-1, 1], features) * 10 ** rng.uniform(-3, 3, features) + rng.uniform(-5, 5, features)
    assert separation(units[order], names[y[order]]) == found
    assert separation(np.column_stack([x, 3 * x[:, 0] + 1, np.ones(n)]), y) == found


@given(st.integers(0, 2**32), st.integers(2, 4))
@examples(30)
def test_linearly_labelled_classes_are_separable_until_one_label_is_wrong(seed, classes):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 2))
    y = (x @ rng.normal(size=(2, classes))).argmax(axis=1)
    y = np.unique(y, return_inverse=True)[1]
    assume(y.max() > 0)
    assert separation(x, y) == "complete"
    inside = x[y == 0].mean(axis=0)
    assert separation(np.vstack([x, inside]), np.append(y, 1)) != "complete"


@given(st.integers(0, 2**32))
@examples(40)
def test_a_likelihood_has_a_maximum_exactly_where_rows_overlap(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 5, size=(14, 2)).astype(float), rng.integers(0, 3, size=14)
    y[:3] = range(3)
    data = replace(load_dataset("blobs"), x_train=(x / 4).astype(np.float32), y_train=y)
    near, far = coefficient_path(data, [500, 1000]).coefficients
    grows = np.linalg.norm(far - near) > 1e-2 * np.linalg.norm(near)
    assert grows == (separation(x, y) != "none")


def test_separation_needs_two_classes_and_rows_that_fit():
    with pytest.raises(InputError, match="one class"):
        separation([[1.0], [2.0]], [0, 0])
    for y in ([0], [0.5, 1.5], [[0], [1]]):
        with pytest.raises(InputError, match="one class number for each of the 2 rows"):
            separation([[1.0], [2.0]], y)
