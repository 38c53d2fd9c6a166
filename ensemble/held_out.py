"""What networks say of rows that they have not been trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets import Dataset
from ensemble.errors import InputError
from ensemble.run import Run

MAX_EPOCHS = 60


class HeldOut(NamedTuple):
    """Forecasts of rows by networks that have not seen them, and what happened.

    Attributes
    ----------
    rows : ndarray of shape (n,), int
        Their numbers in the table, rising.
    y : ndarray of shape (n,), int
        True classes.
    logits : ndarray of shape (n, classes)
        As ``Run.logits``.
    member_scores : ndarray of shape (members, n, classes)
        As ``Run.member_scores``.
    epochs : ndarray of shape (kept,), int
        At most 60 epochs, spread evenly, that all runs have reached; the last is the last such.
    log_proba : ndarray of shape (kept, n, classes)
        Log-probabilities (nats) after each of them.
    """

    rows: NDArray[np.int64]
    y: NDArray[np.int64]
    logits: NDArray[np.float32]
    member_scores: NDArray[np.float32]
    epochs: NDArray[np.int64]
    log_proba: NDArray[np.float32]


def held_out(runs: Sequence[Run], parts: Sequence[Dataset]) -> HeldOut:
    """Put the forecasts of each run for its own test rows together.

    Parameters
    ----------
    runs : sequence of Run
        Of one configuration; with one run these are simply its test rows.
    parts : sequence of Dataset
        What each was trained on. A row that is a test row of two of them keeps the first forecast.

    Returns
    -------
    HeldOut

    Raises
    ------
    InputError
        If there are none, or not as many of each, or a run has no epochs.
    """
    if len(runs) != len(parts) or not runs or not all(len(run.kept_epochs) for run in runs):
        raise InputError("Give trained runs, and for each the rows that it was trained on.")
    rows, first = np.unique(np.concatenate([part.test_rows for part in parts]), return_index=True)
    kept = min(len(run.kept_epochs) for run in runs)
    chosen = np.unique(np.linspace(0, kept - 1, min(kept, MAX_EPOCHS)).round().astype(int))
    pairs = list(zip(runs, parts, strict=True))
    return HeldOut(
        rows=rows,
        y=np.concatenate([part.y_test for part in parts])[first],
        logits=np.concatenate([run.logits(part.x_test) for run, part in pairs])[first],
        member_scores=np.concatenate([run.member_scores(part.x_test) for run, part in pairs], axis=1)[:, first],
        epochs=runs[0].kept_epochs[chosen],
        log_proba=np.concatenate([run.test_log_proba[chosen] for run in runs], axis=1)[:, first],
    )
