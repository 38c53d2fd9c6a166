"""Labelled rows: unchanged, and split and scaled for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.once import once

MAX_VALUES_KEPT = 250_000


@dataclass(frozen=True, eq=False)
class Table:
    """All rows of a data set, unchanged.

    Attributes
    ----------
    name : str
        What the rows are.
    x : ndarray of shape (n, features)
        Finite numbers, each feature in its own unit; of any numerical type (see ``compact``).
    y : ndarray of shape (n,), int
        Class numbers, 0-based.
    feature_names, class_names : tuple of str
        In the order of the columns and of the class numbers.
    row_name : str
        What one row is: a wine, a flower, a point.
    about : str
        One or two sentences for a person: what the rows are and where they come from.
    label_noise : float
        Share of the rows that were given a wrong class on purpose, 0..1.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    row_name: str = "row"
    about: str = ""
    label_noise: float = 0.0

    def only(self, features: Sequence[str]) -> Table:
        """The same rows with only these features.

        Raises
        ------
        InputError
            If none is named, or one that the table does not have.
        """
        columns = _columns(self.feature_names, features)
        return replace(self, x=self.x[:, columns], feature_names=tuple(features))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test rows of one split.

    Those of a large table share its memory: ``x_train`` and ``x_test`` are then computed at each use, so use them once.
    ``x_train_at`` and ``x_test_at`` compute some of their rows only.

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
    row_name : str
        What one row is: a wine, a flower, a point.
    label_noise : float
        Share of all rows that were given a wrong class on purpose, 0..1.
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
    row_name: str = "row"
    label_noise: float = 0.0

    @property
    def features(self) -> int:
        return len(self.feature_names)

    @property
    def classes(self) -> int:
        return len(self.class_names)

    @property
    def row_names(self) -> str:
        return f"{self.row_name}s"

    def x_train_at(self, rows: slice) -> NDArray[np.float32]:
        """Some rows of ``x_train``, without scaling the others."""
        return self._some("x_train", rows)

    def x_test_at(self, rows: slice) -> NDArray[np.float32]:
        """Some rows of ``x_test``, without scaling the others."""
        return self._some("x_test", rows)

    def _some(self, name: str, rows: slice) -> NDArray[np.float32]:
        kept = self.__dict__[name]
        return kept._replace(numbers=kept.numbers[rows]).scaled() if isinstance(kept, _Rows) else kept[rows]

    def same_rows(self, other: Dataset) -> bool:
        """Whether both have the same training and test rows, names included."""
        return self is other or once(_same_rows, self, other)

    def _share(self, name: str, other: Dataset) -> bool:
        """Whether both select the same rows and columns of the same table."""
        one, two = self.__dict__[name], other.__dict__[name]
        if not (isinstance(one, _Rows) and isinstance(two, _Rows)):
            return False
        return one.table is two.table and one.columns == two.columns and np.array_equal(one.numbers, two.numbers)

    def only(self, features: Sequence[str]) -> Dataset:
        """The same split with only these features.

        Raises
        ------
        InputError
            As ``Table.only``.
        """
        columns = _columns(self.feature_names, features)
        rows = {name: self.__dict__[name] for name in ("x_train", "x_test")}
        fewer = {name: one.only(columns) if isinstance(one, _Rows) else one[:, columns] for name, one in rows.items()}
        ends = {"low": self.low[columns], "high": self.high[columns]}
        return Dataset(**self.__dict__ | fewer | ends | {"feature_names": tuple(features)})

    def with_at_most(self, test_rows: int) -> Dataset:
        """The same split with only the first test rows, which are a random sample because rows are shuffled."""
        if len(self.y_test) <= test_rows:
            return self
        kept = self.__dict__["x_test"]
        fewer = kept._replace(numbers=kept.numbers[:test_rows]) if isinstance(kept, _Rows) else kept[:test_rows]
        rest = {name: getattr(self, name)[:test_rows] for name in ("y_test", "test_rows")}
        return Dataset(**self.__dict__ | rest | {"x_test": fewer})

    def __getstate__(self) -> dict[str, Any]:
        """For other processes: the rows, not the table that they share."""
        return self.__dict__ | {"x_train": self.x_train, "x_test": self.x_test}

    def scaled(self, x: ArrayLike) -> NDArray[np.float32]:
        """Rows (n, features) in the features' own units, on the scale of the training rows."""
        return _scaled(np.array(x, dtype=np.float64), self.low, self.high)

    def in_units(self, x: ArrayLike) -> NDArray[np.float64]:
        """Scaled rows (n, features) back in the features' own units: the reverse of ``scaled``."""
        span = np.where(self.high > self.low, self.high - self.low, 1)
        return np.asarray(x, dtype=np.float64) * span + self.low


