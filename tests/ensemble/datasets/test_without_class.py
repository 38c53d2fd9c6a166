"""A split that knows nothing of one class."""

import numpy as np
import pytest

from ensemble import InputError, load_dataset
from ensemble.datasets import table as tables
from ensemble.datasets.builtin import load_table
from ensemble.datasets.splits import split, without_class
from ensemble.datasets.table import Table


@pytest.mark.parametrize("k", range(3))
def test_the_class_is_in_no_row_and_no_name(k):
    data = load_dataset("wine", seed=3)
    known, novel = without_class(data, k)
    assert data.class_names[k] not in known.class_names
    assert known.classes == 2
    assert len(known.y_train) == (data.y_train != k).sum()
    assert len(novel) == (data.y_test == k).sum()
    for side in ("y_train", "y_test"):
        before = np.array(data.class_names)[getattr(data, side)]
        np.testing.assert_array_equal(np.array(known.class_names)[getattr(known, side)], before[before != data.class_names[k]])
    np.testing.assert_array_equal(known.test_rows, data.test_rows[data.y_test != k])


@pytest.mark.parametrize("keep", [0, 250_000])
@pytest.mark.parametrize("name", ["wine", "digits"])
def test_rows_are_scaled_by_the_training_rows_that_stay(monkeypatch, keep, name):
    monkeypatch.setattr(tables, "MAX_VALUES_KEPT", keep)
    data, table = load_dataset(name, seed=1), load_table(name)
    known, novel = without_class(data, 1)
    varies = known.x_train.max(axis=0) > 0
    np.testing.assert_array_equal(known.x_train.min(axis=0), 0)
    np.testing.assert_array_equal(known.x_train.max(axis=0)[varies], 1)
    np.testing.assert_allclose(known.in_units(known.x_test), table.x[known.test_rows], rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(known.in_units(novel), table.x[data.test_rows[data.y_test == 1]], rtol=1e-6, atol=1e-5)
    assert known.x_train.dtype == novel.dtype == np.float32


def test_chosen_features_stay_chosen(monkeypatch):
    monkeypatch.setattr(tables, "MAX_VALUES_KEPT", 0)
    chosen = ("proline", "hue")
    of_some = without_class(load_dataset("wine").only(chosen), 2)
    of_all = without_class(load_dataset("wine"), 2)[0].only(chosen)
    np.testing.assert_array_equal(of_some[0].x_train, of_all.x_train)
    np.testing.assert_array_equal(of_some[0].low, of_all.low)
    assert of_some[1].shape[1] == 2


def test_a_feature_of_the_missing_class_alone_keeps_its_unit():
    inked = Table(
        "pixels", np.tile(np.array([[0.0, 1], [0, 2], [16, 3]]), (20, 1)), np.tile(np.arange(3), 20), ("a", "b"), tuple("xyz")
    )
    known, novel = without_class(split(inked), 2)
    assert not known.x_train[:, 0].any()
    np.testing.assert_array_equal(novel, np.tile([1, 2], (len(novel), 1)))


def test_two_classes_have_to_remain():
    with pytest.raises(InputError, match="at least three"):
        without_class(load_dataset("moons"), 0)


@pytest.mark.parametrize("k", [-1, 3])
def test_an_unknown_class_is_refused(k):
    with pytest.raises(InputError, match="0 to 2"):
        without_class(load_dataset("wine"), k)


def test_test_rows_without_the_class_are_refused():
    few = Table("few", np.arange(12.0)[:, None], np.array([0, 1] * 5 + [1, 2]), ("a",), tuple("xyz"))
    data = next(one for one in (split(few, seed=seed) for seed in range(20)) if not (one.y_test == 2).any())
    with pytest.raises(InputError, match="some of z"):
        without_class(data, 2)
