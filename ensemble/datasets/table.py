"""Labelled rows: as they came, and split and scaled for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from math import ceil
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError

MEASURED = ("wine", "iris", "breast_cancer", "digits")
PLANE = ("moons", "circles", "blobs", "xor", "spirals")
BUILT_IN = (*MEASURED, *PLANE)
PLANE_ROWS = 300
PLANE_NOISE = 0.2
POINTS = (60, 2000)
NOISE = (0.0, 1.0)
TEST_SHARE = (0.1, 0.5)
TURNS = 1.5
MOST_VALUES_KEPT = 250_000


@dataclass(frozen=True, eq=False)
class Table:
    """All rows of a data set, as they came.

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
    noun : str
        What one row is: a wine, a flower, a point.
    about : str
        One or two sentences for a person: what the rows are and where they come from.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    noun: str = "row"
    about: str = ""

    def only(self, features: Sequence[str]) -> Table:
        """The same rows with these features alone.

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
    noun : str
        What one row is: a wine, a flower, a point.
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
    noun: str = "row"

    @property
    def features(self) -> int:
        return len(self.feature_names)

    @property
    def classes(self) -> int:
        return len(self.class_names)

    @property
    def nouns(self) -> str:
        return f"{self.noun}s"

    def same_rows(self, other: Dataset) -> bool:
        """Whether the other holds the same training and test rows, names included."""
        if self is other:
            return True
        named = ("feature_names", "class_names")
        held = ("y_train", "y_test", "low", "high", "x_test", "x_train")
        return all(getattr(self, name) == getattr(other, name) for name in named) and all(
            self._share(name, other) or np.array_equal(getattr(self, name), getattr(other, name)) for name in held
        )

    def _share(self, name: str, other: Dataset) -> bool:
        """Whether both take the same columns of the same rows of one table."""
        one, two = self.__dict__[name], other.__dict__[name]
        if not (isinstance(one, _Rows) and isinstance(two, _Rows)):
            return False
        return one.table is two.table and one.columns == two.columns and np.array_equal(one.numbers, two.numbers)

    def only(self, features: Sequence[str]) -> Dataset:
        """The same split with these features alone.

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
        """The same split with the first of its test rows alone, which are a random sample of them: they are shuffled."""
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


def load_table(name: str, points: int = PLANE_ROWS, noise: float = PLANE_NOISE) -> Table:
    """All rows of a built-in data set: four measured ones, and five generated in the plane, which are always the same.

    Parameters
    ----------
    name : {"wine", "iris", "breast_cancer", "digits", "moons", "circles", "blobs", "xor", "spirals"}
        The first four are scikit-learn's.
    points : int, default 300
        How many points a generated set has, 60 to 2000. It changes no measured set.
    noise : float, default 0.2
        How far the points of a generated set stray, 0 to 1: the standard deviation of each coordinate of moons; half of
        it for circles and xor, a quarter of it for spirals and eight times it for blobs, so that the default suits each.
        It changes no measured set.

    Raises
    ------
    InputError
        If there is no such set, or points or noise are out of range.

    Examples
    --------
    >>> load_table("iris").class_names
    ('setosa', 'versicolor', 'virginica')
    >>> load_table("spirals", points=100, noise=0).x.shape
    (100, 2)
    """
    if name not in BUILT_IN:
        raise InputError(f"There is no data set “{name}”. Choose one of {', '.join(BUILT_IN)}.")
    if name in PLANE:
        return _points(name, points, noise)
    datasets = _scikit_learn("datasets")

    bunch = getattr(datasets, f"load_{name}")()
    class_names = tuple(str(label) for label in bunch.target_names)
    class_names = tuple(f"Cultivar {label[-1]}" for label in class_names) if name == "wine" else class_names
    feature_names = tuple(str(feature) for feature in bunch.feature_names)
    noun, about = _MEASURED_ABOUT[name]
    return Table(name, bunch.data, bunch.target, feature_names, class_names, noun, about)