class _Rows(NamedTuple):
    """Some rows of a table and some of its columns (all, if None), to be scaled at each use."""

    table: Table
    numbers: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    columns: list[int] | None = None

    def scaled(self) -> NDArray[np.float32]:
        x = _scaled(_floats(self.table.x[self.numbers]), self.low, self.high)
        return x if self.columns is None else x[:, self.columns]

    def only(self, columns: list[int]) -> _Rows:
        return self._replace(columns=columns if self.columns is None else [self.columns[column] for column in columns])


def _computed_at_each_use(name: str) -> property:
    def rows(data: Dataset) -> NDArray[np.float32]:
        kept = data.__dict__[name]
        return kept.scaled() if isinstance(kept, _Rows) else kept

    def keep(data: Dataset, kept: NDArray[np.float32] | _Rows) -> None:
        data.__dict__[name] = kept

    return property(rows, keep)


for _name in ("x_train", "x_test"):
    setattr(Dataset, _name, _computed_at_each_use(_name))


def _same_rows(one: Dataset, two: Dataset) -> bool:
    named = ("feature_names", "class_names")
    held = ("y_train", "y_test", "low", "high", "x_test", "x_train")
    return all(getattr(one, name) == getattr(two, name) for name in named) and all(
        one._share(name, two) or np.array_equal(getattr(one, name), getattr(two, name)) for name in held
    )


def divided(table: Table, train: NDArray[np.int64], test: NDArray[np.int64]) -> Dataset:
    # Rows taken by number are copies, which may be scaled in place.
    taken = _floats(table.x[train])
    low, high = taken.min(axis=0), taken.max(axis=0)
    # A spread within the rounding of the values is none. It is judged by their size: values of 1e-18 spread too.
    rounding = 10 * np.finfo(np.float64).eps * np.minimum(1, np.maximum(np.abs(low), np.abs(high)))
    high = np.where(high - low > rounding, high, low)
    return Dataset(
        name=table.name,
        x_train=_kept(_Rows(table, train, low, high)),
        y_train=np.asarray(table.y)[train].astype(np.int64),
        x_test=_kept(_Rows(table, test, low, high)),
        y_test=np.asarray(table.y)[test].astype(np.int64),
        feature_names=table.feature_names,
        class_names=table.class_names,
        low=low,
        high=high,
        test_rows=test,
        row_name=table.row_name,
        label_noise=table.label_noise,
    )


def _columns(known: Sequence[str], features: Sequence[str]) -> list[int]:
    unknown = [name for name in features if name not in known]
    if unknown or not features:
        raise InputError(f"Name at least one feature, each one of {', '.join(known)}.")
    return [known.index(name) for name in features]


def _kept(rows: _Rows) -> Any:
    return rows if rows.table.x.size > MAX_VALUES_KEPT else rows.scaled()


def _floats(x: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(x, dtype=np.float64)


def _scaled(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows on the scale from low to high; they are changed in place."""
    x -= low
    x /= np.where(high > low, high - low, 1)
    return x.astype(np.float32)
