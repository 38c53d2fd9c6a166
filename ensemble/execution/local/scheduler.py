"""The process of the embedded cluster's scheduler: ``python -m ensemble.execution.local.scheduler WORKERS FOLDER``.

The web process starts it and holds the other end of its standard input, a pipe. When that end is closed, by the web process or
by the operating system after the web process has crashed, this process stops the workers and exits. It stops the workers in the
same way: each is a child process (``ensemble.execution.local.worker``) that exits when its standard input is closed.
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
from ensemble.execution.local.cluster import ADDRESS, DEATHS, ROOT, kill_group
from ensemble.execution.local.tls import CERTIFICATE, KEY

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_STARTS = 3
SECONDS_BETWEEN_USES = 3600
SECONDS_TO_END = 2

_ended = threading.Event()


def main(workers: int, folder: Path) -> None:
    """Serve until the standard input is closed, SIGTERM arrives, or the key has been deleted.

    No process can join without the key. The web process then starts a new cluster, with a new folder.

    Parameters
    ----------
    workers : int
        How many to start, and to replace when they end.
    folder : Path
        The key, the certificate, the scheduler's address and the number of nannies that have died are written here.
    """
    signal.signal(signal.SIGTERM, lambda *_: _ended.set())
    # Started before Dask is imported, which takes a second, so that a stop in the meantime is obeyed at once.
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    cluster = Cluster(workers, folder)
    _write(folder / ADDRESS, cluster.address)
    while not _ended.wait(SECONDS_BETWEEN_LOOKS) and cluster.has_its_key:
        cluster.restart_dead_nannies()
        cluster.keep_files()
    cluster.close()
    shutil.rmtree(folder, ignore_errors=True)
    # A normal exit would wait for Dask's remaining threads.
    os._exit(0)


class Cluster:
    """A scheduler that speaks TLS on loopback, and its workers.

    Dask's nanny starts one worker and restarts it when it dies. Each nanny is a process with its own session and process
    group, so that it can be killed together with its worker.

    Attributes
    ----------
    address : str
        Of the scheduler.
    nannies : list of subprocess.Popen
        See ``ensemble.execution.local.worker``.
    deaths : int
        How many nannies have died since a worker was last connected.

    Raises
    ------
    OSError
        If the certificate cannot be written, or a process cannot be started.
    """

    def __init__(self, workers: int, folder: Path) -> None:
        import dask
        from distributed import SpecCluster

        from ensemble.execution.dask_nodes import Scheduler
        from ensemble.execution.local import tls

        self._folder = folder
        tls.write_certificate(folder)
        security = tls.security(folder)
        dask.config.set(dask_settings.EMBEDDED_SCHEDULER)
        options = {"host": "127.0.0.1", "protocol": "tls://", "security": security, "dashboard": False}
        self._cluster = SpecCluster(
            scheduler={"cls": Scheduler, "options": options},
            security=security,
            silence_logs=50,
            scheduler_sync_interval=dask_settings.SECONDS_BETWEEN_INTRODUCTIONS,
        )
        self._environment = _environment_of_workers()
        self.address: str = self._cluster.scheduler_address
        self.deaths = 0
        self._started_at = self._kept_at = time.monotonic()
        self.nannies = [self._start_nanny() for _ in range(workers)]

    def restart_dead_nannies(self) -> None:
        """Restart nannies that have ended, every few seconds at most; a nanny itself restarts its worker."""
        if self.deaths and self._cluster.scheduler.workers:
            self._count(0)
        if time.monotonic() - self._started_at < SECONDS_BETWEEN_STARTS:
            return
        for position, nanny in enumerate(self.nannies):
            if nanny.poll() is not None:
                self._started_at = time.monotonic()
                self._count(self.deaths + 1)
                _close_input(nanny)
                self.nannies[position] = self._start_nanny()

    @property
    def has_its_key(self) -> bool:
        """Whether the files are there with which a further process joins."""
        return all((self._folder / file).exists() for file in (KEY, CERTIFICATE))

    def keep_files(self) -> None:
        """Once an hour, see ``mark_as_used``."""
        if time.monotonic() - self._kept_at >= SECONDS_BETWEEN_USES:
            self._kept_at = time.monotonic()
            mark_as_used(self._folder)

    def close(self) -> None:
        """End the workers and the scheduler."""
        for nanny in self.nannies:
            _close_input(nanny)
        deadline = time.monotonic() + SECONDS_TO_END
        for nanny in self.nannies:
            try:
                nanny.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                kill_group(nanny)
        with suppress(TimeoutError):
            self._cluster.close(timeout=1)

    def _count(self, deaths: int) -> None:
        self.deaths = deaths
        _write(self._folder / DEATHS, str(deaths))

    def _start_nanny(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ensemble.execution.local.worker", self.address, str(self._folder)]
        return subprocess.Popen(command, env=self._environment, stdin=subprocess.PIPE, start_new_session=True)


def mark_as_used(folder: Path) -> None:
    """Set the times of a folder and its files to now, since many systems delete old files from the temporary folder."""
    for directory, _, files in os.walk(folder):
        for file in ("", *files):
            with suppress(OSError):
                os.utime(os.path.join(directory, file))


def _environment_of_workers() -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        # Silences the warning of multiprocessing's resource tracker that a killed worker left semaphores, which it removes.
        "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker"])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        **dask_settings.as_environment(dask_settings.EMBEDDED_WORKER),
    }


def _write(file: Path, text: str) -> None:
    """Replace the file in one step: a reader sees the old content or the new, never a part."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _end_with_standard_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    _ended.set()


def _close_input(nanny: subprocess.Popen[bytes]) -> None:
    if nanny.stdin:
        nanny.stdin.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
