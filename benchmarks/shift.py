"""Four methods as their rows get worse, with bands over seeds, after Ovadia et al. (2019): ``python -m benchmarks.shift``.

Then what measuring costs beside training, through the service as the app has it. ``--data`` and ``--corruptions`` choose;
``--quick`` trains few seeds and epochs.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import pandas as pd

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import load_table
from ensemble.execution.service import Service
from ensemble.limits import Limits
from ensemble.related import plans
from ensemble.shift.corruptions import CORRUPTIONS, SEVERITIES
from ensemble.shift.robustness import MEASURES, METHODS
from ensemble.sweeps.results import TOGETHER, RunSpec, train_specs
from ensemble.sweeps.robustness import corruptions_in, findings, scores_by_severity

DATA = ("wine", "digits", "blobs")
TARGET = 10.0
OTHER_SEEDS = 100


def planned(measure: str, quick: bool, seed: int = 0) -> list[RunSpec]:
    """The runs over seeds that the page Shift trains for the classic settings."""
    config = EnsembleConfig(seed=seed, epochs=10 if quick else 200)
    return list(plans.measured(config, seed, measure).specs)[: 3 if quick else None]


def print_scores(name: str, table: pd.DataFrame, corruption: str) -> None:
    """Mean and 95 % interval over seeds: a line for each measure and method, a column for each severity."""
    print(f"\n{f'{name}, {corruption}':32}" + "".join(f"{f'severity {severity}':>22}" for severity in SEVERITIES))
    for measure in MEASURES:
        for method in METHODS:
            rows = table[table["method"] == method]
            ends = zip(rows[measure], rows[f"{measure}_low"], rows[f"{measure}_high"], strict=True)
            cells = [f"{mean:.3f} ({low:.3f}-{high:.3f})" for mean, low, high in ends]
            print(f"{measure:10}{method:22}" + "".join(f"{cell:>22}" for cell in cells))


def scores_of(name: str, corruptions: list[str], quick: bool) -> None:
    """Train the runs on one data set, and print what they say."""
    table = load_table(name)
    seeds = [one.measurements for one in train_specs(planned("corruptions", quick), table, together=TOGETHER)]
    for corruption in corruptions_in(seeds):
        if corruption not in corruptions:
            continue
        print_scores(name, scores_by_severity(seeds, corruption), corruption)
        for severity in SEVERITIES[1:]:
            found = findings(seeds, corruption, severity, len(table.class_names))
            best, ratio = found.ranking.best, found.ranking.against_next
            tied = "" if len(found.ranking.tied) == 1 else f", not told apart from {', '.join(found.ranking.tied[1:])}"
            against = f"{found.ranking.next} {ratio.mean:.2f} x ({ratio.low:.2f}-{ratio.high:.2f})"
            temperature = "x {:.2f} ({:.2f}-{:.2f})".format(*found.temperature)
            print(f"severity {severity}: lowest loss: {best}{tied}; {against}; clean T: loss {temperature}")


def print_cost(quick: bool) -> None:
    """Seconds from the press to the last result, of ten classic runs measured and not, by the app's service on two workers."""
    wine = load_table("wine")
    service = Service(limits=Limits(workers=2))
    service.start()
    service.wait_until(lambda: len(service.workers) == 2, 120)

    def seconds(specs: list[RunSpec]) -> float:
        began = time.perf_counter()
        sweep = service.submit_sweep(specs, wine, 0.2, "benchmark")
        while not sweep.wait(1):
            sweep.heartbeat()
        assert sweep.state == "finished", sweep.error
        return time.perf_counter() - began

    specs = planned("corruptions", quick)
    cold = seconds(specs)
    alone, measured = (
        min(seconds(planned(measure, quick, OTHER_SEEDS * again)) for again in range(1, 4)) for measure in ("", "corruptions")
    )
    service.close()
    print(f"\n{'wine, through the service':52}{'seconds':>10}{'x training':>12}")
    print(f"{f'{len(specs)} runs, trained only':52}{alone:10.2f}{1:12.2f}")
    print(f"{f'{len(specs)} runs, 3 corruptions at 6 severities measured':52}{measured:10.2f}{measured / alone:12.2f}")
    print(f"{'the first of all, programs compiled':52}{cold:10.2f}{cold / alone:12.2f}")
    print(f"target: at most {TARGET:g} s on two cores: {'reached' if measured <= TARGET else 'NOT REACHED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", nargs="*", choices=DATA, default=DATA)
    parser.add_argument("--corruptions", nargs="+", choices=tuple(CORRUPTIONS), default=tuple(CORRUPTIONS))
    asked = parser.parse_args()
    for name in asked.data:
        scores_of(name, asked.corruptions, asked.quick)
    print_cost(asked.quick)


if __name__ == "__main__":
    main()
