"""Predictions of an ensemble of two features over the plane, also far from its data."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.disagreement.entropy import entropy_split
from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, linear_pool
from ensemble.runs.run import Run


class PlaneGrid(NamedTuple):
    """A grid of the plane and the predictions at its points.

    Attributes
    ----------
    x, y : ndarray of shape (points,)
        Values of the first and the second feature, in their own units.
    likeliest : ndarray of shape (points, points), int
        The likeliest class; rows follow ``y``.
    confidence : ndarray of shape (points, points)
        Its probability in the linear pool of the members, 0..1.
    disagreement : ndarray of shape (points, points)
        Mutual information of class and member, nats.
    """

    x: Floats
    y: Floats
    likeliest: NDArray[np.int64]
    confidence: Floats
    disagreement: Floats


def plane_grid(run: Run, data: Dataset, beyond: float = 1.0, points: int = 81) -> PlaneGrid:
    """Predict on a grid that reaches beyond the training rows.

    Parameters
    ----------
    run : Run
        Trained on two features.
    data : Dataset
        What it was trained on.
    beyond : float, default 1.0
        How far the grid reaches beyond the training rows on each side, in spans of them.
    points : int, default 81
        Points along each side.

    Returns
    -------
    PlaneGrid

    Raises
    ------
    InputError
        If the run has another number of features.
    """
    if data.features != 2:
        raise InputError(f"A plane needs two features; this run has {data.features}.")
    way = np.linspace(-beyond, 1 + beyond, points)
    grid = np.stack(np.meshgrid(way, way), axis=-1).reshape(-1, 2)
    member_proba = run.member_proba(grid)
    pooled, disagreement = linear_pool(member_proba), entropy_split(member_proba)[2]
    x, y = data.in_units(np.stack([way, way], axis=-1)).T
    shape = (points, points)
    return PlaneGrid(
        x, y, pooled.argmax(axis=-1).reshape(shape), pooled.max(axis=-1).reshape(shape), disagreement.reshape(shape)
    )
