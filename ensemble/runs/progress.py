"""Progress of a run, as a worker sends it to the web process: a dict of plain values and bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ensemble.runs.curves import curve_names
from ensemble.runs.run import Run
from ensemble.runs.weights import split_vector, weight_shapes


def progress_since(run: Run, epoch: int) -> dict[str, Any]:
    """The update for a receiver that has ``run`` up to ``epoch``: the later epochs, and the present weights.

    Parameters
    ----------
    run : Run
        Between two epochs, or ended.
    epoch : int
        How many epochs the receiver has, 0 to ``run.epochs``.

    Returns
    -------
    dict
        Plain values and bytes, for ``with_progress``.
    """
    fresh = run.kept_epochs > epoch
    return {
        "after": epoch,
        "curves": run.curves[epoch:].tobytes(),
        "kept_epochs": run.kept_epochs[fresh].tobytes(),
        "test_log_proba": run.test_log_proba[fresh].tobytes(),
        "weights": np.concatenate([weight.ravel() for weight in run.weights]).tobytes(),
    }


def with_progress(run: Run, progress: dict[str, Any]) -> Run:
    """``run`` with the progress added; ``run`` itself if the progress does not continue where it ends."""
    if progress["after"] != run.epochs:
        return run
    shapes = weight_shapes(run.config, len(run.feature_names), len(run.class_names))
    curves = np.frombuffer(progress["curves"], np.float32).reshape(-1, len(curve_names(run.config)))
    predictions = np.frombuffer(progress["test_log_proba"], np.float32).reshape(-1, *run.test_log_proba.shape[1:])
    return replace(
        run,
        weights=split_vector(np.frombuffer(progress["weights"], np.float32), shapes),
        curves=np.concatenate([run.curves, curves]),
        kept_epochs=np.concatenate([run.kept_epochs, np.frombuffer(progress["kept_epochs"], np.int64)]),
        test_log_proba=np.concatenate([run.test_log_proba, predictions]),
    )
