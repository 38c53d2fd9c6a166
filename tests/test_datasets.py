import numpy as np
import pytest
from sklearn.datasets import load_digits, load_wine

from ensemble import InputError, load_dataset
from ensemble.datasets import PLANE, Table, folds, load_table, out_of_fold, split


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


@pytest.mark.parametrize(("share", "rows"), [(0.1, 18), (0.2, 36), (0.5, 89)])
def test_the_test_share_is_rounded_up_to_whole_rows(share, rows):
    assert len(load_dataset("wine", test_size=share).x_test) == rows


def test_digits_are_there_too():
    digits = load_dataset("digits")
    assert len(digits.x_train) + len(digits.x_test) == len(load_digits().data)
    assert digits.classes == 10


@pytest.mark.parametrize("share", [0, 0.05, 0.9, -1, float("nan")])
def test_a_share_out_of_range_is_refused_in_words(share):
    with pytest.raises(InputError, match=r"0\.1 to 0\.5"):
        load_dataset("wine", test_size=share)


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="wine, digits, moons, circles, blobs"):
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
