"""Runs that need no training: they were given, or came with the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.execution.jobs import Job
from ensemble.execution.states import JobState
from ensemble.runs.run import Run


def runs_of(plan: Sequence[tuple[EnsembleConfig, Dataset]], given: Sequence[Job]) -> Mapping[int, Run]:
    """The runs of a plan that were given, or that came with the app, by their positions."""
    ended = [(job.run, job.dataset) for job in given if job.state is JobState.FINISHED and job.run]
    found = {}
    for position, (config, dataset) in enumerate(plan):
        same = (run for run, rows in ended if run.config == config and rows.same_rows(dataset))
        if run := next(same, None) or run_of_the_example(config, dataset):
            found[position] = run
    return found


def run_of_the_example(config: EnsembleConfig, dataset: Dataset) -> Run | None:
    """The run of these settings and rows that came with the app, if there is one."""
    try:
        example = import_module("ensemble.related.example")
    except ModuleNotFoundError:
        return None
    run: Run | None = example.find(config, dataset)
    return run


def whole_run_of_the_example(config: EnsembleConfig, dataset: Dataset) -> Run | None:
    """As ``run_of_the_example``, but only if the run keeps the predictions of all epochs."""
    run = run_of_the_example(config, dataset)
    return run if run and len(run.kept_epochs) == run.epochs else None
