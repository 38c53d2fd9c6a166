"""First looks at rows, against scikit-learn and numpy."""

import numpy as np
import pytest
from sklearn.feature_selection import f_classif

from ensemble import InputError
from ensemble.datasets.builtin import load_dataset, load_table
from ensemble.datasets.splits import split
from ensemble.datasets.summary import (
    class_counts,
    first_varying_pair,
    images,
    most_telling_pair,
    pair_to_draw,
    pictures,
    principal_plane,
    varying_features,
)
from ensemble.datasets.table import Table


def test_the_most_informative_wine_features_have_large_f_statistics():
    table = load_table("wine")
    strongest = set(np.argsort(-f_classif(table.x, table.y)[0])[:4])
    first, second = most_telling_pair(table)
    assert first != second
    assert {first, second} <= strongest


def test_a_feature_that_is_the_class_comes_first():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=80)
    x = rng.normal(size=(80, 4))
    x[:, 2] = y + rng.normal(0, 0.01, 80)
    assert most_telling_pair(Table("made", x, y, tuple("abcd"), ("no", "yes")))[0] == 2


@pytest.mark.parametrize(("numeric", "expected"), [(2, {0, 1}), (1, {0, 2}), (0, {1, 2})])
def test_a_scatter_of_categories_beside_numbers_draws_the_numbers(numeric, expected):
    """The scatter of a CSV picked a column of zeros and ones, and two stripes teach nothing."""
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    x = np.column_stack([rng.normal(size=(80, numeric)), rng.integers(2, size=(80, 4))])[:, :4]
    x[:, 2] = y
    if numeric < 2:
        x[:, 1] = np.where(np.arange(80) < 70, y, 1 - y)
    assert set(pair_to_draw(Table("made", x, y, tuple("abcd"), ("no", "yes")))) == expected


def test_the_pair_to_draw_is_the_most_informative_continuous_one():
    table = load_table("wine")
    assert pair_to_draw(table) == most_telling_pair(table)


def test_the_principal_plane_is_that_of_the_correlation_matrix():
    table = load_table("wine")
    plane = principal_plane(table)
    values = np.linalg.eigvalsh(np.corrcoef(table.x.T))[::-1]
    np.testing.assert_allclose(plane.explained, values[:2] / 13)
    np.testing.assert_allclose(plane.points.var(axis=0), values[:2], rtol=1e-9)
    assert plane.points.shape == (178, 2)


def test_one_feature_has_no_plane_and_no_pair():
    table = load_table("wine").only(["ash"])
    for look in (most_telling_pair, principal_plane):
        with pytest.raises(InputError, match="two features"):
            look(table)


def test_digits_are_pictures_and_wines_are_not():
    table = load_table("digits")
    shown = images(table)
    assert shown.shape == (10, 6, 8, 8)
    np.testing.assert_allclose(shown[3, 0].ravel(), table.x[table.y == 3][0] / 16)
    assert images(load_table("wine")) is None


def test_test_rows_of_digits_are_pictures_and_parts_of_them_are_not():
    data, table = load_dataset("digits"), load_table("digits")
    shown = pictures(data, np.array([3, 0]))
    np.testing.assert_allclose(shown[0].ravel(), table.x[data.test_rows[3]] / 16 * 255, atol=0.51)
    assert shown.shape == (2, 8, 8)
    assert pictures(data.only(data.feature_names[:49]), np.array([0])) is None
    assert pictures(load_dataset("wine"), np.array([0])) is None


def test_counts_add_up_to_the_rows():
    assert class_counts(load_table("wine")).tolist() == [59, 71, 48]


@pytest.mark.parametrize(
    ("constant", "varying", "pair"),
    [((), "abc", "ab"), ((0,), "bc", "bc"), ((1,), "ac", "ac"), ((0, 1), "c", "ab"), ((0, 1, 2), "", "ab")],
)
def test_features_that_vary_are_those_that_differ_among_the_training_rows(constant, varying, pair):
    x = np.random.default_rng(0).normal(size=(30, 3))
    x[:, list(constant)] = 1.0
    data = split(Table("upload", x, np.arange(30) % 2, ("a", "b", "c"), ("no", "yes"), "row"))
    assert varying_features(data) == list(varying)
    assert first_varying_pair(data) == tuple(pair)
