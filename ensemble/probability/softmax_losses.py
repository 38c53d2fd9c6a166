"""Losses on top of a softmax: cross-entropy, squared error, and cross-entropy of a softmax that is applied twice.

The last is what ``from_logits=True`` computes of probabilities: the loss takes them for scores and applies a second softmax.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.checks import class_numbers, log_probability_rows
from ensemble.probability.scoring import row_nll
from ensemble.probability.vectors import Floats, log_softmax, softmax

SoftmaxLoss = Literal["softmax", "softmax_squared", "softmax_twice"]
"""As ``EnsembleConfig.outputs`` names them."""

MARGINS = np.linspace(-8, 8, 161)
"""Margins at which gradients are shown: the true class's score less each other, from sure and wrong to sure and right."""


def softmax_twice_bound(classes: int) -> float:
    """The largest probability that a second softmax can give: ``e / (e + K - 1)``, where the first gives 1.

    Parameters
    ----------
    classes : int
        K, at least 2.

    Returns
    -------
    float
        Between 1 / K and 0.732.

    Raises
    ------
    InputError
        If there are fewer than two classes.

    Examples
    --------
    >>> round(softmax_twice_bound(3), 3)
    0.576
    """
    if classes < 2:
        raise InputError(f"A softmax needs at least two classes, not {classes}.")
    return math.e / (math.e + classes - 1)


def softmax_twice_floor(classes: int) -> float:
    """The smallest cross-entropy that a softmax applied twice can reach: ``ln(1 + (K - 1) / e)``.

    Parameters
    ----------
    classes : int
        K, at least 2.

    Returns
    -------
    float
        In nats: ``-ln`` of ``softmax_twice_bound``, what a forecast costs that is certain and right.

    Raises
    ------
    InputError
        As ``softmax_twice_bound``.

    Examples
    --------
    >>> round(softmax_twice_floor(3), 3), round(softmax_twice_floor(10), 3)
    (0.551, 1.461)
    """
    return -math.log(softmax_twice_bound(classes))


def softmax_twice_lead(classes: int) -> float:
    """The lead from which the best forecast under a softmax applied twice is certain of the likeliest class.

    The loss is convex in the forecast. A forecast that is certain of class k is its minimum once the true probability of k is
    above that of every other class by ``(e - 1) / (e + K - 1)``.

    Parameters
    ----------
    classes : int
        K, at least 2.

    Returns
    -------
    float
        A difference of probabilities, at most 0.463.

    Raises
    ------
    InputError
        As ``softmax_twice_bound``.

    Examples
    --------
    >>> round(softmax_twice_lead(2), 3), round(softmax_twice_lead(3), 3)
    (0.462, 0.364)
    """
    return softmax_twice_bound(classes) * (1 - math.exp(-1))


def softmax_twice_loss(log_proba: ArrayLike, y: ArrayLike) -> Floats:
    """Cross-entropy of ``softmax(p)`` for each row, where p is a forecast: what the loss sees if it takes p for scores.

    Parameters
    ----------
    log_proba : array_like of shape (n, classes)
        Logarithms of probabilities (nats), as ``log_softmax`` gives them.
    y : array_like of shape (n,)
        True classes.

    Returns
    -------
    ndarray of shape (n,)
        In nats, from ``softmax_twice_floor(classes)`` to that plus 1.

    Raises
    ------
    InputError
        If a row does not hold log-probabilities or a class is not one of the columns.

    Examples
    --------
    >>> softmax_twice_loss(np.log([[0.5, 0.5]]), [0]).round(4)
    array([0.6931])
    """
    logs = log_probability_rows(log_proba, "rows", "classes")
    return row_nll(log_softmax(np.exp(logs)), class_numbers(y, *logs.shape))


def score_gradient(z: ArrayLike, target: ArrayLike, loss: SoftmaxLoss) -> Floats:
    """Derivatives of a loss with respect to the scores under its softmax.

    With ``q = softmax(z)``, target p and K classes: the cross-entropy has ``q - p``. The squared error, averaged over classes,
    has ``2/K * q_k * (d_k - sum_j q_j d_j)`` with ``d = q - p``. The softmax applied twice has ``q_k * (d_k - sum_j q_j d_j)``
    with ``d = softmax(q) - p``. The factor q makes both vanish where a class gets no probability, be it the true one.

    Parameters
    ----------
    z : array_like of shape (..., classes)
        Finite scores.
    target : array_like of shape (..., classes)
        Probability vectors.
    loss : {"softmax", "softmax_squared", "softmax_twice"}
        Cross-entropy; squared error; cross-entropy of a softmax applied twice.

    Returns
    -------
    ndarray of shape (..., classes)
        Each row sums to 0.

    Raises
    ------
    InputError
        As ``softmax``.

    References
    ----------
    Bridle, J. S. (1990). Probabilistic interpretation of feedforward classification network outputs.

    Examples
    --------
    >>> score_gradient([0.0, 0.0], [1, 0], "softmax"), score_gradient([0.0, 0.0], [1, 0], "softmax_squared")
    (array([-0.5,  0.5]), array([-0.25,  0.25]))
    """
    q, p = softmax(z), np.asarray(target, dtype=np.float64)
    if loss == "softmax":
        return q - p
    d = (q if loss == "softmax_squared" else softmax(q)) - p
    gradient = q * (d - (q * d).sum(axis=-1, keepdims=True))
    return gradient * (2 / q.shape[-1] if loss == "softmax_squared" else 1)


def pull_on_true_score(margin: ArrayLike, classes: int, loss: SoftmaxLoss) -> Floats:
    """The pull of a loss on the score of the true class (its negative derivative), where all other scores are equal.

    Parameters
    ----------
    margin : array_like of shape (n,)
        The score of the true class less that of each other class: below 0 the forecast is wrong, far below sure and wrong.
    classes : int
        K, at least 2.
    loss : {"softmax", "softmax_squared", "softmax_twice"}
        As for ``score_gradient``.

    Returns
    -------
    ndarray of shape (n,)
        The derivative with its sign changed, at least 0. With cross-entropy ``1 - q``, which tends to 1 where the forecast is
        sure and wrong; with both others it tends to 0 there.

    Raises
    ------
    InputError
        As ``softmax``.

    Examples
    --------
    >>> [float(pull_on_true_score([-8.0], 3, loss)[0].round(4)) for loss in ("softmax", "softmax_squared")]
    [0.9998, 0.0002]
    """
    margins = np.asarray(margin, dtype=np.float64)
    scores = np.zeros((*margins.shape, classes))
    scores[..., 0] = margins
    return -score_gradient(scores, np.eye(classes)[0], loss)[..., 0]
