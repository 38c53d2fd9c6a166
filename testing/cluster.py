"""A scheduler and workers in processes of their own, by the commands of docs/cluster.md."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from ensemble.execution.local.cluster import EmbeddedCluster
from testing import PATIENCE, ROOT


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait for a condition; returns whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def documented(heading: str) -> str:
    """The commands under a heading of docs/cluster.md."""
    text = (ROOT / "docs" / "cluster.md").read_text()
    section = next(part for part in text.split("\n## ")[1:] if part.partition("\n")[0].endswith(heading))
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL))


class Cluster:
    """The cluster that the document's commands start, on a free port."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.processes: list[subprocess.Popen[Any]] = []
        subprocess.run(
            ["bash", "-ec", documented("A key that all machines share")], cwd=folder, check=True, capture_output=True
        )

    @property
    def address(self) -> str:
        return f"tls://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment that results from the document's settings."""
        lines = subprocess.run(
            ["bash", "-ec", f"{self.settings()}\nenv -0"], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout.split("\0")
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def settings(self, package: Path = ROOT) -> str:
        """The document's settings with this port, and the package in that folder."""
        own = documented("Settings, on every machine").replace("PORT=8786", f"PORT={self.port}")
        return own.replace("PYTHONPATH=$PWD", f"PYTHONPATH={package}")

    def start(self, heading: str, package: Path = ROOT, **changes: str) -> subprocess.Popen[bytes]:
        """Run a command of the document in the background, with the replacements in ``changes``."""
        command = documented(heading)
        for text, other in changes.items():
            assert text in command
            command = command.replace(text, other)
        script = f"{self.settings(package)}\nexec {command}"
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            ["bash", "-ec", script],
            cwd=self.folder,
            stdout=log,
            stderr=log,
            env=os.environ | {"TMPDIR": str(self.folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )
        self.processes.append(process)
        return process

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("The scheduler, on one machine")

    def worker(self, package: Path = ROOT, **changes: str) -> subprocess.Popen[bytes]:
        return self.start("Workers, on every machine, one for each core", package, **changes)

    def close(self) -> None:
        """End all that was started."""
        for process in reversed(self.processes):
            end(process)


def alive(process: psutil.Process) -> bool:
    """Whether the process is alive, and no zombie."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def nanny_of(cluster: EmbeddedCluster) -> psutil.Process:
    """Dask's nanny of the embedded cluster's worker, once it has started."""
    assert eventually(lambda: _nannies(cluster))
    return _nannies(cluster)[0]


def _nannies(cluster: EmbeddedCluster) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(cluster.process.pid).children():
        with suppress(psutil.Error):  # the process has ended
            if "ensemble.execution.local.worker" in child.cmdline():
                found.append(child)
    return found


def trainer(nanny: subprocess.Popen[bytes] | psutil.Process) -> psutil.Process:
    """The process that has TensorFlow loaded: the nanny's child."""
    children = psutil.Process(nanny.pid).children(recursive=True)
    return max(children, key=lambda process: process.memory_info().rss)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children."""
    with_children = []
    if process.poll() is None:
        with_children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
    for child in with_children:
        if child.is_running():
            child.kill()
    process.wait()
