"""Labelled rows: as they came, and split and scaled for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError

BUILT_IN = ("wine", "digits", "moons", "circles", "blobs")
PLANE = ("moons", "circles", "blobs")
PLANE_ROWS = 300
TEST_SHARE = (0.1, 0.5)


@dataclass(frozen=True, eq=False)
class Table:
    """All rows of a data set, as they came.

    Attributes
    ----------
    name : str
        What the rows are.
    x : ndarray of shape (n, features)
        Finite numbers, each feature in its own unit.
    y : ndarray of shape (n,), int
        Class numbers, 0-based.
    feature_names, class_names : tuple of str
        In the order of the columns and of the class numbers.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    def only(self, features: Sequence[str]) -> Table:
        """The same rows with these features alone.

        Raises
        ------
        InputError
            If none is named, or one that the table does not have.
        """
        unknown = [name for name in features if name not in self.feature_names]
        if unknown or not features:
            raise InputError(f"Name at least one feature, each one of {', '.join(self.feature_names)}.")
        columns = [self.feature_names.index(name) for name in features]
        return replace(self, x=self.x[:, columns], feature_names=tuple(features))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test rows of one split.

    Attributes
    ----------
    name : str
        What the rows are.
    x_train, x_test : ndarray of shape (n, features), float32
        Features, scaled to 0..1 on the training rows (test rows may lie a little outside).
    y_train, y_test : ndarray of shape (n,), int
        Class numbers, 0-based.
    feature_names, class_names : tuple of str
        In the order of the columns and of the class numbers.
    low, high : ndarray of shape (features,)
        Smallest and largest value of each feature among the training rows, in its own unit: 0 and 1 of the scale.
    test_rows : ndarray of shape (test rows,), int
        Their numbers in the table.
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    test_rows: NDArray[np.int64]

    @property
    def features(self) -> int:
        return len(self.feature_names)

    @property
    def classes(self) -> int:
        return len(self.class_names)

    def scaled(self, x: ArrayLike) -> NDArray[np.float32]:
        """Rows (n, features) in the features' own units, on the scale of the training rows."""
        span = np.where(self.high > self.low, self.high - self.low, 1)
        return ((np.asarray(x, dtype=np.float64) - self.low) / span).astype(np.float32)

    def in_units(self, x: ArrayLike) -> NDArray[np.float64]:
        """Scaled rows (n, features) back in the features' own units: the reverse of ``scaled``."""
        span = np.where(self.high > self.low, self.high - self.low, 1)
        return np.asarray(x, dtype=np.float64) * span + self.low


def load_table(name: str) -> Table:
    """All rows of a built-in data set.

    Parameters
    ----------
    name : {"wine", "digits", "moons", "circles", "blobs"}
        scikit-learn's sets; the last three are 300 generated points of the plane, always the same.

    Raises
    ------
    InputError
        If there is no such set.
    """
    if name not in BUILT_IN:
        raise InputError(f"There is no data set “{name}”. Choose one of {', '.join(BUILT_IN)}.")
    if name in PLANE:
        return _points(name)
    from sklearn import datasets  # here, because it takes a second that the first page should not wait for

    bunch = datasets.load_wine() if name == "wine" else datasets.load_digits()
    class_names = tuple(str(label) for label in bunch.target_names)
    class_names = tuple(f"Cultivar {label[-1]}" for label in class_names) if name == "wine" else class_names
    return Table(name, bunch.data, bunch.target, tuple(bunch.feature_names), class_names)


def load_dataset(name: str, test_size: float = 0.2, seed: int = 0) -> Dataset:
    """Load, shuffle, split and scale a built-in data set.

    The classic text scales all rows before it splits them, so that the test rows help to choose the scale: a small leak.
    Here the scale comes from the training rows alone.

    Parameters
    ----------
    name : {"wine", "digits", "moons", "circles", "blobs"}
        As ``load_table``.
    test_size : float, default 0.2
        Share of the rows that is held back, 0.1 to 0.5.
    seed : int, default 0
        Decides the shuffle.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If there is no such set or the share is out of range.

    Examples
    --------
    >>> data = load_dataset("wine")
    >>> data.x_train.shape, data.x_test.shape
    ((142, 13), (36, 13))
    """
    return split(load_table(name), test_size, seed)


