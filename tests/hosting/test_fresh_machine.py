"""What somebody meets who follows the README on a new machine: the environment lies inside the checkout."""

import gc
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from contextlib import suppress
from urllib.parse import parse_qsl

import psutil
import pytest
import streamlit as st
from streamlit import config

from ensemble.execution import start_time
from ensemble.execution.local import cluster as local_cluster
from testing.app_test import open_app
from testing.asynchronous import run_async
from testing.browser import ROOT, running_app
from testing.cluster import eventually
from testing.people.many_tabs import port_of
from testing.protocol import Tab

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
READ_FOR_EVER = """
import itertools, pathlib, sys
files = [path for path in pathlib.Path(sys.argv[1]).rglob("*.py")]
for path in itertools.cycle(files):
    path.read_bytes()
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The app in a folder of its own, with an environment in it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in (".streamlit", "ensemble", "pages", "ui"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder)
    for package in range(50):
        path = folder / ".venv" / "lib" / f"package_{package}"
        path.mkdir(parents=True)
        (path / "module.py").write_text("x = 1\n")
    return folder


@pytest.fixture(scope="module")
def visited(checkout):
    """The running app after a visit to two pages, when training is ready; its environment is read all the time."""

    async def visit(port):
        async with Tab(port, "softmax") as tab:
            await tab.go_to("train")

    reader = subprocess.Popen([sys.executable, "-c", READ_FOR_EVER, str(checkout / ".venv")])
    try:
        with running_app(checkout / "app.py", folder=checkout) as app:
            run_async(visit(port_of(app)))
            assert eventually(lambda: "Ready to train" in app.log.read_text())
            yield app
    finally:
        reader.kill()
        reader.wait()


@pytest.mark.nightly
def test_an_environment_inside_the_checkout_is_not_watched(visited):
    """With Streamlit's default each file that is opened in `.venv` is an event for the web process."""
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert "otify" not in visited.log.read_text()


@pytest.mark.nightly
def test_the_log_says_address_and_ready_and_nothing_else(visited):
    lines = [line.strip() for line in visited.log.read_text().splitlines() if line.strip()]
    assert [re.sub(r"\d+", "N", line) for line in lines] == [
        "You can now view your Streamlit app in your browser.",
        "URL: http://localhost:N",
        "Ready to train after N s.",
    ]


def test_a_browser_is_opened_where_there_is_a_screen():
    assert "headless" not in CONFIG["server"]


def test_nobody_is_asked_for_an_address():
    assert CONFIG["server"]["showEmailPrompt"] is False


def test_the_browser_is_opened_at_the_address_of_the_app(monkeypatch):
    """Streamlit opens one for a plain script only."""
    from ui.server import startup

    opened = []
    monkeypatch.setattr(startup.webbrowser, "open", opened.append)
    chosen = {"server.headless": False, "browser.serverAddress": "localhost", "server.baseUrlPath": "lab"}
    chosen |= {"browser.serverPort": 8502, "server.sslCertFile": "certificate.pem"}
    real = config.get_option
    for module in (startup.st, config):
        monkeypatch.setattr(module, "get_option", lambda name: chosen.get(name, real(name)))
    startup.open_browser().join()
    assert opened == ["https://localhost:8502/lab"]


def test_no_browser_is_opened_on_a_machine_without_screen(monkeypatch):
    from ui.server import startup

    monkeypatch.setattr(startup.st, "get_option", {"server.headless": True}.__getitem__)
    assert startup.open_browser() is None


def test_a_visitor_who_clears_the_caches_starts_nothing_again():
    """Each warm-up froze what it found in memory, cycles of sessions included."""
    app = open_app()
    frozen, threads = gc.get_freeze_count(), {thread.name for thread in threading.enumerate()}
    st.cache_resource.clear()
    app.run()
    assert gc.get_freeze_count() == frozen
    assert {thread.name for thread in threading.enumerate()} - threads <= {"training-service"}


def test_a_cluster_that_cannot_be_made_early_keeps_no_server_from_starting(monkeypatch):
    def refuse(workers):
        raise OSError("No space left on device")

    monkeypatch.setattr(local_cluster, "EmbeddedCluster", refuse)
    local_cluster.start_early()
    for workers in ("5000", "0", "-1", "x", "9" * 5000):
        monkeypatch.setenv("SOFTMAX_LAB_WORKERS", workers)
        monkeypatch.setattr(local_cluster, "EmbeddedCluster", lambda workers: pytest.fail("It was started."))
        local_cluster.start_early()


@pytest.mark.nightly
def test_training_starts_with_the_server_before_anybody_visits(checkout):
    with running_app(checkout / "app.py", folder=checkout) as app:
        web = psutil.Process(app.process.pid)

        def worker_has_started():
            with suppress(psutil.Error):  # a child that has ended since
                return any("ensemble.execution.local.worker" in child.cmdline() for child in web.children(recursive=True))

        assert eventually(worker_has_started), app.log.read_text()


@pytest.mark.parametrize("kept", ["8.25", "", "nan", "-3", "inf", "soon"])
def test_the_last_start_is_remembered_or_nothing(monkeypatch, tmp_path, kept):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert start_time.last() is None
    start_time.remember(8.25)
    assert start_time.last() == 8.25
    next(tmp_path.rglob("seconds*")).write_text(kept)
    assert start_time.last() == (8.25 if kept == "8.25" else None)


def test_a_cache_folder_that_cannot_be_written_costs_nothing(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    start_time.remember(8.25)
    assert start_time.last() is None
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert start_time.last() is None


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_links_of_the_readme_open_pages_without_a_notice():
    links = re.findall(r"http://localhost:8501/(\w+)\??([^)]*)", README)
    assert len(links) == 6
    for page, query in links:
        app = open_app(f"pages/{page}.py", **dict(parse_qsl(query)))
        assert app.title
        assert not [*app.exception, *app.error, *app.warning]


def test_the_tests_run_in_an_environment_inside_the_checkout_as_the_readme_says():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python -m venv .venv" in README
    assert "python3 -m venv .venv" in ci
    [test_command] = re.findall(r"^pip install -r requirements-dev.txt && pytest$", README, re.MULTILINE)
    assert test_command.replace("install", "install --quiet") in ci


def test_the_readme_says_who_can_reach_the_app_and_how_to_keep_it_to_oneself():
    """One sentence with the loopback variant, whose options exist."""
    assert "Everyone in your network can open the app" in README
    options = re.findall(r"--([\w.]+) localhost", README)
    assert options == ["server.address", "server.allowedHosts"]
    for option in options:
        config.get_option(option)


def test_the_readme_is_read_in_a_minute():
    assert len(re.sub(r"\(http\S+\)|!\[.*\)", "", README).split()) < 300
