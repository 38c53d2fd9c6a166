"""The embedded cluster as the web process sees it: a process of its own that ends with the web process.

Only the standard library is imported here, so that a server can start the cluster before anything else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed.security import Security

ROOT = Path(__file__).resolve().parents[3]
ADDRESS, DEATHS = "address", "deaths"
SECONDS_TO_LISTEN = 60
SECONDS_TO_END = 4


class EmbeddedCluster:
    """A scheduler and workers, with TLS on loopback. See ``ensemble.execution.local.scheduler``.

    Parameters
    ----------
    workers : int, default 1
        How many workers, at least 1.

    Attributes
    ----------
    folder : str
        Holds the key, the certificate and the files that the processes write, until the end.
    process : subprocess.Popen
        The scheduler. It ends when its standard input is closed, and the workers end with it.

    Raises
    ------
    OSError
        If the folder or the process cannot be created.
    """

    def __init__(self, workers: int = 1) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="softmax-lab-", ignore_cleanup_errors=True)
        self.folder = self._files.name
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ensemble.execution.local.scheduler", str(workers), self.folder],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            # Ctrl-C in a terminal does not reach it.
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.process.poll() is None

    @property
    def address(self) -> str:
        """Wait for the scheduler's address; OSError if the process ends, or takes more than a minute."""
        file, deadline = Path(self.folder, ADDRESS), time.monotonic() + SECONDS_TO_LISTEN
        while not file.exists():
            if not self.running or time.monotonic() > deadline:
                raise OSError("The process of the scheduler " + ("takes too long." if self.running else "ended."))
            time.sleep(0.02)
        return file.read_text(encoding="utf-8")

    @property
    def security(self) -> Security:
        """TLS settings of a client; available once the address is."""
        from ensemble.execution.local import tls

        return tls.security(Path(self.folder))

    @property
    def deaths(self) -> int:
        """How many nannies have ended by themselves since a worker was last connected."""
        try:
            return int(Path(self.folder, DEATHS).read_text(encoding="utf-8"))
        except OSError:
            return 0

    def close(self) -> None:
        """End scheduler and workers within a few seconds, and remove the key."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            kill_group(self.process)
        self._files.cleanup()


_early: list[EmbeddedCluster] = []


def start_early() -> None:
    """Start the cluster that ``take`` will give, unless the environment names a scheduler or no sensible number of workers."""
    workers = os.environ.get("SOFTMAX_LAB_WORKERS", "1")
    sensible = workers.isdecimal() and len(workers) < 3 and int(workers) > 0
    if sensible and not os.environ.get("SOFTMAX_LAB_SCHEDULER") and not _early:
        # If it cannot be created now, it is tried again later, and the page says so.
        with suppress(OSError):
            _early.append(EmbeddedCluster(int(workers)))


def take(workers: int) -> EmbeddedCluster:
    """The cluster that was started early, if it was not taken yet; otherwise a new one."""
    return _early.pop() if _early else EmbeddedCluster(workers)


def close_early() -> None:
    """End the cluster that was started early, if it was not taken."""
    while _early:
        _early.pop().close()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session of its own, and its process group."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
