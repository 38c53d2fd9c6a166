"""A first look at rows: which two features tell most, and what two directions hold most of the spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets import Table
from ensemble.errors import InputError
from ensemble.probability import Floats


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


def most_telling_pair(table: Table) -> tuple[int, int]:
    """Numbers of the two features that share most information with the class, each by itself.

    Parameters
    ----------
    table : Table
        Of at least two features.

    Returns
    -------
    first, second : int
        By mutual information with the class, estimated from nearest neighbours, the larger first.

    Raises
    ------
    InputError
        If there is one feature only.

    References
    ----------
    Kraskov, A., Stoegbauer, H. and Grassberger, P. (2004). Estimating mutual information.
    """
    from sklearn.feature_selection import mutual_info_classif  # here, because it takes a second

    if len(table.feature_names) < 2:
        raise InputError("A pair needs two features; this table has one.")
    first, second = np.argsort(-mutual_info_classif(table.x, table.y, random_state=0), kind="stable")[:2]
    return int(first), int(second)


def pair_to_draw(table: Table) -> tuple[int, int]:
    """Numbers of two features that make a scatter: the most telling ones of those with many values.

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
        first, second = most_telling_pair(table.only([table.feature_names[place] for place in several]))
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
    fitted = PCA(2, svd_solver="full")
    points = fitted.fit_transform(StandardScaler().fit_transform(table.x))
    return Plane(points, fitted.explained_variance_ratio_)


def marked(rows: int, numbers: ArrayLike) -> NDArray[np.bool_]:
    """Which of so many rows have one of these numbers: shape (rows,).

    >>> marked(4, [2, 0])
    array([ True, False,  True, False])
    """
    mask = np.zeros(rows, bool)
    mask[np.asarray(numbers, int)] = True
    return mask


def class_counts(table: Table) -> NDArray[np.int64]:
    """Number of rows of each class, in the order of the classes."""
    return np.bincount(table.y, minlength=len(table.class_names))


def images(table: Table, each: int = 6) -> NDArray[np.float64] | None:
    """The first rows of each class as square pictures, if that is what rows are.

    Returns
    -------
    ndarray of shape (classes, each, side, side) or None
        Brightness, 0..1. None if features are not the pixels of a square, named ``pixel_row_column``.
    """
    side = int(len(table.feature_names) ** 0.5)
    if tuple(f"pixel_{row}_{column}" for row in range(side) for column in range(side)) != table.feature_names:
        return None
    shown = np.zeros((len(table.class_names), each, side, side))
    for k in range(len(shown)):
        own = table.x[table.y == k][:each]
        shown[k, : len(own)] = own.reshape(-1, side, side) / table.x.max()
    return shown
