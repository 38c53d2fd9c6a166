"""Values of several runs: validation, spread and correlation."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.checks import numbers
from ensemble.probability.vectors import Floats


def of_one_length(*values: ArrayLike) -> tuple[ArrayLike, ...]:
    if len({np.shape(one) for one in values}) > 1:
        raise InputError("Runs that belong together have to be as many of each kind.")
    return values


def standard_deviation(values: Floats) -> float:
    """Standard deviation; 0 where values differ by rounding alone."""
    sd = float(values.std(ddof=1))
    return 0.0 if sd <= 1e-12 * float(np.abs(values).max()) else sd


def finite_runs(*values: ArrayLike) -> Floats:
    rows = np.stack([numbers(one, "Values", "runs") for one in values])
    if rows.shape[1] < 2 or not np.isfinite(rows).all():
        raise InputError("A spread needs at least two runs, and finite numbers.")
    return rows


def correlation(first: Floats, second: Floats) -> float:
    """Pearson's correlation; 0 where one does not vary."""
    one, other = first - first.mean(), second - second.mean()
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size > 0 else 0.0
