"""Class weights: factors of the loss by class, and their effect on forecasts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, probability_rows
from ensemble.probability.vectors import Floats


def balanced_weights(y: ArrayLike, classes: int) -> Floats:
    """The weight of each class that lets all classes count alike: ``n / (K n_k)``, as scikit-learn's "balanced".

    Parameters
    ----------
    y : array_like of shape (n,)
        True classes of the training rows.
    classes : int
        How many classes there are. Those that no row has are left out of K; their weight is 1 and counts for nothing.

    Returns
    -------
    ndarray of shape (classes,)
        Positive; their mean over the rows is 1.

    Raises
    ------
    InputError
        If a class is not one of them.

    References
    ----------
    King, G. and Zeng, L. (2001). Logistic regression in rare events data.

    Examples
    --------
    >>> balanced_weights([0, 0, 0, 1], 2)
    array([0.66666667, 2.        ])
    """
    count = np.bincount(class_numbers(y, len(np.asarray(y)), classes), minlength=classes)
    there = count > 0
    return np.where(there, count.sum() / (there.sum() * np.maximum(count, 1)), 1.0)


def without_weights(proba: ArrayLike, weights: ArrayLike) -> Floats:
    """Forecasts of a network that was trained with class weights, as they would be without: ``q_k / w_k``, normalised.

    A weighted proper loss is smallest where ``q_k`` is proportional to ``w_k`` times the true probability. So this undoes what
    the weights have asked for, as far as the network has learned it.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors.
    weights : array_like of shape (classes,)
        Positive.

    Returns
    -------
    ndarray of shape (n, classes)
        Probability vectors.

    Raises
    ------
    InputError
        If a row is not a probability vector, or there is not one positive weight for each class.

    References
    ----------
    Elkan, C. (2001). The foundations of cost-sensitive learning.

    Examples
    --------
    >>> without_weights([[0.5, 0.5]], [0.5, 1.5])
    array([[0.75, 0.25]])
    """
    rows, divisors = probability_rows(proba), np.asarray(weights, dtype=np.float64)
    if divisors.shape != rows.shape[1:] or not (divisors > 0).all():
        raise InputError(f"Give one positive weight for each of the {rows.shape[1]} classes.")
    parts = rows / divisors
    return parts / parts.sum(axis=1, keepdims=True)


class ClassBalance(NamedTuple):
    """Forecasts of a network that was trained with balanced weights, class by class; arrays of shape (classes,).

    Attributes
    ----------
    weight : ndarray
        Of each class in the loss.
    frequency : ndarray
        Share of the rows that have the class, 0..1.
    mean_forecast : ndarray
        Mean probability of the class over the rows, 0..1.
    without_weights : ndarray
        The same of the forecasts that ``without_weights`` gives.
    """

    weight: Floats
    frequency: Floats
    mean_forecast: Floats
    without_weights: Floats

    def largest_gap(self, forecast: Floats) -> float:
        """The largest difference between mean forecast and frequency over the classes, 0..1."""
        return float(np.abs(forecast - self.frequency).max())


def class_balance(proba: ArrayLike, y: ArrayLike, y_train: ArrayLike) -> ClassBalance:
    """Mean forecasts beside frequencies, as the forecasts are and with the weights undone.

    Parameters
    ----------
    proba : array_like of shape (n, classes)
        Probability vectors, of a network that was trained with balanced weights.
    y : array_like of shape (n,)
        True classes of the same rows.
    y_train : array_like of shape (m,)
        True classes of the rows that it was trained on.

    Returns
    -------
    ClassBalance
        Arrays of shape (classes,).

    Raises
    ------
    InputError
        As ``without_weights``, or if a class is not one of the columns.

    Examples
    --------
    >>> balance = class_balance([[0.5, 0.5], [0.5, 0.5]], [0, 0], [0, 0, 0, 1])
    >>> balance.without_weights, balance.largest_gap(balance.mean_forecast)
    (array([0.75, 0.25]), 0.5)
    """
    rows = probability_rows(proba)
    classes = rows.shape[1]
    weight = balanced_weights(y_train, classes)
    frequency = np.bincount(class_numbers(y, *rows.shape), minlength=classes) / len(rows)
    return ClassBalance(weight, frequency, rows.mean(axis=0), without_weights(rows, weight).mean(axis=0))
