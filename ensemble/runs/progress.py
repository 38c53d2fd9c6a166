"""How the progress of a run travels from a worker to the web process: a dict of plain values and bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ensemble.runs.run import CURVES, Run
from ensemble.runs.weights import split_vector, weight_shapes


def news_since(run: Run, epoch: int) -> dict[str, Any]:
    """What a receiver that knows ``run`` up to ``epoch`` lacks: later epochs, and the present weights."""
    fresh = run.kept_epochs > epoch
    return {
        "after": epoch,
        "curves": run.curves[epoch:].tobytes(),
        "kept_epochs": run.kept_epochs[fresh].tobytes(),
        "test_log_proba": run.test_log_proba[fresh].tobytes(),
        "weights": np.concatenate([weight.ravel() for weight in run.weights]).tobytes(),
    }


def with_news(run: Run, news: dict[str, Any]) -> Run:
    """``run`` brought up to date; news that does not follow on what it holds is left out."""
    if news["after"] != run.epochs:
        return run
    shapes = weight_shapes(run.config, len(run.feature_names), len(run.class_names))
    predictions = np.frombuffer(news["test_log_proba"], np.float32).reshape(-1, *run.test_log_proba.shape[1:])
    return replace(
        run,
        weights=split_vector(np.frombuffer(news["weights"], np.float32), shapes),
        curves=np.concatenate([run.curves, np.frombuffer(news["curves"], np.float32).reshape(-1, len(CURVES))]),
        kept_epochs=np.concatenate([run.kept_epochs, np.frombuffer(news["kept_epochs"], np.int64)]),
        test_log_proba=np.concatenate([run.test_log_proba, predictions]),
    )
