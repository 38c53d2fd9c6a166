"""The embedded default: a Dask scheduler in this process and supervised worker processes, on loopback, with TLS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import dask
from distributed import SpecCluster

from ensemble import local_tls
from ensemble.connection import MESSAGES_TO_REMEMBER
from ensemble.dask_nodes import Scheduler

ROOT = Path(__file__).resolve().parent.parent
SECONDS_BETWEEN_STARTS = 3
SECONDS_TO_END = 2


class EmbeddedCluster:
    """A scheduler and so many workers.

    Workers are started by command: ``multiprocessing`` would run the Streamlit script again in the child. Each has a session,
    and so a process group, of its own; Ctrl-C in a terminal does not reach it.

    Attributes
    ----------
    address : str
        Of the scheduler.
    folder : str
        Holds the key and the certificate until the end.
    security : distributed.security.Security
        What a client needs.
    workers : list of subprocess.Popen
        The processes that guard the workers, see ``ensemble.local_worker``.
    deaths : int
        How many of them have ended by themselves since a worker last came.

    Raises
    ------
    OSError
        If there is no room for the certificate, or a process cannot be started.
    """

    def __init__(self, workers: int = 1) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="softmax-lab-", ignore_cleanup_errors=True)
        self.folder = self._files.name
        local_tls.write_certificate(Path(self.folder))
        self.security = local_tls.security(Path(self.folder))
        options = {"host": "127.0.0.1", "protocol": "tls://", "security": self.security, "dashboard": False}
        # The service itself counts how often a run has lost its worker. What is not served by HTTP need not be loaded.
        with dask.config.set({"distributed.scheduler.allowed-failures": 1000, "distributed.scheduler.http.routes": []}):
            self._scheduler = SpecCluster(
                scheduler={"cls": Scheduler, "options": options}, security=self.security, silence_logs=50
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
                _close_input(worker)
                self.workers[place] = self._start_worker()

    def close(self) -> None:
        """End the workers and the scheduler within a few seconds, and remove the key."""
        for worker in self.workers:
            _close_input(worker)
        deadline = time.monotonic() + SECONDS_TO_END
        for worker in self.workers:
            try:
                worker.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(worker)
        with suppress(TimeoutError):
            self._scheduler.close(timeout=SECONDS_TO_END)
        self._files.cleanup()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            # A worker that is killed leaves semaphores, which multiprocessing's tracker removes: with a warning each time.
            "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker"])),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "DASK_LOGGING__DISTRIBUTED": "error",
            "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]",
            "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": str(MESSAGES_TO_REMEMBER),
            # A worker that needs more than its limit is ended and begins anew; by default it would first wait for ever.
            "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
            "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
            "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
        }
        command = [sys.executable, "-m", "ensemble.local_worker", self.address, self.folder]
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, start_new_session=True)


def _close_input(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin:
        worker.stdin.close()


def _kill_group(worker: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(worker.pid, signal.SIGKILL)
    else:
        worker.kill()
    worker.wait()
