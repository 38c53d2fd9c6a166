"""Throughput of the scheduler: empty chunks on simulated workers. ``python -m benchmarks.scheduler``

Scheduler, workers and service share one process here, so that a real cluster is no slower.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from unittest.mock import patch

import dask
from distributed import LocalCluster

from ensemble import EnsembleConfig, worker
from ensemble.datasets.builtin import load_table
from ensemble.datasets.table import Table
from ensemble.execution import dask_settings, sweep_service
from ensemble.execution.service import Service
from ensemble.execution.sweep import SECONDS_PER_CHUNK
from ensemble.limits import Limits
from ensemble.sweeps.results import POOLS, Result, RunSpec, Scores

SCORES = Scores(0.1, 1.0, 0.9)
RESULT = Result("finished", 200, 1e-4, 1.0, dict.fromkeys(POOLS, SCORES), (SCORES,) * 10)
SECONDS_PER_RUN = 0.06
COUNTS = (1_000, 100_000)


def train_nothing(
    chunk_id: str, specs: Sequence[RunSpec], table: Table, test_share: float, together: int, version: str, topic: str
) -> tuple[list[Result], float]:
    """In place of ``train_chunk``: takes no time, and reports that it took as long as a chunk should."""
    worker._report(topic, chunk_id, worker.CHUNK)
    return [RESULT] * len(specs), SECONDS_PER_CHUNK


def chunks_per_second(workers: int, chunks: int) -> float:
    """How many chunks of one run are sent and completed per second."""
    specs = [RunSpec(EnsembleConfig(seed=seed), seed) for seed in range(chunks)]
    with (
        dask.config.set(dask_settings.CLIENT),
        LocalCluster(
            n_workers=workers, processes=False, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        patch.object(sweep_service, "train_chunk", train_nothing),
    ):
        service = Service(scheduler=cluster.scheduler_address, limits=Limits(sweep_runs=chunks))
        service.start()
        if not service.wait_until(lambda: len(service.workers) == workers, 60):
            raise SystemExit(f"Only {len(service.workers)} of {workers} workers have connected.")
        began = time.perf_counter()
        sweep = service.submit_sweep(specs, load_table("wine"), 0.2, "simulation")
        while not sweep.wait(1):
            sweep.heartbeat()
        rate = chunks / (time.perf_counter() - began)
        service.close()
        if sweep.done != chunks:
            raise SystemExit(
                f"Only {sweep.done} of {chunks} chunks were completed: {sweep.error or next(iter(sweep.failures.values()))}"
            )
    return rate


def on_paper(runs: int, workers: int, rate: float) -> float:
    """Seconds for so many runs: those of the workers, or those of the scheduler if they are more."""
    return max(runs * SECONDS_PER_RUN / workers, runs * SECONDS_PER_RUN / SECONDS_PER_CHUNK / rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    chunks = 60 if options.quick else 1500
    for workers in (2,) if options.quick else (8, 64):
        rate = chunks_per_second(workers, chunks)
        busy = workers / SECONDS_PER_CHUNK
        print(f"{workers:3} simulated workers: {rate:6.0f} chunks a second; training needs {busy:.0f}")
        for runs in COUNTS:
            print(f"    {runs:7,} classic runs: {on_paper(runs, workers, rate):7.0f} s on paper")
        print(f"    limit at about {rate * SECONDS_PER_CHUNK:.0f} workers")


if __name__ == "__main__":
    main()
