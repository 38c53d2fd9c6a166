"""A toy in which several labels of a row are true at once, and the two heads that a network could have for them.

Photos have an hour of the day and any of three labels. Given the hour the labels are independent, and their probabilities are
known. With a weight for each hour and label, each head's loss has its minimum in closed form: see ``sigmoid_head`` and
``softmax_head``. Logarithms are natural (nats).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats

LABELS = ("people", "beach", "sunset")
HOURS = tuple(range(6, 23))
MIN_PHOTOS = 20

# The logits of the three labels at an hour h, by t = (h - 14) / 4: a column per label, for 1, t and t^2.
_WEIGHTS = np.array([[0.4, 1.2, -1.2], [0.5, 0.3, 3.6], [0.0, -0.8, -1.5]])


def true_marginals() -> Floats:
    """The probability of each label at each hour, of shape (hours, labels), in 0..1; a row need not add up to 1.

    Examples
    --------
    >>> true_marginals()[HOURS.index(18)].round(2)
    array([0.71, 0.67, 0.71])
    """
    t = (np.array(HOURS) - 14) / 4
    return special.expit(np.stack([np.ones_like(t), t, t**2], axis=-1) @ _WEIGHTS)


def draw_labels(photos: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many of so many photos of each hour have each label, of shape (hours, labels).

    Raises
    ------
    InputError
        If there are fewer than ``MIN_PHOTOS`` an hour.
    """
    if photos < MIN_PHOTOS:
        raise InputError(f"Take at least {MIN_PHOTOS} photos of each hour, not {photos}.")
    return rng.binomial(photos, true_marginals())


def sigmoid_head(counts: ArrayLike, photos: int) -> Floats:
    """Outputs of a sigmoid for each label, where the sum of their binary cross-entropies is lowest.

    Parameters
    ----------
    counts : array_like of shape (hours, labels)
        How many of the photos of an hour have each label.
    photos : int
        Photos of each hour.

    Returns
    -------
    ndarray of shape (hours, labels)
        In 0..1: the share of the hour's photos that have the label.

    References
    ----------
    Bishop, C. M. (1995). Neural Networks for Pattern Recognition, section 6.8.

    Examples
    --------
    >>> sigmoid_head([[6, 6, 3]], 10)
    array([[0.6, 0.6, 0.3]])
    """
    return np.asarray(counts, np.float64) / photos


def softmax_head(counts: ArrayLike) -> Floats:
    """Outputs of one softmax over the labels, where ``-sum_k y_k ln p_k`` is lowest; ``y_k`` is 1 for each true label.

    Parameters
    ----------
    counts : array_like of shape (hours, labels)
        How many of the photos of an hour have each label; or the labels' probabilities, for unlimited photos.

    Returns
    -------
    ndarray of shape (hours, labels)
        The label's share of the hour's labels: rows add up to 1; not a number for an hour without labels.

    Examples
    --------
    >>> softmax_head([[6, 6, 3]])
    array([[0.4, 0.4, 0.2]])
    """
    table = np.asarray(counts, np.float64)
    with np.errstate(invalid="ignore"):
        return table / table.sum(axis=-1, keepdims=True)


def distance(marginals: ArrayLike, outputs: ArrayLike) -> float:
    """Mean absolute difference of outputs from the true probabilities of the labels, over all entries, in 0..1.

    Examples
    --------
    >>> distance([[0.5, 0.75]], [[0.5, 0.25]])
    0.25
    """
    return float(np.abs(np.asarray(marginals, np.float64) - np.asarray(outputs, np.float64)).mean())


class Heads(NamedTuple):
    """Photos of each hour and what both heads make of them; all tables are of shape (hours, labels).

    Attributes
    ----------
    counts : ndarray of int
        How many of the photos of an hour have each label.
    truth, sigmoids, softmax : ndarray
        The labels' true probabilities, and the outputs of each head at the minimum of its loss.
    """

    counts: NDArray[np.int64]
    truth: Floats
    sigmoids: Floats
    softmax: Floats


def fitted(photos: int, seed: int) -> Heads:
    """Both heads, fitted to so many photos of each hour that are drawn from this seed.

    Raises
    ------
    InputError
        As ``draw_labels``.
    """
    counts = draw_labels(photos, np.random.default_rng(seed))
    return Heads(counts, true_marginals(), sigmoid_head(counts, photos), softmax_head(counts))
