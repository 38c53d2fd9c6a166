"""Labelled rows, split and scaled for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ensemble.errors import InputError

BUILT_IN = ("wine", "digits")
TEST_SHARE = (0.1, 0.5)


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
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    @property
    def features(self) -> int:
        return len(self.feature_names)

    @property
    def classes(self) -> int:
        return len(self.class_names)


def load_dataset(name: str, test_size: float = 0.2, seed: int = 0) -> Dataset:
    """Load, shuffle, split and scale a built-in data set.

    The classic text scales all rows before it splits them, so that the test rows help to choose the scale: a small leak.
    Here the scale comes from the training rows alone.

    Parameters
    ----------
    name : {"wine", "digits"}
        scikit-learn's set of that name.
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
    if name not in BUILT_IN:
        raise InputError(f"There is no data set “{name}”. Choose one of {', '.join(BUILT_IN)}.")
    bunch = _load(name)
    class_names = tuple(str(label) for label in bunch.target_names)
    class_names = tuple(f"Cultivar {label[-1]}" for label in class_names) if name == "wine" else class_names
    return split(name, bunch.data, bunch.target, tuple(bunch.feature_names), class_names, test_size, seed)


def split(
    name: str,
    x: NDArray[Any],
    y: NDArray[Any],
    feature_names: tuple[str, ...],
    class_names: tuple[str, ...],
    test_size: float = 0.2,
    seed: int = 0,
) -> Dataset:
    """Shuffle rows, hold a share of them back, and scale every feature to 0..1 on the rest.

    Parameters
    ----------
    name : str
        What the rows are.
    x : array of shape (n, features)
        Finite numbers.
    y : array of shape (n,)
        Class numbers, 0-based.
    feature_names, class_names : tuple of str
        Names in the order of columns and class numbers.
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
    n_test = int(np.ceil(len(x) * test_size))
    if not 0 < n_test < len(x):
        raise InputError(f"{len(x)} rows are too few to split into training and test rows.")
    from sklearn.preprocessing import MinMaxScaler  # here, because it takes a second that the first page should not wait for

    order = np.random.default_rng([seed, 0]).permutation(len(x))
    train, test = order[:-n_test], order[-n_test:]
    scaler = MinMaxScaler().fit(x[train])
    return Dataset(
        name=name,
        x_train=scaler.transform(x[train]).astype(np.float32),
        y_train=np.asarray(y)[train].astype(np.int64),
        x_test=scaler.transform(x[test]).astype(np.float32),
        y_test=np.asarray(y)[test].astype(np.int64),
        feature_names=feature_names,
        class_names=class_names,
    )


def _load(name: str) -> Any:
    from sklearn import datasets

    return {"wine": datasets.load_wine, "digits": datasets.load_digits}[name]()
