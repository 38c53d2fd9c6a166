"""Coverage of intervals: the common part of all simulations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NO_LEVEL = float("nan")


class Coverage(NamedTuple):
    """How often an interval held the true value.

    Attributes
    ----------
    interval, where : str
        What it is for, and on which page it is drawn.
    at : str
        The population and the size.
    nominal, covered : float
        Shares, 0..1. ``nominal`` is not a number where the app names no level.
    """

    interval: str
    where: str
    at: str
    nominal: float
    covered: float


def drawn(rng: np.random.Generator, rows: int, n: int, replicates: int) -> np.ndarray:
    """Numbers of rows (replicates, n), drawn with replacement."""
    return rng.integers(rows, size=(replicates, n))


def covered_fraction(low: np.ndarray, true: float | np.ndarray, high: np.ndarray) -> float:
    """How often intervals hold what is true; ends are taken with the rounding of float64."""
    return float(np.mean((low <= true + 1e-9) & (true - 1e-9 <= high)))
