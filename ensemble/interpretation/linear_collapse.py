"""Why members without an activation collapse: an affine map of an affine map is an affine map."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, softmax
from ensemble.runs.run import Run


class LinearMap(NamedTuple):
    """One layer of scores, ``z = x @ matrix + bias``; ``matrix`` (features, classes), ``bias`` (classes,)."""

    matrix: Floats
    bias: Floats

    def predict_proba(self, x: ArrayLike) -> Floats:
        """Probabilities (n, classes) of rows (n, features)."""
        return softmax(np.asarray(x, dtype=np.float64) @ self.matrix + self.bias)


def multiplied_out(run: Run) -> LinearMap:
    """The one layer that does the same as a whole ensemble of linear members under one softmax.

    Parameters
    ----------
    run : Run
        With the linear activation and softmax outputs, trained "joint" or "bootstrap".

    Returns
    -------
    LinearMap
        In float64; its probabilities are the run's, to float32 rounding.

    Raises
    ------
    InputError
        If the run has another activation, or averages the probabilities of several softmaxes ("independent"), or no softmax.
    """
    if run.config.activation != "linear":
        raise InputError(f"With the activation {run.config.activation} no single matrix does what the network does.")
    if run.config.training == "independent" or run.config.output_activation != "softmax":
        raise InputError("Only scores under one softmax multiply out; choose joint or bootstrap training with softmax outputs.")
    weights = [weight.astype(np.float64) for weight in run.weights]
    matrix, bias = np.eye(len(run.feature_names))[None], np.zeros((1, 1, len(run.feature_names)))
    for kernel, own_bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        matrix, bias = matrix @ kernel, bias @ kernel + own_bias
    combiner, combiner_bias = weights[-2:]
    return LinearMap((matrix @ combiner).sum(axis=0), (bias @ combiner).sum(axis=(0, 1)) + combiner_bias)


def centred(matrix: ArrayLike) -> Floats:
    """Coefficients (features, classes) with their mean over classes taken away: it cancels in the softmax."""
    values = np.asarray(matrix, dtype=np.float64)
    return values - values.mean(axis=1, keepdims=True)


def largest_difference(p: ArrayLike, q: ArrayLike) -> float:
    """The largest difference between two tables of probabilities, 0..1."""
    return float(np.abs(np.asarray(p) - np.asarray(q)).max())


def scores_between(run: Run, start: ArrayLike, end: ArrayLike, steps: int = 101) -> Floats:
    """Scores on the straight way from one row to another.

    Parameters
    ----------
    run : Run
        Any run.
    start, end : array_like of shape (features,)
        Scaled as the training rows.
    steps : int, default 101
        Number of points, both ends included.

    Returns
    -------
    ndarray of shape (steps, classes)
        Straight lines, to rounding, for a network that multiplies out.
    """
    way = np.linspace(0, 1, steps)[:, None]
    return run.logits((1 - way) * np.asarray(start) + way * np.asarray(end)).astype(np.float64)


def bend(scores: ArrayLike) -> float:
    """How far curves (steps, classes) stray from the straight lines between their ends, in units of the scores."""
    curves = np.asarray(scores, dtype=np.float64)
    way = np.linspace(0, 1, len(curves))[:, None]
    return float(np.abs(curves - ((1 - way) * curves[0] + way * curves[-1])).max())
