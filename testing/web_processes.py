"""Several web processes behind a proxy, with their Redis or Valkey, Dask scheduler and workers, all on loopback.

They are started by the commands of ``compose.yaml``, and the proxy by its ``nginx.conf``, with other ports.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ensemble.room import host
from testing import PATIENCE, ROOT
from testing.browser import App, running_app

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
REDIS = shutil.which("valkey-server") or shutil.which("redis-server")
PROXY = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
Process = subprocess.Popen[bytes]


@dataclass
class WebProcesses:
    """What runs.

    Attributes
    ----------
    url : str
        Of the proxy.
    store : str
        Where their rooms are.
    apps : list of App
    redis : Process
    workers : list of Process
    """

    url: str
    store: str
    apps: list[App]
    redis: Process
    workers: list[Process]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until somebody listens there."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"Nobody listens on port {port}.")


def redis_command(port: int, folder: Path) -> list[str]:
    """The command of the service ``valkey``, on loopback, with its file in a folder."""
    _, *options = SERVICES["valkey"]["command"]
    given = [str(folder) if option == "/data" else option for option in options]
    return [str(REDIS), *given, "--port", str(port), "--bind", "127.0.0.1"]


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[Process]:
    """A process that is ended with the block, by its number."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def proxy_configuration(port: int, ports: list[int], folder: Path) -> str:
    """``nginx.conf`` for other ports, with all that it writes in a folder."""
    text = (ROOT / "nginx.conf").read_text(encoding="utf-8")
    servers = "".join(f"server 127.0.0.1:{each};\n" for each in ports)
    text = text.replace("listen 8501;", f"listen 127.0.0.1:{port};").replace("server web:8501;", servers)
    return text.replace("/tmp/", f"{folder}/")


@contextmanager
def web_processes(number: int, workers: int, folder: Path) -> Iterator[WebProcesses]:
    """So many web processes that serve one class, behind one address; all are gone when the block ends."""
    port, redis_port, scheduler_port = free_port(), free_port(), free_port()
    store, scheduler = f"redis://127.0.0.1:{redis_port}/0", f"tcp://127.0.0.1:{scheduler_port}"
    here = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    settings = {
        host.VARIABLE: store,
        "SOFTMAX_LAB_SCHEDULER": scheduler,
        "STREAMLIT_SERVER_COOKIE_SECRET": "one for all of them",
        "SOFTMAX_LAB_WAITING": "2000",
    }
    with ExitStack() as stack:
        redis = stack.enter_context(running(redis_command(redis_port, folder)))
        _, *command = SERVICES["scheduler"]["command"]
        command = [sys.executable, *command, "--host", "127.0.0.1"]
        command[command.index("--port") + 1] = str(scheduler_port)
        environment = here | SERVICES["scheduler"]["environment"]
        stack.enter_context(running(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL))
        wait_for_port(scheduler_port)
        wait_for_port(redis_port)
        _, *command = SERVICES["worker"]["command"]
        places = {"tcp://scheduler:8786": scheduler, "--local-directory=/tmp": f"--local-directory={folder}"}
        command = [sys.executable, *(places.get(part, part) for part in command), "--host", "127.0.0.1"]
        environment = here | SERVICES["worker"]["environment"]
        quiet = {"cwd": folder, "env": environment, "stderr": subprocess.DEVNULL}
        training = [stack.enter_context(running(command, **quiet)) for _ in range(workers)]
        with changed_environment(settings):
            apps = [stack.enter_context(running_app()) for _ in range(number)]
        file = folder / "nginx.conf"
        ports = [int(app.url.rpartition(":")[2]) for app in apps]
        file.write_text(proxy_configuration(port, ports, folder), encoding="utf-8")
        options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")  # it writes in this user's folder
        stack.enter_context(running([str(PROXY), "-p", str(folder), "-c", str(file), "-g", options]))
        wait_for_port(port)
        url = f"http://127.0.0.1:{port}"
        urllib.request.urlopen(f"{url}/_stcore/health", timeout=PATIENCE)
        yield WebProcesses(url, store, apps, redis, training)


@contextmanager
def changed_environment(values: dict[str, str]) -> Iterator[None]:
    """The environment with these variables, for what is started meanwhile."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
