"""Simulated coverage of every interval and band of the app: ``python -m benchmarks.coverage``.

Rows are drawn from forecasts that the app itself has made (see ``testing.coverage``). ``--train`` makes them again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from testing.coverage.interval_coverage import DATA, FORECASTS, GROUPS, SETTINGS


def train_forecasts() -> None:
    """Train the settings on five folds of each data set, and keep their logits out of fold."""
    from ensemble.datasets.builtin import load_table
    from ensemble.datasets.splits import folds
    from ensemble.runs.held_out import held_out
    from ensemble.training.loop import train

    kept = {}
    for data in DATA:
        parts = folds(load_table(data), 5, 0)
        seen = {name: held_out([train(config, part) for part in parts], parts) for name, config in SETTINGS.items()}
        kept[data] = {"y": seen["classic"].y.tolist()}
        kept[data] |= {name: np.round(one.logits.astype(float), 2).tolist() for name, one in seen.items()}
    FORECASTS.write_text(json.dumps(kept, separators=(",", ":")) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000, help="simulated data sets for each interval")
    parser.add_argument("--quick", action="store_true", help="40 simulated data sets")
    parser.add_argument("--train", action="store_true", help="train the networks of forecasts.json again first")
    asked = parser.parse_args()
    if asked.train:
        train_forecasts()
    replicates = 40 if asked.quick else asked.replicates
    print(f"{'interval':42}{'at':52}{'nominal':>9}{'covered':>9}   page")
    for number, group in enumerate(GROUPS):
        for one in group(np.random.default_rng(number), replicates):
            nominal = "none" if one.nominal != one.nominal else f"{one.nominal:.1%}"
            print(f"{one.interval:42}{one.at:52}{nominal:>9}{one.covered:9.1%}   {one.where}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
