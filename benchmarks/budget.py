"""The estimate of computing time compared with the time that training takes: ``python -m benchmarks.budget``.

Processor time of epochs after the first, beside ``ensemble.runs.budget.classic_runs``, both as multiples of the classic run's.
A ratio above 1 is a run that takes more than its estimate. ``--quick`` trains a few epochs of each.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np

from ensemble import Dataset, EnsembleConfig, Run, load_dataset
from ensemble.runs.budget import Rows, classic_runs
from ensemble.training.loop import train

SECONDS = 6.0
DEAR = {"members": 32, "hidden_units": 64, "hidden_layers": 3}


def made(rows: int, features: int, classes: int) -> Dataset:
    """Rows without meaning, of that size."""
    rng = np.random.default_rng(0)
    return replace(
        load_dataset("wine"),
        x_train=rng.random((rows, features), dtype=np.float32),
        y_train=rng.integers(0, classes, rows),
        x_test=rng.random((rows // 4, features), dtype=np.float32),
        y_test=rng.integers(0, classes, rows // 4),
        feature_names=tuple(map(str, range(features))),
        class_names=tuple(map(str, range(classes))),
        low=np.zeros(features),
        high=np.ones(features),
        test_rows=np.arange(rows // 4),
    )


def cases() -> dict[str, tuple[Dataset, dict[str, int | str]]]:
    """From the cheapest to the dearest, on small and large rows."""
    wine, digits, large = load_dataset("wine"), load_dataset("digits"), made(40_000, 20, 3)
    wide = made(5_000, 200, 5)
    return {
        "classic": (wine, {}),
        "1 member": (wine, {"members": 1}),
        "32 members": (wine, {"members": 32}),
        "batches of 1": (wine, {"batch_size": 1}),
        "one batch": (wine, {"batch_size": 142}),
        "independent": (wine, {"training": "independent"}),
        "bootstrap": (wine, {"training": "bootstrap"}),
        "digits": (digits, {}),
        "digits, 32 members": (digits, {"members": 32}),
        "digits, 64 units": (digits, {"hidden_units": 64}),
        "digits, dear": (digits, {**DEAR}),
        "digits, dear, batches of 1": (digits, {**DEAR, "batch_size": 1}),
        "digits, dear, batches of 128": (digits, {**DEAR, "batch_size": 128}),
        "5,000 x 200, dear, batches of 512": (wide, {**DEAR, "batch_size": 512}),
        "40,000 x 20": (large, {}),
        "40,000 x 20, batches of 512": (large, {"batch_size": 512}),
    }


def seconds_per_epoch(config: EnsembleConfig, data: Dataset, most: float) -> float:
    """Processor time of an epoch, the first ones left out, in which the program is compiled."""
    marks: list[tuple[int, float]] = []
    stop, began = threading.Event(), time.monotonic()

    def note(run: Run) -> None:
        marks.append((run.epochs, time.process_time()))
        if len(marks) >= 3 and time.monotonic() - began > most:
            stop.set()

    train(config, data, note, stop)
    (first, before), (last, after) = marks[0], marks[-1]
    return (after - before) / (last - first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    most = 0.0 if parser.parse_args().quick else SECONDS
    classic = 0.0
    print(f"{'of 1,000 epochs':36}{'estimate':>12}{'measured':>12}{'ratio':>8}")
    for name, (data, settings) in cases().items():
        config = EnsembleConfig(epochs=1000, **settings)
        seconds = seconds_per_epoch(config, data, most)
        classic = classic or 200 * seconds
        estimate, measured = classic_runs(config, Rows.of(data)), seconds * config.total_epochs / classic
        print(f"{name:36}{estimate:12,.1f}{measured:12,.1f}{measured / estimate:8.2f}", flush=True)
    print(f"A classic run takes {classic:.2f} s of processor time here.")


if __name__ == "__main__":
    main()
