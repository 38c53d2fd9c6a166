"""Validation of arrays, shared by several modules; ``InputError`` says what to give instead."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ensemble.errors import InputError
from ensemble.probability.vectors import Floats, check_scores


def numbers(values: ArrayLike, name: str, *axes: str) -> Floats:
    """Numbers in an array with these axes that is not empty."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError):
        array = np.empty(0)
    if array.ndim != len(axes) or not array.size:
        raise InputError(f"{name} have to be numbers in an array of shape ({', '.join(axes)}) that is not empty.")
    return array


def score_rows(logits: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Scores (n, classes), -inf where a class is ruled out, and their true classes."""
    scores = numbers(logits, "Scores", "rows", "classes")
    check_scores(scores)
    return scores, class_numbers(y, *scores.shape)


def log_probability_rows(log_proba: ArrayLike, *axes: str) -> Floats:
    """Logarithms of probability vectors, classes on the last axis."""
    logs = numbers(log_proba, "Log-probabilities", *axes)
    if not np.allclose(special.logsumexp(logs, axis=-1), 0, atol=1e-5):
        raise InputError("Each row has to hold the logarithms of probabilities that sum to 1; log_softmax gives them.")
    return logs


def probability_rows(proba: ArrayLike) -> Floats:
    """The probabilities as float64 of shape (n, classes), or an InputError if a row is not a probability vector."""
    rows = numbers(proba, "Probabilities", "rows", "classes")
    # 1e-5 admits float32 softmax outputs, which can exceed 1 by a little.
    if not ((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1, rtol=0, atol=1e-5)):
        raise InputError("Each row of probabilities has to have no negative entry and a sum of 1.")
    return np.minimum(rows, 1)


def class_numbers(y: ArrayLike, rows: int, classes: int) -> NDArray[np.intp]:
    """The true classes as integers, or an InputError if there is not one of the classes for each of the rows."""
    truth = numbers(y, "True classes", "rows")
    if truth.shape != (rows,) or not np.isin(truth, np.arange(classes)).all():
        raise InputError(f"Give one class number from 0 to {classes - 1} for each of the {rows} rows.")
    return truth.astype(np.intp)


def checked_level(level: float) -> float:
    """A level between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(f"The level of a band has to be between 0 and 1, not {level}.")
    return level
