"""Are a network's outputs probability vectors? What can be seen without trusting them: sums, range, and frequencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers
from ensemble.probability.intervals import wilson_intervals

if TYPE_CHECKING:
    import pandas as pd

EDGES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
ROUNDING = 1e-4


class Anatomy(NamedTuple):
    """The outputs of many rows in a few numbers.

    Attributes
    ----------
    lowest, highest : float
        Of all outputs.
    outside : int
        How many outputs are below 0 or above 1, rounding (1e-4) aside.
    smallest_sum, largest_sum : float
        Of the rows.
    off : int
        How many rows have a sum that is not 1, rounding aside.
    """

    lowest: float
    highest: float
    outside: int
    smallest_sum: float
    largest_sum: float
    off: int


def anatomy(outputs: ArrayLike) -> Anatomy:
    """Sum the outputs of many rows up.

    Parameters
    ----------
    outputs : array_like of shape (n, classes)
        Finite numbers, n >= 1.

    Raises
    ------
    InputError
        If they have another shape or are not finite.

    Examples
    --------
    >>> anatomy([[0.5, 0.5], [-0.5, 1.0]])
    Anatomy(lowest=-0.5, highest=1.0, outside=1, smallest_sum=0.5, largest_sum=1.0, off=1)
    """
    values = _outputs(outputs)
    sums = values.sum(axis=1)
    return Anatomy(
        lowest=float(values.min()),
        highest=float(values.max()),
        outside=int(np.sum((values < -ROUNDING) | (values > 1 + ROUNDING))),
        smallest_sum=float(sums.min()),
        largest_sum=float(sums.max()),
        off=int(np.sum(np.abs(sums - 1) > ROUNDING)),
    )


def frequencies(outputs: ArrayLike, y: ArrayLike) -> pd.DataFrame:
    """How often a class was true where its output was about so large, over all classes together.

    Parameters
    ----------
    outputs : array_like of shape (n, classes)
        Finite numbers.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    DataFrame
        One row per bin that holds any output: those below 0, seven bins from 0 to 1, and those above 1. Columns ``output``
        (their mean), ``count``, ``hits``, ``frequency`` = hits / count, and ``low``, ``high``, Wilson's 95 % interval for it,
        which takes outputs as independent although those of one row are not.

    Raises
    ------
    InputError
        If shapes do not fit or an output is not finite.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> frequencies([[0.9, 0.1], [0.1, 0.9]], [0, 0])[["output", "count", "hits"]].values.tolist()
    [[0.1, 2.0, 1.0], [0.9, 2.0, 1.0]]
    """
    import pandas as pd  # here, because the first page should not wait for it

    values = _outputs(outputs)
    truth = class_numbers(y, *values.shape)
    hit = (truth[:, None] == np.arange(values.shape[1])).ravel()
    flat = values.ravel()
    bins = np.clip(np.searchsorted(EDGES, flat, side="right") - 1, 0, len(EDGES) - 2)
    bins = np.where(flat < EDGES[0], -1, np.where(flat > EDGES[-1], len(EDGES) - 1, bins))
    table = pd.DataFrame({"bin": bins, "output": flat, "hit": hit}).groupby("bin")
    summed = table.agg(output=("output", "mean"), count=("hit", "size"), hits=("hit", "sum")).reset_index(drop=True)
    summed["frequency"] = summed["hits"] / summed["count"]
    summed["low"], summed["high"] = wilson_intervals(summed["hits"], summed["count"])
    return summed


def _outputs(outputs: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(outputs, dtype=np.float64)
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise InputError("Outputs have to be finite numbers in rows, one column per class.")
    return values
