"""Retrain the example: run ``python -m ensemble.related.build`` after a change to the numbers of a run.

Of the run that is shown first the predictions of all epochs are kept, of the others those that ``held_out`` has room for.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ensemble.datasets.config import DataConfig, table_of
from ensemble.related import digits, example, measurements, plans
from ensemble.runs.held_out import spread_evenly
from ensemble.runs.run import Run
from ensemble.sweeps.results import TOGETHER, train_specs


def distinct(planned: plans.NamedRuns) -> plans.NamedRuns:
    """The runs without duplicates."""
    kept: plans.NamedRuns = {}
    for name, (config, rows) in planned.items():
        if not any(config == other and rows.same_rows(others_rows) for other, others_rows in kept.values()):
            kept[name] = config, rows
    return kept


def stored(name: str, run: Run) -> Run:
    """A run as its file stores it: only the example run itself keeps the predictions of all epochs."""
    if name == example.RUN:
        return run
    epochs = spread_evenly(run.kept_epochs)
    return replace(run, kept_epochs=epochs, test_log_proba=run.test_log_proba[np.isin(run.kept_epochs, epochs)])


def build() -> None:
    """Write all files of the example, the same bytes each time, and print their sizes."""
    from ensemble.training.loop import train  # here, because it loads TensorFlow

    wanted = distinct(example.planned())
    files = {*map(example.file_of, wanted), *map(digits.file_of, digits.CONFIGS)}
    for old in {*example.FOLDER.glob("*.npz")} - files:
        old.unlink()
    for name, (config, rows) in wanted.items():
        stored(name, train(config, rows)).save(example.file_of(name))
        _print_size(example.file_of(name))
    for name, config in digits.CONFIGS.items():
        digits.with_last_predictions(train(config, digits.data())).save(digits.file_of(name))
        _print_size(digits.file_of(name))
    results = train_specs(example.planned_results(), table_of(DataConfig()))
    example.RESULTS.write_bytes(example.results_to_bytes(results))
    _print_size(example.RESULTS)
    for one in measurements.SHIPPED:
        results = train_specs(one.plan().specs, table_of(one.data), one.data.test_share, together=TOGETHER)
        one.file.write_bytes(example.results_to_bytes(measurements.to_ship(results), measurements.DIGITS))
        _print_size(one.file)
    print(f"{_kilobytes(*example.FOLDER.iterdir()):9,.1f} kB  in all")


def _print_size(path: Path) -> None:
    print(f"{_kilobytes(path):9,.1f} kB  {path.name}", flush=True)


def _kilobytes(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths) / 1000


if __name__ == "__main__":
    build()
