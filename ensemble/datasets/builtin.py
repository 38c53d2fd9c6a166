"""Built-in data sets: four that were measured, and five that are generated in the plane."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.splits import split
from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError

MEASURED = ("wine", "iris", "breast_cancer", "digits")
PLANE = ("moons", "circles", "blobs", "xor", "spirals")
BUILT_IN = (*MEASURED, *PLANE)
PLANE_ROWS = 300
PLANE_NOISE = 0.2
POINTS = (60, 2000)
NOISE = (0.0, 1.0)
TURNS = 1.5


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
    datasets = _sklearn_datasets()

    bunch = getattr(datasets, f"load_{name}")()
    class_names = tuple(str(label) for label in bunch.target_names)
    class_names = tuple(f"Cultivar {label[-1]}" for label in class_names) if name == "wine" else class_names
    feature_names = tuple(str(feature) for feature in bunch.feature_names)
    row_name, about = _MEASURED_ABOUT[name]
    return Table(name, bunch.data, bunch.target, feature_names, class_names, row_name, about)


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


def _sklearn_datasets() -> Any:
    """The module ``sklearn.datasets``, imported late: the import takes a second, which would delay the first page."""
    import_module("ensemble.preload")
    return import_module("sklearn.datasets")


def _points(name: str, points: int, noise: float) -> Table:
    if not POINTS[0] <= points <= POINTS[1]:
        raise InputError(f"Generated sets have {POINTS[0]} to {POINTS[1]} points, not {points}.")
    if not NOISE[0] <= noise <= NOISE[1]:
        raise InputError(f"The noise has to be from {NOISE[0]:g} to {NOISE[1]:g}, not {noise}.")
    datasets = _sklearn_datasets()

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
