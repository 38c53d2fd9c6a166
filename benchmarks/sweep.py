"""The cost of many runs, compared with one at a time, plain C and Keras ``fit``: ``python -m benchmarks.sweep``.

``--quick`` trains fewer runs; ``--workers 1 2 4`` says with how many local workers to measure.
"""

from __future__ import annotations

import argparse
import os
import time
from functools import partial
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

from benchmarks.training import fit_with_keras, row, run_floor
from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.builtin import load_table
from ensemble.execution.service import Service
from ensemble.limits import Limits
from ensemble.sweeps.results import TOGETHER, RunSpec, train_specs

WINES = load_table("wine")
FIT_EPOCHS = 5


class Cost(NamedTuple):
    """Seconds a run: by the clock, and of processor time."""

    wall: float
    processor: float


def classic(count: int) -> list[RunSpec]:
    """The classic run with so many seeds of split and start."""
    return [RunSpec(EnsembleConfig(seed=seed), seed) for seed in range(count)]


def cost(count: int, together: int) -> Cost:
    """What a run costs when so many are trained, compilation not counted."""
    train_specs(classic(together), WINES, together=together)
    wall, processor = time.perf_counter(), time.process_time()
    train_specs(classic(count), WINES, together=together)
    return Cost((time.perf_counter() - wall) / count, (time.process_time() - processor) / count)


def together_or_alone(counts: list[int]) -> Cost:
    """Print the costs of both ways, and return those of the cheaper one."""
    row("The classic run, one process", "s per run", "processor s", "x alone")
    alone = cost(counts[-1], 1)
    row(f"{counts[-1]} seeds, one at a time", f"{alone.wall:.3f}", f"{alone.processor:.3f}", "1.00")
    costs = [alone]
    for count in counts:
        costs.append(cost(count, min(count, TOGETHER)))
        name = f"{count} seeds, {min(count, TOGETHER)} along a leading axis"
        row(name, f"{costs[-1].wall:.3f}", f"{costs[-1].processor:.3f}", f"{costs[-1].wall / alone.wall:.2f}")
    return min(costs, key=lambda one: one.processor)


def peers(best: Cost) -> float | None:
    """Print the floor and Keras beside it; the seconds of the floor, where there is a compiler."""
    data = load_dataset("wine")
    floor = run_floor(data)
    if floor:
        row("C floor, one thread", f"{floor[0]:.3f}", f"{floor[0]:.3f}", f"{best.processor / floor[0]:.1f}x below")
    fit = fit_with_keras(data, FIT_EPOCHS)
    row(f"Keras fit (one run, {FIT_EPOCHS} epochs, scaled)", f"{fit:.1f}", "", f"{fit / best.wall:.0f}x above")
    print()
    return floor[0] if floor else None


def _train_all(service: Service, count: int, owner: str) -> None:
    """Train so many classic runs, and watch them: a sweep that nobody watches pauses after a minute."""
    sweep = service.submit_sweep(classic(count), WINES, 0.2, owner)
    while not sweep.wait(1):
        sweep.heartbeat()


def efficiency(workers: list[int], count: int) -> float:
    """Print runs a second through the whole service, and how much of so many times one worker that is; the most of them."""
    row(f"{count} runs through the service", "s per run", "runs per s", "efficiency")
    single, most = 0.0, 0.0
    for number in workers:
        service = Service(limits=Limits(workers=number))
        service.start()
        service.wait_until(partial(_has_workers, service, number), 120)
        _train_all(service, 128 * number, "warm")
        began = time.perf_counter()
        _train_all(service, count, "measured")
        rate = count / (time.perf_counter() - began)
        single, most = single or rate, max(most, rate)
        row(f"{number} local workers", f"{1 / rate:.3f}", f"{rate:.1f}", f"{rate / single / number * workers[0]:.0%}")
        service.close()
    print(f"on {os.cpu_count()} cores\n")
    return most


def _has_workers(service: Service, number: int) -> bool:
    return len(service.workers) == number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    best = together_or_alone([8] if options.quick else [8, 64])
    floor = peers(best)
    rate = efficiency([1] if options.quick else options.workers, 40 if options.quick else 1000)
    row("Target", "measured", "")
    targets: list[tuple[str, float, float, str]] = [("1,000 classic runs: at most 60 s", 1000 / rate, 60, " s")]
    if floor:
        targets.append(("among 64 seeds: at most 2.5 times the C floor each", best.processor / floor, 2.5, "x"))
    for name, measured, most, unit in targets:
        row(name, f"{measured:.1f}{unit}", "reached" if measured <= most else "NOT REACHED")


if __name__ == "__main__":
    main()
