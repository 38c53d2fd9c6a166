"""The scheduler of the embedded cluster, and the guards of its workers.

Started as ``python -m ensemble.execution.local_scheduler WORKERS FOLDER``.

It ends when its standard input is closed: the web process closes it, and so does the operating system when the web process is
gone, however it ended. The workers end with it in the same way.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from ensemble.execution import dask_settings
from ensemble.execution.local_cluster import ADDRESS, DEATHS, ROOT, kill_group

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_STARTS = 3
SECONDS_TO_END = 2

_ended = threading.Event()


def main(workers: int, folder: Path) -> None:
    """Serve until the standard input is closed or SIGTERM comes.

    Parameters
    ----------
    workers : int
        How many to start, and to replace when they end.
    folder : Path
        The key, the certificate, the address, and the number of guards that have ended by themselves are written to it.
    """
    signal.signal(signal.SIGTERM, lambda *_: _ended.set())
    # Before Dask is imported, which takes a second.
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    cluster = Cluster(workers, folder)
    _write(folder / ADDRESS, cluster.address)
    while not _ended.wait(SECONDS_BETWEEN_LOOKS):
        cluster.restart_dead_guards()
    cluster.close()
    shutil.rmtree(folder, ignore_errors=True)
    # A regular exit would wait for what Dask still does.
    os._exit(0)


class Cluster:
    """A scheduler with TLS on loopback, and workers, each with its guard (Dask's nanny).

    Each guard leads a session, and so a process group, of its own.

    Attributes
    ----------
    address : str
        Of the scheduler.
    guards : list of subprocess.Popen
        See ``ensemble.execution.local_worker``.
    deaths : int
        How many guards have ended by themselves since there last was a worker.

    Raises
    ------
    OSError
        If the certificate cannot be written, or a process cannot be started.
    """

    def __init__(self, workers: int, folder: Path) -> None:
        import dask
        from distributed import SpecCluster

        from ensemble.execution import local_tls
        from ensemble.execution.dask_nodes import Scheduler

        self._folder = folder
        local_tls.write_certificate(folder)
        security = local_tls.security(folder)
        dask.config.set(dask_settings.EMBEDDED_SCHEDULER)
        options = {"host": "127.0.0.1", "protocol": "tls://", "security": security, "dashboard": False}
        self._cluster = SpecCluster(scheduler={"cls": Scheduler, "options": options}, security=security, silence_logs=50)
        self._environment = _environment_of_workers()
        self.address: str = self._cluster.scheduler_address
        self.deaths = 0
        self._started_at = time.monotonic()
        self.guards = [self._start_guard() for _ in range(workers)]

    def restart_dead_guards(self) -> None:
        """Restart guards that have ended, every few seconds at most; a guard itself restarts its worker."""
        if self.deaths and self._cluster.scheduler.workers:
            self._count(0)
        if time.monotonic() - self._started_at < SECONDS_BETWEEN_STARTS:
            return
        for position, guard in enumerate(self.guards):
            if guard.poll() is not None:
                self._started_at = time.monotonic()
                self._count(self.deaths + 1)
                _close_input(guard)
                self.guards[position] = self._start_guard()

    def close(self) -> None:
        """End the workers and the scheduler."""
        for guard in self.guards:
            _close_input(guard)
        deadline = time.monotonic() + SECONDS_TO_END
        for guard in self.guards:
            try:
                guard.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                kill_group(guard)
        with suppress(TimeoutError):
            self._cluster.close(timeout=1)

    def _count(self, deaths: int) -> None:
        self.deaths = deaths
        _write(self._folder / DEATHS, str(deaths))

    def _start_guard(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ensemble.execution.local_worker", self.address, str(self._folder)]
        return subprocess.Popen(command, env=self._environment, stdin=subprocess.PIPE, start_new_session=True)


def _environment_of_workers() -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        # The resource tracker of multiprocessing removes the semaphores of a killed worker, with a warning each time.
        "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker"])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        **dask_settings.as_environment(dask_settings.EMBEDDED_WORKER),
    }


def _write(file: Path, text: str) -> None:
    """Write atomically: a reader sees the old content or the new."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _end_with_standard_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    _ended.set()


def _close_input(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin:
        guard.stdin.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
