"""The runs of a sweep: their specifications, and their results."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.calibration.decomposition import decompose_nll
from ensemble.config import EnsembleConfig
from ensemble.datasets.splits import leave_out, split
from ensemble.datasets.table import Dataset, Table
from ensemble.probability.scoring import expected_calibration_error, negative_log_likelihood, top_label
from ensemble.probability.vectors import log_softmax
from ensemble.runs.run import Run, Status
from ensemble.sweeps.measures import MEASURES

AS_TRAINED, MEAN_PROBABILITIES, MEAN_LOGITS = POOLS = ("as trained", "mean of probabilities", "mean of logits")
TOGETHER = 8


class RunSpec(NamedTuple):
    """One run of a sweep.

    Attributes
    ----------
    config : EnsembleConfig
        What to train.
    split_seed : int
        Of the split of the sweep's rows that it learns from.
    measure : str
        What is measured besides the scores, by its name in ``measures.MEASURES``; nothing if it is empty.
    left_out : int or None
        The class whose rows are taken out before the split; what is measured may ask for the run's forecasts of them.
    """

    config: EnsembleConfig
    split_seed: int
    measure: str = ""
    left_out: int | None = None


class Scores(NamedTuple):
    """The scores of a forecast on the test rows.

    Attributes
    ----------
    loss : float
        Mean negative log-likelihood in nats.
    accuracy : float
        Fraction of rows whose likeliest class is the true one, 0..1.
    confidence : float
        Mean probability of the likeliest class, 0..1.
    """

    loss: float
    accuracy: float
    confidence: float


class Calibration(NamedTuple):
    """The calibration of a forecast on the test rows.

    Attributes
    ----------
    error : float
        Expected calibration error of the likeliest class, ten bins, 0..1; by luck alone above 0.
    refinement : float
        What remains of the loss at the best temperature for these rows, in nats; see ``decompose_nll``.
    temperature : float
        That temperature, 0.01..100: above 1 the forecast is too sure. 0.01 where every row is right.
    """

    error: float
    refinement: float
    temperature: float


class Result(NamedTuple):
    """The result of a run; training its ``RunSpec`` again gives the whole run.

    Attributes
    ----------
    status : {"finished", "stopped", "diverged"}
        How it ended.
    epochs : int
        How many epochs it has trained.
    train_loss, train_accuracy : float
        After the last epoch, dropout off, as in ``Run.history``; not a number if there was none.
    pools : dict of Scores
        By the names of ``POOLS``: the ensemble as it was trained, and the same members read one by one and pooled by the mean
        of their probabilities or of their logits.
    members : tuple of Scores
        Each member read on its own.
    calibration : dict of Calibration
        By the names of ``POOLS``; empty where it was not measured.
    measurements : dict of tuple of float
        What the measure of its ``RunSpec`` gives; empty without one.
    """

    status: Status
    epochs: int
    train_loss: float
    train_accuracy: float
    pools: dict[str, Scores]
    members: tuple[Scores, ...]
    calibration: Mapping[str, Calibration] = {}
    measurements: Mapping[str, tuple[float, ...]] = {}


def measured(run: Run, data: Dataset, measure: str = "", left_out: NDArray[np.float32] | None = None) -> Result:
    """Sum up a run on the test rows of its data.

    Parameters
    ----------
    run : Run
        With any status but "training".
    data : Dataset
        What it was trained on.
    measure : str, default ""
        As in ``RunSpec``; nothing is measured of a run without epochs.
    left_out : ndarray of shape (n, features), optional
        Rows of the class that was taken out, on the scale of the training rows.
    """
    members = log_softmax(run.member_own_logits(data.x_test))
    pools = {
        AS_TRAINED: log_softmax(run.logits(data.x_test)),
        MEAN_PROBABILITIES: np.logaddexp.reduce(members, axis=0) - np.log(len(members)),
        MEAN_LOGITS: log_softmax(members.mean(axis=0)),
    }
    train_loss, _, train_accuracy, _ = map(float, run.curves[-1, :4]) if run.epochs else [float("nan")] * 4
    return Result(
        status=run.status,
        epochs=run.epochs,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        pools={name: _scores(log_proba, data.y_test) for name, log_proba in pools.items()},
        members=tuple(_scores(log_proba, data.y_test) for log_proba in members),
        calibration={name: _calibration(log_proba, data.y_test) for name, log_proba in pools.items()},
        measurements=MEASURES[measure](run, data, left_out) if measure and run.epochs else {},
    )


def train_specs(
    specs: Sequence[RunSpec],
    table: Table,
    test_share: float = 0.2,
    together: int = 1,
    stop: threading.Event | None = None,
) -> list[Result]:
    """Train runs one after another, and return their results.

    Parameters
    ----------
    specs : sequence of RunSpec
        What to train.
    table : Table
        The rows that are split for each.
    test_share : float, default 0.2
        Fraction of the rows that is held back.
    together : int, default 1
        How many consecutive runs of one kind share a program along a leading axis. It changes results by no more than the
        rounding of float32; see ``benchmarks.sweep`` for when it is faster.
    stop : threading.Event, optional
        Once set, training ends within a chunk of epochs.

    Returns
    -------
    list of Result
        In the order of ``specs``; once stopped, only those before the run that was stopped.

    Raises
    ------
    InputError
        If the rows cannot be split.

    Examples
    --------
    >>> from ensemble.datasets.builtin import load_table
    >>> specs = [RunSpec(EnsembleConfig(epochs=2, seed=seed), split_seed=0) for seed in range(2)]
    >>> [result.epochs for result in train_specs(specs, load_table("wine"))]
    [2, 2]
    """
    from ensemble.training.loop import kind, train, train_together  # here, because it loads TensorFlow

    splits = {key: _split(table, test_share, *key) for key in {(spec.split_seed, spec.left_out) for spec in specs}}
    results: list[Result] = []
    while len(results) < len(specs):
        ahead = specs[len(results) : len(results) + together]
        configs = [spec.config for spec in ahead]
        datasets, left_out = zip(*(splits[spec.split_seed, spec.left_out] for spec in ahead), strict=True)
        kinds = {kind(config, data) for config, data in zip(configs, datasets, strict=True)}
        if together > 1 and len(ahead) == together and len(kinds) == 1:
            runs = train_together(configs, datasets, stop)
        else:
            runs = [train(configs[0], datasets[0], stop=stop)]
        if any(run.status == "stopped" for run in runs):
            return results
        rest = zip(runs, datasets, ahead, left_out, strict=False)
        results += [measured(run, data, spec.measure, rows) for run, data, spec, rows in rest]
    return results


def _split(table: Table, test_share: float, seed: int, left_out: int | None) -> tuple[Dataset, NDArray[np.float32] | None]:
    """A split, and the rows of the class that is left out on its scale."""
    if left_out is None:
        return split(table, test_share, seed), None
    rest, rows = leave_out(table, left_out)
    data = split(rest, test_share, seed)
    return data, data.scaled(rows)


def _scores(log_proba: NDArray[np.float64], y: NDArray[np.int64]) -> Scores:
    confidence, hits = top_label(np.exp(log_proba), y)
    return Scores(float(negative_log_likelihood(log_proba, y).mean()), float(hits.mean()), float(confidence.mean()))


def _calibration(log_proba: NDArray[np.float64], y: NDArray[np.int64]) -> Calibration:
    parts = decompose_nll(log_proba, y)
    return Calibration(expected_calibration_error(np.exp(log_proba), y), parts.refinement, parts.temperature)
