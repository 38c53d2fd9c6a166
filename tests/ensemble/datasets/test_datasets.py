import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_blobs, make_circles, make_moons

from ensemble import InputError, load_dataset
from ensemble.datasets.builtin import BUILT_IN, MEASURED, PLANE, load_table
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import from_csv, to_table
from ensemble.datasets.csv_template import template
from ensemble.datasets.splits import folds, out_of_fold, rows_held_back, split
from ensemble.datasets.table import Table

BUNCHES = {"wine": load_wine, "iris": load_iris, "breast_cancer": load_breast_cancer, "digits": load_digits}


def test_wine_gives_142_training_and_36_test_rows(wine):
    assert wine.x_train.shape == (142, 13)
    assert wine.x_test.shape == (36, 13)
    assert wine.x_train.dtype == np.float32
    assert (wine.features, wine.classes) == (13, 3)
    assert wine.feature_names == tuple(load_wine().feature_names)


def test_features_are_scaled_by_the_training_rows_alone(wine):
    np.testing.assert_allclose(wine.x_train.min(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(wine.x_train.max(axis=0), 1, atol=1e-6)
    assert wine.x_test.min() < 0 or wine.x_test.max() > 1


def test_every_row_is_on_one_side_of_the_split_with_its_own_label():
    bunch = load_wine()
    names = tuple(bunch.feature_names)
    numbered = np.column_stack([bunch.data, np.arange(178)])
    data = split(Table("wine", numbered, bunch.target, (*names, "number"), ("a", "b", "c")))
    scaled_numbers = np.concatenate([data.x_train[:, -1], data.x_test[:, -1]])
    assert len(np.unique(scaled_numbers)) == 178
    labels = np.concatenate([data.y_train, data.y_test])[np.argsort(scaled_numbers)]
    assert np.array_equal(labels, bunch.target)


def test_the_seed_decides_the_shuffle(wine):
    again, other = load_dataset("wine"), load_dataset("wine", seed=1)
    assert np.array_equal(again.x_train, wine.x_train)
    assert not np.array_equal(other.y_test, wine.y_test)
    assert len(np.unique(wine.y_train[:10])) > 1


@pytest.mark.parametrize(("fraction", "rows"), [(0.1, 18), (0.2, 36), (0.5, 89)])
def test_the_test_share_is_rounded_up_to_whole_rows(fraction, rows):
    assert len(load_dataset("wine", test_size=fraction).x_test) == rows


def test_digits_are_there_too():
    digits = load_dataset("digits")
    assert len(digits.x_train) + len(digits.x_test) == len(load_digits().data)
    assert digits.classes == 10


@pytest.mark.parametrize("fraction", [0, 0.05, 0.9, -1, float("nan")])
def test_a_share_out_of_range_is_refused_in_words(fraction):
    with pytest.raises(InputError, match=r"0\.1 to 0\.5"):
        load_dataset("wine", test_size=fraction)


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="wine, iris, breast_cancer, digits, moons, circles, blobs, xor, spirals"):
        load_dataset("beer")


def test_too_few_rows_are_refused():
    with pytest.raises(InputError, match="too few"):
        split(Table("tiny", np.zeros((1, 2)), np.zeros(1, int), ("a", "b"), ("c",)))


@pytest.mark.parametrize("name", PLANE)
def test_points_of_the_plane_are_always_the_same(name):
    one, other = load_table(name), load_table(name)
    assert one.x.shape == (300, 2)
    assert np.array_equal(one.x, other.x)
    assert set(one.y) == set(range(len(one.class_names)))


def test_scaled_rows_come_back_in_their_own_units(wine):
    rows = load_table("wine").x[wine.test_rows]
    np.testing.assert_allclose(wine.scaled(rows), wine.x_test, atol=1e-6)
    np.testing.assert_allclose(wine.in_units(wine.x_test), rows, rtol=1e-4, atol=1e-3)
    assert np.array_equal(load_table("wine").y[wine.test_rows], wine.y_test)


@pytest.mark.parametrize("count", [2, 3, 5, 10])
def test_folds_predict_every_row_from_training_rows_that_do_not_hold_it(count):
    table = load_table("wine")
    numbered = Table(
        "wine", np.column_stack([table.x, np.arange(178)]), table.y, (*table.feature_names, "row"), table.class_names
    )
    parts = folds(numbered, count, seed=3)
    assert len({part.x_test.shape for part in parts}) == 1
    assert set(np.concatenate([part.test_rows for part in parts])) == set(range(178))
    for part in parts:
        trained_on = set(part.in_units(part.x_train)[:, -1].round().astype(int))
        assert not trained_on & set(part.test_rows)
        assert trained_on | set(part.test_rows) == set(range(178))


def test_out_of_fold_predictions_stand_in_the_order_of_the_table():
    table = load_table("wine")
    parts = folds(table, 5)
    predicted, y, fold = out_of_fold(parts, [part.test_rows * 10 for part in parts])
    assert np.array_equal(predicted, np.arange(178) * 10)
    assert np.array_equal(y, table.y)
    assert all(row in parts[number].test_rows for row, number in enumerate(fold))
    with pytest.raises(InputError, match="every row"):
        out_of_fold(parts[:2], [part.test_rows for part in parts[:2]])


def test_the_first_fold_is_the_split():
    assert np.array_equal(folds(load_table("wine"), 5, seed=2)[0].x_test, load_dataset("wine", 0.2, seed=2).x_test)


@pytest.mark.parametrize("count", [1, 0, 11])
def test_a_number_of_folds_out_of_range_is_refused(count):
    with pytest.raises(InputError, match="2 to 10 folds"):
        folds(load_table("wine"), count)


def test_a_table_of_some_features_has_these_in_order():
    table = load_table("wine")
    pair = table.only(["ash", "alcohol"])
    assert pair.feature_names == ("ash", "alcohol")
    assert np.array_equal(pair.x, table.x[:, [2, 0]])
    for wrong in ([], ["beer"]):
        with pytest.raises(InputError, match="alcohol"):
            table.only(wrong)


@pytest.mark.parametrize("name", MEASURED)
def test_measured_sets_are_those_of_scikit_learn(name):
    table, bunch = load_table(name), BUNCHES[name]()
    assert np.array_equal(table.x, bunch.data)
    assert np.array_equal(table.y, bunch.target)
    assert table.feature_names == tuple(bunch.feature_names)
    assert all(type(word) is str for word in (*table.feature_names, *table.class_names))


def test_classes_have_names_that_a_person_understands():
    assert load_table("iris").class_names == ("setosa", "versicolor", "virginica")
    assert load_table("breast_cancer").class_names == ("malignant", "benign")
    assert load_table("digits").class_names == tuple("0123456789")


def test_generated_sets_have_by_default_the_rows_they_always_had():
    made = {
        "moons": make_moons(300, noise=0.2, random_state=0),
        "circles": make_circles(300, noise=0.1, factor=0.45, random_state=0),
        "blobs": make_blobs(300, centers=3, cluster_std=1.6, random_state=3),
    }
    for name, (x, y) in made.items():
        assert np.array_equal(load_table(name).x, x)
        assert np.array_equal(load_table(name).y, y)


@pytest.mark.parametrize("name", PLANE)
@pytest.mark.parametrize("points", [60, 61, 2000])
def test_generated_sets_have_as_many_points_as_asked_for_shared_evenly(name, points):
    table = load_table(name, points, 0.5)
    counts = np.bincount(table.y)
    assert counts.sum() == points
    assert counts.max() - counts.min() <= 1
    assert len(table.class_names) == len(counts)


@pytest.mark.parametrize("name", PLANE)
def test_more_noise_moves_the_points_further_from_where_they_belong(name):
    without = load_table(name, noise=0).x
    away = [np.linalg.norm(np.sort(load_table(name, noise=noise).x, axis=0) - np.sort(without, axis=0)) for noise in (0.1, 1)]
    assert 0 < away[0] < away[1]


def test_noise_free_xor_and_spirals_have_their_exact_geometry():
    xor, spirals = load_table("xor", noise=0), load_table("spirals", noise=0)
    assert np.array_equal(xor.y == 1, xor.x[:, 0] * xor.x[:, 1] < 0)
    assert np.abs(xor.x).max() <= 1
    radius = np.linalg.norm(spirals.x, axis=1)
    angle = np.arctan2(spirals.x[:, 1], spirals.x[:, 0])
    np.testing.assert_allclose(np.cos(angle - 3 * np.pi * radius - np.pi * spirals.y), 1, atol=1e-9)


@pytest.mark.parametrize(("points", "noise", "words"), [(59, 0.2, "60 to 2000"), (2001, 0.2, "60"), (300, -0.1, "0 to 1")])
def test_points_and_noise_out_of_range_are_refused(points, noise, words):
    with pytest.raises(InputError, match=words):
        load_table("xor", points, noise)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_set_says_what_a_row_is_and_where_it_comes_from(name):
    table = load_table(name)
    assert table.row_name in ("wine", "flower", "tumour", "digit", "point")
    rows, features = table.x.shape
    assert str(rows) in table.about
    assert str(features) in table.about
    assert len(table.about) < 200


def test_the_noun_goes_where_the_rows_go():
    table = load_table("iris")
    assert split(table).row_name == table.only(["petal width (cm)"]).row_name == folds(table)[0].row_name == "flower"
    assert Table("mine", table.x, table.y, table.feature_names, table.class_names).row_name == "row"


def test_a_feature_that_hardly_varies_keeps_its_scale_wherever_it_is_scaled():
    x = np.column_stack([np.arange(20.0), np.arange(20) * 1e-17])
    data = split(Table("flat", x, np.arange(20) % 2, ("a", "b"), ("c", "d")))
    np.testing.assert_array_equal(data.scaled(x[data.test_rows]), data.x_test)


def test_a_csv_file_is_split_as_its_table_is():
    data, notices = from_csv(template(), "species", test_size=0.25, seed=4)
    table, of_table = to_table(read_sheet(template()), "species")
    assert np.array_equal(data.x_train, split(table, 0.25, 4).x_train)
    assert notices == of_table
    assert data.row_name == "row"
    with pytest.raises(InputError, match="test share"):
        from_csv(template(), "species", test_size=0.9)


def test_a_feature_in_a_tiny_unit_is_scaled_as_any_other():
    """A spread of 4.6e-18 is one, where the values are that small."""
    text = "size,kind\n1.1e-18,a\n1.2e-18,a\n1.3e-18,a\n5.5e-18,b\n5.6e-18,b\n5.7e-18,b\n"
    data, _ = from_csv(text.encode(), "kind")
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.low[0] < data.high[0]
    np.testing.assert_allclose(data.in_units(data.scaled(data.in_units(data.x_train))), data.in_units(data.x_train))


@pytest.mark.parametrize("unit", [1e-300, 1e-18, 1e-9, 1, 1e9, 1e15])
def test_the_unit_of_a_feature_does_not_matter(unit):
    wine = load_table("wine")
    tiny = Table("wine", wine.x * unit, wine.y, wine.feature_names, wine.class_names)
    np.testing.assert_allclose(split(tiny).x_train, split(wine).x_train, atol=1e-6)


def test_a_spread_within_rounding_is_none():
    x = np.array([[0.3], [0.1 + 0.2]] * 5)
    data = split(Table("rounding", x, np.arange(10) % 2, ("sum",), ("a", "b")))
    assert data.x_train.max() < 1e-15
    assert data.low == data.high


@pytest.mark.parametrize(("rows", "fraction", "held_back"), [(25, 0.28, 7), (25, 0.29, 8), (50, 0.14, 7), (100, 0.29, 29)])
def test_the_test_share_is_taken_as_it_is_written(rows, fraction, held_back):
    """25 * 0.28 is 7.000000000000001 in floating point."""
    table = Table("few", np.arange(rows)[:, None] / 1, np.arange(rows) % 2, ("x",), ("a", "b"))
    assert len(split(table, fraction).x_test) == held_back


def test_every_share_of_two_decimals_is_exact():
    for percent in range(10, 51):
        for rows in range(5, 200):
            assert rows_held_back(rows, percent / 100) == -(-rows * percent // 100)