def split(table: Table, test_size: float = 0.2, seed: int = 0) -> Dataset:
    """Shuffle rows, hold a share of them back, and scale every feature to 0..1 on the rest.

    Parameters
    ----------
    table : Table
        The rows.
    test_size : float, default 0.2
        Share held back, 0.1 to 0.5, rounded up to whole rows.
    seed : int, default 0
        Decides the shuffle.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        If the share is out of range or a side of the split would be empty.
    """
    low, high = TEST_SHARE
    if not low <= test_size <= high:
        raise InputError(f"The test share has to be from {low} to {high}, not {test_size}.")
    n_test = int(np.ceil(len(table.x) * test_size))
    if not 0 < n_test < len(table.x):
        raise InputError(f"{len(table.x)} rows are too few to split into training and test rows.")
    order = _shuffled(table, seed)
    return _divided(table, order[:-n_test], order[-n_test:])


def folds(table: Table, count: int = 5, seed: int = 0) -> list[Dataset]:
    """Splits whose test rows together are all rows, so that each row is predicted by a network that has not seen it.

    The first fold is ``split(table, 1 / count, seed)``. All have the same number of test rows, so that one compiled program
    trains them all; where rows do not divide evenly, the last fold shares some of its test rows with the first.

    Parameters
    ----------
    table : Table
        The rows.
    count : int, default 5
        Number of folds, 2 to 10.
    seed : int, default 0
        Decides the shuffle.

    Returns
    -------
    list of Dataset

    Raises
    ------
    InputError
        If the number of folds is out of range or there are fewer rows than folds.

    Examples
    --------
    >>> parts = folds(load_table("wine"))
    >>> len(np.unique(np.concatenate([part.test_rows for part in parts])))
    178
    """
    n = len(table.x)
    if not 2 <= count <= 10 or n < count:
        raise InputError(f"Choose 2 to 10 folds, and no more than the {n} rows; not {count}.")
    order, n_test = _shuffled(table, seed), -(-n // count)
    shifted = [np.roll(order, fold * n_test) for fold in range(count)]
    return [_divided(table, one[:-n_test], one[-n_test:]) for one in shifted]


def out_of_fold(
    parts: Sequence[Dataset], predictions: Sequence[ArrayLike]
) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Each row's prediction by the network that has not seen it.

    Parameters
    ----------
    parts : sequence of Dataset
        From ``folds``.
    predictions : sequence of array_like of shape (test rows, ...)
        One for each fold, for its test rows.

    Returns
    -------
    predicted : ndarray of shape (n, ...)
        In the order of the table. A row that is in two folds keeps the first prediction.
    y : ndarray of shape (n,), int
        True classes.
    fold : ndarray of shape (n,), int
        Number of the fold that a prediction comes from.
    """
    rows, first = np.unique(np.concatenate([part.test_rows for part in parts]), return_index=True)
    folds_of_rows = np.repeat(np.arange(len(parts)), [len(part.test_rows) for part in parts])
    truth = np.concatenate([part.y_test for part in parts])
    if not np.array_equal(rows, np.arange(len(rows))):
        raise InputError("These folds do not hold every row of one table.")
    return np.concatenate([np.asarray(one) for one in predictions])[first], truth[first], folds_of_rows[first]


def _shuffled(table: Table, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, 0]).permutation(len(table.x))


def _divided(table: Table, train: NDArray[np.int64], test: NDArray[np.int64]) -> Dataset:
    from sklearn.preprocessing import MinMaxScaler  # here, because it takes a second that the first page should not wait for

    scaler = MinMaxScaler().fit(table.x[train])
    return Dataset(
        name=table.name,
        x_train=scaler.transform(table.x[train]).astype(np.float32),
        y_train=np.asarray(table.y)[train].astype(np.int64),
        x_test=scaler.transform(table.x[test]).astype(np.float32),
        y_test=np.asarray(table.y)[test].astype(np.int64),
        feature_names=table.feature_names,
        class_names=table.class_names,
        low=scaler.data_min_,
        high=scaler.data_max_,
        test_rows=test,
    )


def _points(name: str) -> Table:
    from sklearn import datasets  # here, because it takes a second that the first page should not wait for

    make: dict[str, Any] = {
        "moons": lambda: datasets.make_moons(PLANE_ROWS, noise=0.2, random_state=0),
        "circles": lambda: datasets.make_circles(PLANE_ROWS, noise=0.1, factor=0.45, random_state=0),
        "blobs": lambda: datasets.make_blobs(PLANE_ROWS, centers=3, cluster_std=1.6, random_state=3),
    }
    x, y = make[name]()
    return Table(name, x, y, ("first", "second"), tuple(f"Class {k + 1}" for k in range(y.max() + 1)))
