"""The outcome reported for the classic example, and the outcomes of the same configuration over many seeds.

The text used Keras 2, whose RMSprop has another update rule, and Keras prints its training loss with dropout on.
``python -m benchmarks.reproduction`` prints the measured figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ensemble.config import Optimizer
from ensemble.datasets.table import Dataset
from ensemble.once import once
from ensemble.probability.intervals import wilson_interval
from ensemble.probability.scoring import top_label
from ensemble.runs.run import Run

REPORTED_TRAIN_LOSS = 1e-5
REPORTED_TEST_LOSS = 1e-3

CONFIDENT = 0.9


class Spread(NamedTuple):
    """5 %, 50 % and 95 % quantiles over seeds."""

    low: float
    median: float
    high: float


class Measured(NamedTuple):
    """Losses of the classic run over seeds of split and initialisation, with one update rule.

    Attributes
    ----------
    train_loss, test_loss : Spread
        After the last epoch, dropout off, nats.
    printed_loss : Spread
        The training loss of the last epoch as Keras' ``fit`` prints it: the mean over its batches, dropout on, nats.
    small : int
        How many seeds end with a training loss of at most ``SMALL_TRAIN_LOSS``.
    as_low_in_training, as_low_as_printed, as_low_in_test : int
        How many seeds have at most the reported loss.
    """

    train_loss: Spread
    printed_loss: Spread
    test_loss: Spread
    small: int
    as_low_in_training: int
    as_low_as_printed: int
    as_low_in_test: int


TRAIN_ROWS, TEST_ROWS, FEATURES = 142, 36, 13
SEEDS = 30
SMALL_TRAIN_LOSS = 1e-4
OLD_RULE: Optimizer = "rmsprop_keras2"
MEASURED: dict[Optimizer, Measured] = {
    "rmsprop": Measured(
        train_loss=Spread(5.8e-5, 2.0e-4, 6.5e-4),
        printed_loss=Spread(1.3e-4, 3.6e-4, 1.5e-3),
        test_loss=Spread(2.5e-4, 3.3e-2, 2.0e-1),
        small=4,
        as_low_in_training=0,
        as_low_as_printed=0,
        as_low_in_test=6,
    ),
    OLD_RULE: Measured(
        train_loss=Spread(5.4e-6, 9.0e-5, 5.0e-4),
        printed_loss=Spread(2.6e-5, 1.9e-4, 1.2e-3),
        test_loss=Spread(1.4e-4, 3.5e-2, 2.8e-1),
        small=16,
        as_low_in_training=3,
        as_low_as_printed=1,
        as_low_in_test=9,
    ),
}
"""By update rule: the RMSprop of Keras 3, and that of Keras 2, which the classic text used."""


def of_ten_runs_above_the_reported_test_loss() -> tuple[int, int]:
    """How many of ten measured runs have a larger test loss than the reported one: the smaller and the larger by update rule.

    >>> of_ten_runs_above_the_reported_test_loss()
    (7, 8)
    """
    least, most = sorted(round(10 * (1 - rule.as_low_in_test / SEEDS)) for rule in MEASURED.values())
    return least, most


def is_like_the_measured(run: Run, data: Dataset) -> bool:
    """Whether a run on wines is like those of ``MEASURED``: the classic settings and rows, either rule, any seed."""
    rule = run.config.optimizer
    is_classic = set(run.config.to_query()) <= {"seed", "optimizer"} and rule in MEASURED
    rows = len(data.y_train), len(data.y_test), data.features
    return is_classic and rows == (TRAIN_ROWS, TEST_ROWS, FEATURES) and not data.label_noise


class Outcome(NamedTuple):
    """A run's results on the training and test rows.

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
    """The results of a run.

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
    return once(_outcome, run, data)


def _outcome(run: Run, data: Dataset) -> Outcome:
    confidence, right = top_label(run.predict_proba(data.x_test), data.y_test)
    hits = int(right.sum())
    train_loss, test_loss, train_accuracy, _ = map(float, run.curves[-1, :4])
    return Outcome(
        train_loss=train_loss,
        test_loss=test_loss,
        train_accuracy=train_accuracy,
        test_rows=len(right),
        test_hits=hits,
        test_accuracy_band=wilson_interval(hits, len(right)),
        mean_confidence=float(confidence.mean()),
        unsure=int(np.sum(confidence < CONFIDENT)),
    )
