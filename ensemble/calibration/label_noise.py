"""Label noise: the highest calibrated probability if labels are wrong at random, compared with forecasts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.intervals import wilson_interval
from ensemble.probability.scoring import top_label


class NoisyLabels(NamedTuple):
    """Top probabilities of forecasts of noisy labels.

    Attributes
    ----------
    ceiling : float
        The largest true probability of any class, 0..1.
    mean_top, largest : float
        Mean and largest top probability of the forecasts, 0..1.
    above, rows : int
        How many forecasts exceed the ceiling, and how many there are.
    hits : int
        How often the likeliest class is the given label.
    low, high : float
        95 % interval of the frequency of that (Wilson 1927).
    """

    ceiling: float
    mean_top: float
    largest: float
    above: int
    rows: int
    hits: int
    low: float
    high: float


def noisy_labels(proba: ArrayLike, y: ArrayLike, label_noise: float) -> NoisyLabels:
    """Top probabilities for noisy labels, beside the ceiling of every calibrated forecast that depends on the features only.

    A share ``s`` of all rows has another class than its own, each other one of K being equally likely. A class whose
    probability was ``p`` then has ``(1 - s) p + s (1 - p) / (K - 1)``: at most ``1 - s``, or ``s / (K - 1)`` if that is more.
    Calibrated forecasts, as conditional means, cannot exceed it.

    Parameters
    ----------
    proba : array_like of shape (n, K)
        Probability vectors.
    y : array_like of shape (n,)
        Labels as they were given, noise included.
    label_noise : float
        ``s``, from 0 to 1.

    Raises
    ------
    InputError
        If a row is not a probability vector, there are not two classes, a class is not one of the columns, or ``s`` is out
        of range.

    References
    ----------
    Natarajan, N., Dhillon, I. S., Ravikumar, P. and Tewari, A. (2013). Learning with noisy labels.

    Examples
    --------
    >>> found = noisy_labels([[0.9, 0.1], [0.75, 0.25]], [0, 1], 0.2)
    >>> found.ceiling, found.above, found.hits
    (0.8, 1, 1)
    """
    if not 0 <= label_noise <= 1:
        raise InputError(f"Label noise is a share from 0 to 1, not {label_noise}.")
    tops, right = top_label(proba, y)
    classes = np.shape(proba)[-1]
    if classes < 2:
        raise InputError("Label noise needs two classes.")
    ceiling = max(1 - label_noise, label_noise / (classes - 1))
    hits = int(right.sum())
    low, high = wilson_interval(hits, len(right))
    return NoisyLabels(
        ceiling=ceiling,
        mean_top=float(tops.mean()),
        largest=float(tops.max()),
        above=int((tops > ceiling).sum()),
        rows=len(right),
        hits=hits,
        low=low,
        high=high,
    )
