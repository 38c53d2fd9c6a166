"""The classic example's reported outcome, and what the same configuration gives over many seeds.

The measured figures are printed by ``python -m benchmarks.reproduction``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ensemble.datasets import Dataset
from ensemble.run import Run

REPORTED_TRAIN_LOSS = 1e-5
REPORTED_TEST_LOSS = 1e-3

CONFIDENT = 0.9


class Spread(NamedTuple):
    """5 %, 50 % and 95 % quantiles over seeds."""

    low: float
    median: float
    high: float


SEEDS = 30
MEASURED_TRAIN_LOSS = Spread(5.8e-5, 2.0e-4, 6.5e-4)
MEASURED_TEST_LOSS = Spread(2.5e-4, 3.3e-2, 2.0e-1)


class Outcome(NamedTuple):
    """How a run came out on the test rows.

    Attributes
    ----------
    train_loss, test_loss : float
        Mean negative log-likelihood after the last epoch, nats.
    test_rows, test_hits : int
        Number of test rows, and of those whose likeliest class is the true one.
    test_accuracy_band : tuple of float
        Wilson's 95 % interval for the accuracy, 0..1.
    train_accuracy : float
        0..1.
    mean_confidence : float
        Mean probability of the likeliest class over the test rows, 0..1.
    unsure : int
        Number of test rows whose likeliest class has a probability below 0.9.
    """

    train_loss: float
    test_loss: float
    train_accuracy: float
    test_rows: int
    test_hits: int
    test_accuracy_band: tuple[float, float]
    mean_confidence: float
    unsure: int


def outcome(run: Run, data: Dataset) -> Outcome:
    """Sum a run up.

    Parameters
    ----------
    run : Run
        With at least one epoch.
    data : Dataset
        What it was trained on.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    """
    from scipy.stats import binomtest  # here, because it takes a second that the first page should not wait for

    proba = run.predict_proba(data.x_test)
    confidence = proba.max(axis=1)
    hits = int(np.sum(proba.argmax(axis=1) == data.y_test))
    band = binomtest(hits, len(proba)).proportion_ci(method="wilson")
    train_loss, test_loss, train_accuracy, _ = map(float, run.curves[-1])
    return Outcome(
        train_loss=train_loss,
        test_loss=test_loss,
        train_accuracy=train_accuracy,
        test_rows=len(proba),
        test_hits=hits,
        test_accuracy_band=(float(band.low), float(band.high)),
        mean_confidence=float(confidence.mean()),
        unsure=int(np.sum(confidence < CONFIDENT)),
    )
