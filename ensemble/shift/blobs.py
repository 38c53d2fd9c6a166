"""The generated set "blobs", of which the truth is known: fresh points in any shares, and the best forecast of each."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.datasets.builtin import PLANE_NOISE, POINTS, load_table
from ensemble.datasets.config import DataConfig
from ensemble.datasets.table import Table
from ensemble.errors import InputError
from ensemble.probability.checks import numbers
from ensemble.probability.vectors import Floats, log_softmax
from ensemble.shift.priors import shares_of

NAME = "blobs"
OVERLAPPING = DataConfig(data="blobs", points=600, noise=0.4)
"""The best forecast mistakes a sixth of these: blobs of the usual noise hardly touch."""
CLASSES = 3
MAX_TEST_ROWS = 4
"""So many of a split are kept where fresh points are the test rows: a run remembers its forecasts of all, epoch by epoch."""


class Points(NamedTuple):
    """Points ``x`` (n, 2) in the features' own units, and their classes ``y`` (n,)."""

    x: Floats
    y: NDArray[np.int64]


def draw_points(shares: ArrayLike, n: int, rng: np.random.Generator, noise: float = PLANE_NOISE) -> Points:
    """Fresh points of the clouds that ``load_table("blobs", noise=noise)`` comes from.

    Parameters
    ----------
    shares : array_like of shape (3,)
        Of the classes, or numbers in proportion to them.
    n : int
        Each point's class is drawn by itself.
    rng : Generator
    noise : float, default 0.2
        As ``load_table``: a cloud's standard deviation is eight times it.

    Returns
    -------
    Points

    Raises
    ------
    InputError
        If shares are negative or all 0, or fewer than one point is asked for.

    Examples
    --------
    >>> draw_points([1, 0, 0], 4, np.random.default_rng(0)).y.tolist()
    [0, 0, 0, 0]
    """
    if n < 1:
        raise InputError(f"Draw at least one point, not {n}.")
    y = rng.choice(CLASSES, n, p=shares_of(shares, CLASSES))
    return Points(_centers()[y] + 8 * noise * rng.normal(size=(n, 2)), y)


def true_log_proba(x: ArrayLike, shares: ArrayLike, noise: float = PLANE_NOISE) -> Floats:
    """The true log-probabilities of the classes of points, where they come in these shares: no forecast has a lower loss.

    Parameters
    ----------
    x : array_like of shape (n, 2)
        In the features' own units.
    shares : array_like of shape (3,)
        As ``draw_points``.
    noise : float, default 0.2
        Above 0.

    Returns
    -------
    ndarray of shape (n, 3)
        In nats.

    Raises
    ------
    InputError
        If shares are negative or all 0, points have not two features, or the noise is not above 0.

    Examples
    --------
    >>> np.exp(true_log_proba([[0.0, 1.0]], [1, 1, 2])).round(2)
    array([[0.8, 0.2, 0. ]])
    """
    points = numbers(x, "Points", "rows", "features")
    if points.shape[1] != 2 or noise <= 0:
        raise InputError("Give points with two features, and a noise above 0: without noise nothing is uncertain.")
    with np.errstate(divide="ignore"):
        log_shares = np.log(shares_of(shares, CLASSES))
    squared = ((points[:, None] - _centers()) ** 2).sum(axis=2)
    return log_softmax(log_shares - squared / (2 * (8 * noise) ** 2))


def noise_of(table: Table) -> float | None:
    """The noise of the set "blobs" with all its points as they were generated; None for all other rows.

    Of points that were left out or have a wrong class, the truth is another.

    Examples
    --------
    >>> noise_of(load_table("blobs", 100, 0.5)), noise_of(load_table("moons"))
    (0.5, None)
    """
    if table.name != NAME or table.label_noise or not POINTS[0] <= len(table.x) <= POINTS[1]:
        return None
    usual = load_table(NAME, len(table.x))
    if not np.array_equal(usual.y, table.y):
        return None
    away = np.abs(table.x - _centers()[table.y]).sum() / np.abs(usual.x - _centers()[usual.y]).sum()
    noise = round(float(away * PLANE_NOISE), 6)
    return noise if noise > 0 and np.allclose(load_table(NAME, len(table.x), noise).x, table.x) else None


@cache
def _centers() -> Floats:
    """Where the clouds lie, (3, 2): without noise all points lie there."""
    table = load_table(NAME, 60, 0.0)
    return np.array([table.x[table.y == k][0] for k in range(CLASSES)])
