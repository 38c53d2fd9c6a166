"""The embedded default: a Dask scheduler in this process and supervised worker processes, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dask
from distributed import LocalCluster

from ensemble.connection import MESSAGES_TO_REMEMBER

ROOT = Path(__file__).resolve().parent.parent
WORKER_MEMORY = "4GiB"
SECONDS_BETWEEN_STARTS = 3


class EmbeddedCluster:
    """A scheduler and so many workers.

    Workers are started by command: ``multiprocessing`` would run the Streamlit script again in the child.
    """

    def __init__(self, workers: int = 1) -> None:
        # The service itself counts how often a run has lost its worker.
        with dask.config.set({"distributed.scheduler.allowed-failures": 1000}):
            self._scheduler = LocalCluster(
                n_workers=0,
                processes=False,
                protocol="tcp://",
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                silence_logs=50,
            )
        self.address: str = self._scheduler.scheduler_address
        self.deaths = 0
        self.workers: list[subprocess.Popen[bytes]] = []
        self._started_at = time.monotonic()
        try:
            for _ in range(workers):
                self.workers.append(self._start_worker())
        except OSError:
            self.close()
            raise

    def restart_dead_workers(self) -> None:
        """A nanny restarts the worker that it guards; this restarts a nanny that is gone, every few seconds at most."""
        if time.monotonic() - self._started_at < SECONDS_BETWEEN_STARTS:
            return
        for place, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.deaths, self._started_at = self.deaths + 1, time.monotonic()
                self.workers[place] = self._start_worker()

    def close(self) -> None:
        """End the workers and the scheduler."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            try:
                worker.wait(10)
            except subprocess.TimeoutExpired:
                worker.kill()
        self._scheduler.close()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "DASK_LOGGING__DISTRIBUTED": "error",
            "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": str(MESSAGES_TO_REMEMBER),
            # A worker that needs more than its limit is ended and begins anew; by default it would first wait for ever.
            "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
            "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
            "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
        }
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.address]
        command += ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0", "--no-dashboard"]
        command += ["--nthreads", "1", "--nanny", "--memory-limit", WORKER_MEMORY]
        command += ["--local-directory", tempfile.gettempdir(), "--preload", "ensemble.worker"]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
