"""A first look at rows: the two most informative features, and the two principal components."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

MAX_ROWS_JUDGED = 2000
MAX_FEATURES_JUDGED = 64
LARGE = 1_000_000


class Plane(NamedTuple):
    """Rows in the plane of their two largest principal components.

    Attributes
    ----------
    points : ndarray of shape (n, 2)
        Coordinates, in standard deviations of the features.
    explained : ndarray of shape (2,)
        Share of the features' variance that each axis holds, 0..1.
    """

    points: Floats
    explained: Floats


def varying_features(data: Dataset) -> list[str]:
    """Names of the features that are not the same in all training rows, in the order of the columns."""
    return [name for name, low, high in zip(data.feature_names, data.low, data.high, strict=True) if low < high]


def first_varying_pair(data: Dataset) -> tuple[str, str]:
    """Names of the first two features that differ among the training rows; simply the first two if fewer than two do.

    Parameters
    ----------
    data : Dataset
        Of at least two features.
    """
    varying = varying_features(data)
    first, second = varying[:2] if len(varying) > 1 else data.feature_names[:2]
    return first, second


def most_telling_pair(table: Table) -> tuple[int, int]:
    """Numbers of the two features with the largest mutual information with the class, each alone.

    Of a large table 2,000 rows are looked at, each class with its share of them, and the 64 features with the largest F
    statistic, so that the work has a bound. A feature of zeros and ones is taken for a category.

    Parameters
    ----------
    table : Table
        Of at least two features.

    Returns
    -------
    first, second : int
        By mutual information with the class, the larger first: counted for categories, estimated from nearest neighbours for
        numbers.

    Raises
    ------
    InputError
        If there is one feature only.

    References
    ----------
    Kraskov, A., Stoegbauer, H. and Grassberger, P. (2004). Estimating mutual information.
    Ross, B. C. (2014). Mutual information between discrete and continuous data sets.
    """
    from sklearn.feature_selection import mutual_info_classif  # here, because it takes a second

    if len(table.feature_names) < 2:
        raise InputError("A pair needs two features; this table has one.")
    rows = some_of_each_class(table.y, MAX_ROWS_JUDGED)
    x, y = np.asarray(table.x[rows], np.float64), table.y[rows]
    indices = _varying_most_between_classes(x, y, MAX_FEATURES_JUDGED)
    x = x[:, indices]
    binary = ((x == 0) | (x == 1)).all(axis=0)
    shared = mutual_info_classif(x, y, discrete_features=binary, random_state=0)
    first, second = indices[np.argsort(-shared, kind="stable")[:2]]
    return int(first), int(second)


def some_of_each_class(y: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many row numbers, ascending, in the classes' proportions, with at least one row of each class.

    Examples
    --------
    >>> some_of_each_class(np.array([0] * 98 + [1] * 2), 50).shape
    (50,)
    >>> some_of_each_class(np.array([0, 1, 1]), 50)
    array([0, 1, 2])
    """
    if len(y) <= most:
        return np.arange(len(y))
    order = np.random.default_rng([0, 3]).permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    counts = np.bincount(y)
    # Of the rows sorted by class every n-th one, where n is the number of rows for each that is wanted; then one of each class.
    chosen = np.linspace(0, len(y) - 1, most).round().astype(int)
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    missing = firsts[~np.isin(y[order[firsts]], y[order[chosen]])]
    return np.sort(order[np.concatenate([chosen, missing])])[: len(y)]


