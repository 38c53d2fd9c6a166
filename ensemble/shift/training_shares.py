"""Class shares in training, changed by leaving rows out, repeating or weighting them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.probability.class_weights import balanced_weights
from ensemble.probability.vectors import Floats
from ensemble.shift.priors import shares_of


def seen_shares(config: EnsembleConfig, data: Dataset) -> Floats:
    """Shares of the classes as the loss has seen them: the training rows' own, times the class weights.

    With balanced weights all classes that have a row count alike, as they do where rare classes' rows are repeated.

    Parameters
    ----------
    config : EnsembleConfig
        How the network was trained.
    data : Dataset
        On which rows.

    Returns
    -------
    ndarray of shape (K,)
        They sum to 1.

    References
    ----------
    Elkan, C. (2001). The foundations of cost-sensitive learning.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> wine = load_dataset("wine")
    >>> seen_shares(EnsembleConfig(), wine).round(2), seen_shares(EnsembleConfig(class_weights="balanced"), wine).round(2)
    (array([0.32, 0.38, 0.3 ]), array([0.33, 0.33, 0.33]))
    """
    count = np.bincount(data.y_train, minlength=data.classes)
    weights = balanced_weights(data.y_train, data.classes) if config.class_weights == "balanced" else np.ones(data.classes)
    return shares_of(count * weights, data.classes)


def with_training_shares(data: Dataset, shares: ArrayLike) -> Dataset:
    """As many of the training rows as there can be with the classes in these shares; the test rows stay.

    Parameters
    ----------
    data : Dataset
    shares : array_like of shape (K,)
        Or numbers in proportion to them.

    Returns
    -------
    Dataset
        The first training rows of each class, in their order, at least one of each class that has a share.

    Raises
    ------
    InputError
        If shares are negative or all 0, or a class that has one has no training row.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> np.bincount(with_training_shares(load_dataset("blobs"), [0.7, 0.2, 0.1]).y_train).tolist()
    [81, 23, 12]
    """
    wanted = shares_of(shares, data.classes)
    count = np.bincount(data.y_train, minlength=data.classes)
    there = wanted > 0
    if (count[there] == 0).any():
        raise InputError("A class without a training row cannot be given a share of them. Set its share to 0.")
    most = (count[there] / wanted[there]).min()
    kept = np.where(there, np.maximum(1, np.round(most * wanted)), 0).astype(int)
    rows = np.concatenate([np.flatnonzero(data.y_train == k)[: kept[k]] for k in range(data.classes)])
    return _with_training_rows(data, np.sort(rows))


def oversampled(data: Dataset) -> Dataset:
    """The training rows of the rarer classes repeated in turn, until each class has as many rows as the largest.

    Examples
    --------
    >>> from ensemble import load_dataset
    >>> np.bincount(oversampled(load_dataset("wine")).y_train).tolist()
    [54, 54, 54]
    """
    count = np.bincount(data.y_train, minlength=data.classes)
    of_classes = [np.resize(np.flatnonzero(data.y_train == k), count.max()) for k in np.flatnonzero(count)]
    return _with_training_rows(data, np.concatenate(of_classes))


def rare_shares(classes: int, rarest: float = 0.1) -> Floats:
    """Shares that fall by one factor from class to class, the last being so many times as frequent as the first.

    Examples
    --------
    >>> rare_shares(3).round(2)
    array([0.71, 0.22, 0.07])
    """
    return shares_of(rarest ** np.linspace(0, 1, classes), classes)


def _with_training_rows(data: Dataset, rows: NDArray[np.intp]) -> Dataset:
    return Dataset(**data.__dict__ | {"x_train": data.x_train[rows], "y_train": data.y_train[rows]})
