"""Walk through the Dockerfile without a container engine: `python -m testing.dockerfile FOLDER`.

Every COPY and RUN is carried out in a fresh folder that stands for the image's root, with its own virtual environment; then
the image's command is started as its user and its health check is asked. It takes a minute and 2 GB. The account is not made,
only its number is used; that user has to be able to read the Python that runs this.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from testing import ROOT

FOLDERS = ("/opt/venv", "/app", "/build")
SECONDS_TO_BECOME_HEALTHY = 60


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction of a Dockerfile with its arguments, continued lines joined, comments left out."""
    joined = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [(name, arguments) for name, _, arguments in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def ignores_everything_but(text: str) -> list[str]:
    """What a `.dockerignore` that begins with `*` lets in."""
    return [line[1:] for line in text.splitlines() if line.startswith("!")]


class Walk:
    """The folder that stands for the image's root, and what the instructions so far have set."""

    def __init__(self, root: Path):
        self.root = root
        self.folder = root
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        self.user = 0
        self.health: list[str] = []
        self.command: list[str] = []

    def inside(self, text: str) -> str:
        """The text with the image's folders replaced by those under the root."""
        for folder in FOLDERS:
            text = re.sub(rf"(?<![\w.]){folder}(?=[/:\s\"']|$)", f"{self.root}{folder}", text)
        return text

    def take(self, name: str, arguments: str) -> None:
        """Carry out one instruction."""
        print(name, arguments, flush=True)
        getattr(self, f"_{name.lower()}", lambda arguments: None)(arguments)

    def _workdir(self, arguments: str) -> None:
        self.folder = Path(self.inside(arguments))
        self.folder.mkdir(parents=True, exist_ok=True)

    def _env(self, arguments: str) -> None:
        for name, value in re.findall(r"(\w+)=(\S+)", arguments):
            self.environment[name] = self.inside(value.replace("$PATH", self.environment["PATH"]))

    def _user(self, arguments: str) -> None:
        self.user = int(arguments)

    def _copy(self, arguments: str) -> None:
        if arguments.startswith("--from"):
            return
        source, target = arguments.split()
        here = self.folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, here, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            here.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, here)

    def _run(self, arguments: str) -> None:
        if not arguments.startswith("useradd"):
            subprocess.run(["sh", "-ec", self.inside(arguments)], cwd=self.folder, check=True)

    def _healthcheck(self, arguments: str) -> None:
        self.health = json.loads(arguments[arguments.index("[") :])

    def _cmd(self, arguments: str) -> None:
        self.command = json.loads(arguments)

    def as_user(self, command: list[str]) -> list[str]:
        """The command as the image's user, where this process may become it."""
        ids = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        return ["setpriv", *ids, *command] if os.geteuid() == 0 else command

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """The image's command, on loopback and on this port."""
        here = {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1", "STREAMLIT_SERVER_PORT": str(port)}
        return subprocess.Popen(self.as_user(self.command), cwd=self.folder, env=self.environment | here)

    def is_healthy(self, port: int) -> bool:
        """What the image's health check says."""
        command = [part.replace(":8501", f":{port}") for part in self.health]
        done = subprocess.run(self.as_user(command), cwd=self.folder, env=self.environment, capture_output=True)
        return done.returncode == 0


def attempts(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.5)


def main(root: Path, port: int = 8643) -> None:
    walk = Walk(root.resolve())
    for name, arguments in instructions((ROOT / "Dockerfile").read_text()):
        walk.take(name, arguments)
    server = walk.start(port)
    try:
        healthy = any(walk.is_healthy(port) for _ in attempts(SECONDS_TO_BECOME_HEALTHY))
        print("healthy" if healthy else "NOT healthy", f"at http://127.0.0.1:{port}", flush=True)
        if not healthy or "--stay" not in sys.argv:
            return
        server.wait()
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