def _varying_most_between_classes(x: Floats, y: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Indices of so many features, ascending: those with the largest F statistic of a one-way analysis of variance."""
    from sklearn.feature_selection import f_classif  # here, because it takes a second

    if x.shape[1] <= most:
        return np.arange(x.shape[1])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # constant features have no F
        f = f_classif(x, y)[0]
    f = np.where(np.ptp(x, axis=0) > 0, np.nan_to_num(f, posinf=np.inf), -1)
    return np.sort(np.argsort(-f, kind="stable")[:most])


def pair_to_draw(table: Table) -> tuple[int, int]:
    """Numbers of two features for a scatter plot: the most informative ones among those with many values.

    A plane of two encoded categories is a few stripes, however much they tell about the class. So features of at least 10
    values come first, then those of at least 3; a single one of them stands beside the most telling other feature.

    Parameters
    ----------
    table : Table
        Of at least two features; ``InputError`` if it has one.

    Returns
    -------
    first, second : int
    """
    values = np.array([len(np.unique(column)) for column in np.asarray(table.x[:2000]).T])
    several = np.flatnonzero(values >= 10)
    if len(several) < 2:
        several = np.flatnonzero(values > 2)
    if len(several) > 1:
        first, second = most_telling_pair(table.only([table.feature_names[index] for index in several]))
        return int(several[first]), int(several[second])
    pair = most_telling_pair(table)
    if len(several) == 1 and several[0] not in pair:
        return int(several[0]), pair[0]
    return pair


def principal_plane(table: Table) -> Plane:
    """Rows seen along the two directions in which their standardised features vary most (Pearson 1901).

    Parameters
    ----------
    table : Table
        Of at least two features and three rows.

    Returns
    -------
    Plane

    Raises
    ------
    InputError
        If there are fewer.
    """
    from sklearn.decomposition import PCA  # here, because it takes a second
    from sklearn.preprocessing import StandardScaler

    if len(table.feature_names) < 2 or len(table.x) < 3:
        raise InputError("A plane needs two features and three rows.")
    # Of a large table the eigenvectors of the covariances: a tenth of the time of a singular value decomposition.
    fitted = PCA(2, svd_solver="covariance_eigh" if table.x.size > LARGE else "full")
    points = fitted.fit_transform(StandardScaler().fit_transform(np.asarray(table.x, np.float64)))
    return Plane(points, fitted.explained_variance_ratio_)


def marked(rows: int, numbers: ArrayLike) -> NDArray[np.bool_]:
    """A mask of shape (rows,), True for these row numbers.

    >>> marked(4, [2, 0])
    array([ True, False,  True, False])
    """
    mask = np.zeros(rows, bool)
    mask[np.asarray(numbers, int)] = True
    return mask


def class_counts(table: Table) -> NDArray[np.int64]:
    """Number of rows of each class, in the order of the classes."""
    return np.bincount(table.y, minlength=len(table.class_names))


def picture_side(feature_names: Sequence[str]) -> int | None:
    """The width in pixels of rows that are square pictures: their features are ``pixel_row_column``, row by row; else None.

    >>> picture_side(("pixel_0_0", "pixel_0_1", "pixel_1_0", "pixel_1_1")), picture_side(("ash", "hue"))
    (2, None)
    """
    side = int(len(feature_names) ** 0.5)
    pixels = tuple(f"pixel_{row}_{column}" for row in range(side) for column in range(side))
    return side if side and tuple(feature_names) == pixels else None


def pictures(data: Dataset, rows: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """These test rows as pictures of shape (rows, side, side), 0 to 255 (the largest training value); None if rows are none."""
    side = picture_side(data.feature_names)
    if side is None:
        return None
    brightness = data.in_units(data.x_test[rows]) / max(float(data.high.max()), 1e-12)
    return (255 * brightness.clip(0, 1)).round().astype(np.uint8).reshape(-1, side, side)


def pictures_of_class(table: Table, k: int, most: int) -> NDArray[np.uint8] | None:
    """The first rows of a class, at most so many, as ``pictures``, with the largest value of the table as 255."""
    side = picture_side(table.feature_names)
    if side is None:
        return None
    brightness = table.x[table.y == k][:most] / max(float(table.x.max()), 1e-12)
    return (255 * brightness.clip(0, 1)).round().astype(np.uint8).reshape(-1, side, side)


def images(table: Table, each: int = 6) -> NDArray[np.float64] | None:
    """The first rows of each class as square pictures, if that is what rows are.

    Returns
    -------
    ndarray of shape (classes, each, side, side) or None
        Brightness, 0..1. None if features are not the pixels of a square, named ``pixel_row_column``.
    """
    side = picture_side(table.feature_names)
    if side is None:
        return None
    shown = np.zeros((len(table.class_names), each, side, side))
    for k in range(len(shown)):
        own = table.x[table.y == k][:each]
        shown[k, : len(own)] = own.reshape(-1, side, side) / table.x.max()
    return shown
