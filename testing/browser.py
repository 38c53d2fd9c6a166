"""A real browser and a real server on loopback, for browser tests, benchmarks and pictures."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from testing import PATIENCE, ROOT

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW_TO_GET_ONE = "No browser found: run `playwright install chromium`, or install Chromium or Chrome."
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """There is no browser on this machine."""


@dataclass
class App:
    """A running Streamlit server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def traceback(self) -> str:
        """The first traceback in its log, without colours and frames; empty if there is none."""
        plain = re.sub(r"\x1b\[[0-9;]*m|[│─╭╮╰╯]| +$", "", self.log.read_text(), flags=re.MULTILINE)
        return plain[plain.index("Traceback") :][:6000] if "Traceback" in plain else ""


def browser_path(playwright: Playwright) -> str | None:
    """Playwright's own Chromium if it is installed, else one of the system's; None if there is none."""
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A headless browser. Its first context caches compiled scripts on disk, which halves the time to open a page."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        path = browser_path(playwright)
        if path is None:
            raise NoBrowserError(HOW_TO_GET_ONE)
        expect.set_options(timeout=1000 * PATIENCE)
        first = playwright.chromium.launch_persistent_context(profile, executable_path=path, args=[*FLAGS, *flags])
        first.set_default_timeout(1000 * PATIENCE)
        assert first.browser
        yield first.browser
        first.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A new browser context, as of another person, with the tests' time limit."""
    context = browser.new_context(**options)
    context.set_default_timeout(1000 * PATIENCE)
    return context


@contextmanager
def running_app(
    script: str | Path = ROOT / "app.py",
    python: str = sys.executable,
    folder: Path = ROOT,
    port: int = 0,
    trains: bool = True,
) -> Iterator[App]:
    """A new server for the script, which is healthy when the block begins and has ended after it.

    A server that does not need to train is given the address of a missing scheduler, so that it starts no worker.
    """
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the port of a killed server can be reused at once
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    log = Path(tempfile.mkdtemp()) / "streamlit.log"
    options = {"port": port, "address": "127.0.0.1"}
    command = [python, "-m", "streamlit", "run", str(script)]
    command += [part for name, value in options.items() for part in (f"--server.{name}", str(value))]
    environment = os.environ | ({} if trains else {"SOFTMAX_LAB_SCHEDULER": "tcp://127.0.0.1:9"})
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    app = App(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until_healthy(app)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_healthy(app: App, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(app.url + "/_stcore/health", timeout=1)
            return
        except OSError:
            if app.process.poll() is not None:
                break
            threading.Event().wait(0.02)
    raise RuntimeError(f"The server did not come up:\n{app.log.read_text()}")


def settled(page: Page) -> None:
    """Wait until the script has ended, the fonts are there, and the components have drawn their last data."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=1000 * PATIENCE)
    page.evaluate("document.fonts.ready.then(() => null)")
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
