"""Runs on scikit-learn's digits, trained in advance, that classify drawn digits until somebody trains on digits.

``python -m ensemble.related.build`` writes the files. Of the predictions of the test rows each holds those of the last epoch
alone, so it is no run to show on other pages: ``ensemble.related.example`` does not know it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from ensemble.datasets.config import DataConfig, dataset_of
from ensemble.datasets.table import Dataset
from ensemble.related.example import CONFIG, FOLDER
from ensemble.runs.run import Run

CONFIGS = {"joint": CONFIG, "independent": CONFIG.model_copy(update={"training": "independent", "activation": "relu"})}
"""The classic run, whose members are linear and have one softmax, and independent members with relu, by name."""


@cache
def data() -> Dataset:
    """The rows of both runs."""
    return dataset_of(DataConfig(data="digits"), CONFIG.seed)


@cache
def run(name: str) -> Run:
    """One of ``CONFIGS``, trained."""
    return Run.load(file_of(name), limited=False)


def file_of(name: str) -> Path:
    """The file of the run with this name."""
    return FOLDER / f"digits_{name}.npz"


def with_last_predictions(run: Run) -> Run:
    """The run with only the predictions of its last kept epoch."""
    return replace(run, kept_epochs=run.kept_epochs[-1:], test_log_proba=run.test_log_proba[-1:])