def load_dataset(name: str, test_size: float = 0.2, seed: int = 0) -> Dataset:
    """Load, shuffle, split and scale a built-in data set.

    The classic text scales all rows before it splits them, so that the test rows help to choose the scale: a small leak.
    Here the scale comes from the training rows alone.

    Parameters
    ----------
    name : {"wine", "iris", "breast_cancer", "digits", "moons", "circles", "blobs", "xor", "spirals"}
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


def from_csv(
    data_bytes: bytes,
    target: str,
    features: Sequence[str] | None = None,
    test_size: float = 0.2,
    seed: int = 0,
    missing: Literal["drop", "impute"] = "drop",
    first_row: Literal["guess", "names", "data"] = "guess",
) -> tuple[Dataset, list[str]]:
    """Read a CSV file, shuffle, split and scale its rows.

    Parameters
    ----------
    data_bytes : bytes
        The file, at most 20 MB: UTF-8, with names in its first row, between commas, semicolons or tabs.
    target : str
        Name of the column that holds the classes.
    features : sequence of str, optional
        Names of the columns to learn from; without them all others but identifiers.
    test_size : float, default 0.2
        Share of the rows that is held back, 0.1 to 0.5.
    seed : int, default 0
        Decides the shuffle.
    missing : {"drop", "impute"}, default "drop"
        As ``uploads.to_table``.
    first_row : {"guess", "names", "data"}, default "guess"
        Whether the first row holds names, as ``uploads.read_sheet``.

    Returns
    -------
    dataset : Dataset
    remarks : list of str
        One sentence for a person on each thing that was done to the data.

    Raises
    ------
    InputError
        If the file cannot be used; the sentence names the row or column and the mend.

    Examples
    --------
    >>> from ensemble.datasets.csv_template import template
    >>> data, remarks = from_csv(template(), target="species")
    >>> data.class_names, len(data.x_train), len(data.x_test)
    (('setosa', 'versicolor', 'virginica'), 9, 3)
    >>> remarks
    ['Column “petal_size” becomes 3 features, one for each of its values.']
    """
    from ensemble.datasets.csv_sheet import read_sheet  # here, because uploads are made into the tables of this module
    from ensemble.datasets.csv_table import to_table

    sheet = read_sheet(data_bytes, first_row)
    table, remarks = to_table(sheet, target, features, missing)
    remarks = [*sheet.remarks, *remarks]
    del sheet  # it may hold a hundred megabytes that the split can use
    return split(table, test_size, seed), remarks


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
    n_test = rows_held_back(len(table.x), test_size)
    if not 0 < n_test < len(table.x):
        raise InputError(f"{len(table.x)} rows are too few to split into training and test rows.")
    order = _shuffled(table, seed)
    return _divided(table, order[:-n_test], order[-n_test:])


def rows_held_back(rows: int, test_size: float) -> int:
    """How many of the rows are test rows: the share as it is written, rounded up to whole rows.

    >>> rows_held_back(25, 0.28), int(np.ceil(25 * 0.28))
    (7, 8)
    """
    return ceil(rows * Fraction(str(test_size)))


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
        noun=table.noun,
    )


def _columns(known: Sequence[str], features: Sequence[str]) -> list[int]:
    unknown = [name for name in features if name not in known]
    if unknown or not features:
        raise InputError(f"Name at least one feature, each one of {', '.join(known)}.")
    return [known.index(name) for name in features]


def _kept(rows: _Rows) -> Any:
    return rows if rows.table.x.size > MOST_VALUES_KEPT else rows.scaled()


def _floats(x: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(x, dtype=np.float64)


def _scaled(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows on the scale from low to high; they are changed in place."""
    x -= low
    x /= np.where(high > low, high - low, 1)
    return x.astype(np.float32)


_MEASURED_ABOUT = {
    "wine": (
        "wine",
        "178 wines from three cultivars of one region of Italy, by 13 measurements of a chemical analysis "
        "(Forina and others, UCI, in scikit-learn's copy).",
    ),
    "iris": (
        "flower",
        "150 iris flowers of three species, 50 of each, by 4 measurements: length and width of sepal and petal in cm "
        "(Fisher, 1936, in scikit-learn's copy).",
    ),
    "breast_cancer": (
        "tumour",
        "569 breast tumours, 212 malignant and 357 benign, by 30 measurements of cell nuclei under the microscope "
        "(Wolberg, Street and Mangasarian, Wisconsin, in scikit-learn's copy).",
    ),
    "digits": (
        "digit",
        "1797 handwritten digits as 8 by 8 pixels: 64 features, each from 0 (white) to 16 (black) "
        "(Alpaydin and Kaynak, the test half of UCI's set, in scikit-learn's copy).",
    ),
}
_PLANE_ABOUT = {
    "moons": "two half-moons that reach into each other",
    "circles": "a circle around a smaller one",
    "blobs": "three round clouds that overlap",
    "xor": "four squares of a chessboard, those across the corner of one class",
    "spirals": "two spirals wound into each other",
}


def _scikit_learn(part: str) -> Any:
    """A part of scikit-learn, loaded late: it takes a second that the first page should not wait for."""
    import_module("ensemble.preload")
    return import_module(f"sklearn.{part}")


def _points(name: str, points: int, noise: float) -> Table:
    if not POINTS[0] <= points <= POINTS[1]:
        raise InputError(f"Generated sets have {POINTS[0]} to {POINTS[1]} points, not {points}.")
    if not NOISE[0] <= noise <= NOISE[1]:
        raise InputError(f"The noise has to be from {NOISE[0]:g} to {NOISE[1]:g}, not {noise}.")
    datasets = _scikit_learn("datasets")

    make: dict[str, Any] = {
        "moons": lambda: datasets.make_moons(points, noise=noise, random_state=0),
        "circles": lambda: datasets.make_circles(points, noise=noise / 2, factor=0.45, random_state=0),
        "blobs": lambda: datasets.make_blobs(points, centers=3, cluster_std=8 * noise, random_state=3),
        "xor": lambda: _xor(points, noise / 2),
        "spirals": lambda: _spirals(points, noise / 4),
    }
    x, y = make[name]()
    class_names = tuple(f"Class {k + 1}" for k in range(y.max() + 1))
    about = f"{points} generated points of the plane, 2 features: {_PLANE_ABOUT[name]}, with noise {noise:g}."
    return Table(name, x, y, ("first", "second"), class_names, "point", about)


def _xor(points: int, deviation: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A quarter of the points in each quarter of a square of side 2; opposite quarters are one class."""
    rng, quarter = np.random.default_rng([0, 0]), np.arange(points) % 4
    sides = np.column_stack([quarter // 2, quarter % 2]) * 2 - 1
    x = sides * rng.uniform(0, 1, (points, 2)) + rng.normal(0, deviation, (points, 2))
    return x, quarter // 2 ^ quarter % 2


def _spirals(points: int, deviation: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points in turn on each of two arms that wind 1.5 times around the middle, out to radius 1."""
    rng, arm = np.random.default_rng([0, 0]), np.arange(points) % 2
    radius = np.linspace(0.1, 1, points)
    angle = 2 * np.pi * TURNS * radius + np.pi * arm
    on_the_arm = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return on_the_arm + rng.normal(0, deviation, (points, 2)), arm
