"""Forecasts of rows by networks that were not trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.runs.run import Run

MAX_EPOCHS = 60
MAX_ROWS = 5000


class HeldOut(NamedTuple):
    """Forecasts of rows by networks that have not seen them, and what happened: of at most 5,000 rows, drawn at random.

    Attributes
    ----------
    rows : ndarray of shape (n,), int
        Their numbers in the table, rising.
    y : ndarray of shape (n,), int
        True classes.
    logits : ndarray of shape (n, classes)
        As ``Run.logits``; -inf for a class that has the probability 0.
    member_own_logits : ndarray of shape (members, n, classes)
        As ``Run.member_own_logits``.
    epochs : ndarray of shape (kept,), int
        At most 60 epochs, spread evenly, of which all runs keep predictions; the last is the last such. None of forecasts
        from a file.
    log_proba : ndarray of shape (kept, n, classes)
        Log-probabilities (nats) after each of them.
    """

    rows: NDArray[np.int64]
    y: NDArray[np.int64]
    logits: NDArray[np.floating[Any]]
    member_own_logits: NDArray[np.floating[Any]]
    epochs: NDArray[np.int64]
    log_proba: NDArray[np.floating[Any]]

    def has_finite_loss(self, members: bool = False) -> NDArray[np.bool_]:
        """Whether the true class of each row has a probability above 0, with ``members`` in the forecast of every member."""
        scores = self.member_own_logits if members else self.logits[None]
        return np.logical_and.reduce(np.isfinite(scores[:, np.arange(len(self.y)), self.y]), axis=0)

    def only(self, chosen: NDArray[np.bool_]) -> HeldOut:
        """Some of the rows, True where one is chosen."""
        return HeldOut(
            self.rows[chosen],
            self.y[chosen],
            self.logits[chosen],
            self.member_own_logits[:, chosen],
            self.epochs,
            self.log_proba[:, chosen],
        )


def held_out(runs: Sequence[Run], parts: Sequence[Dataset]) -> HeldOut:
    """Combine the forecasts of each run for its own test rows.

    Parameters
    ----------
    runs : sequence of Run
        Of one configuration; with one run these are simply its test rows. Of more than 5,000 rows some are drawn.
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
    if len(rows) > MAX_ROWS:
        drawn = np.sort(np.random.default_rng([0, 4]).choice(len(rows), MAX_ROWS, replace=False))
        rows, first = rows[drawn], first[drawn]
    ends = np.cumsum([len(part.test_rows) for part in parts])
    owner = np.searchsorted(ends, first, side="right")
    # Of each part the places of its rows, and where all of them stand once they are in the order of the table.
    indices = [first[owner == k] - (ends[k] - len(part.test_rows)) for k, part in enumerate(parts)]
    order = np.argsort(np.concatenate([np.flatnonzero(owner == k) for k in range(len(parts))]))
    epochs = spread_evenly(reduce(np.intersect1d, [run.kept_epochs for run in runs]))
    asked = [(run, part.x_test[own]) for run, part, own in zip(runs, parts, indices, strict=True)]
    return HeldOut(
        rows=rows,
        y=np.concatenate([part.y_test[own] for part, own in zip(parts, indices, strict=True)])[order],
        logits=np.concatenate([run.logits(x) for run, x in asked])[order],
        member_own_logits=np.concatenate([run.member_own_logits(x) for run, x in asked], axis=1)[:, order],
        epochs=epochs,
        log_proba=np.concatenate(
            [
                run.test_log_proba[np.searchsorted(run.kept_epochs, epochs)][:, own]
                for run, own in zip(runs, indices, strict=True)
            ],
            axis=1,
        )[:, order],
    )


def spread_evenly(epochs: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most 60 of these epochs, spread evenly, the first and the last among them.

    >>> spread_evenly(np.arange(1, 201))[[0, 1, 2, 3, -1]].tolist()
    [1, 4, 8, 11, 200]
    """
    kept = len(epochs)
    return epochs[np.unique(np.linspace(0, kept - 1, min(kept, MAX_EPOCHS)).round().astype(int))]
