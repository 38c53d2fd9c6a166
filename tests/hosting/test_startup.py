"""What the server sets once."""

import asyncio
import inspect
import re
import socket
import subprocess
import sys
from unittest.mock import Mock

import pytest
import uvicorn

from testing import PATIENCE, ROOT
from testing.asynchronous import run_async
from ui.server import startup

IN_THREADS = """
import ctypes, threading
from ui.server.startup import keep_memory_together
{}
together, kept = threading.Barrier(20), []

def take():
    together.wait()
    kept.append(bytes(10_000))
    together.wait()

threads = [threading.Thread(target=take) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ctypes.CDLL(None).malloc_stats()
"""

AFTER_A_LARGE_BLOCK = """
import ctypes
from ui.server.startup import keep_memory_together
{}
bytes(16_000_000)
kept = [bytes(100_000) for _ in range(50)]
ctypes.CDLL(None).malloc_stats()
"""


def told_of_memory(script):
    """What glibc tells at the end of a script; skips where there is another C library."""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    if "Arena 0:" not in ran.stderr:
        pytest.skip("no glibc")
    return ran.stderr


@pytest.fixture
def interval():
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_a_thread_that_waits_gets_the_interpreter_within_two_milliseconds(interval, monkeypatch):
    monkeypatch.setattr("ui.server.streamlit_internals", Mock(), raising=False)
    for name in ("start_training", "_load_libraries", "open_browser", "_stop_training"):
        monkeypatch.setattr(startup, name, lambda: None)

    async def serve():
        async with startup.lifespan(None):
            return sys.getswitchinterval()

    assert run_async(serve()) <= 0.002


def test_the_server_ends_though_an_answer_is_never_ready(monkeypatch):
    monkeypatch.setattr(uvicorn.Server, "shutdown", inspect.unwrap(uvicorn.Server.shutdown))
    monkeypatch.setattr(startup, "SECONDS_FOR_LAST_ANSWERS", 0.1)
    startup.end_while_browsers_listen()

    async def app(scope, receive, send):
        if scope["type"] == "http":
            server.should_exit = True
            await asyncio.Event().wait()

    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical"))

    async def serve():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server._serve([listening]))
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await asyncio.wait_for(serving, PATIENCE)
            writer.close()
            return server.started

    assert run_async(serve())


@pytest.mark.skipif(sys.platform != "linux", reason="pools of glibc")
def test_threads_share_two_pools_of_memory():
    def pools(first):
        return len(re.findall(r"^Arena \d+:", told_of_memory(IN_THREADS.format(first)), re.MULTILINE))

    assert pools("keep_memory_together()") == startup.POOLS_OF_MEMORY < pools("")


@pytest.mark.skipif(sys.platform != "linux", reason="pools of glibc")
def test_no_pool_holds_large_blocks_even_after_larger_ones():
    def in_use(first):
        told = told_of_memory(AFTER_A_LARGE_BLOCK.format(first))
        return int(re.findall(r"Arena 0:.*?in use bytes\s+= +(\d+)", told, re.DOTALL)[0])

    assert in_use("") - in_use("keep_memory_together()") > 40 * 100_000


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_the_server_opens_as_many_files_as_the_system_allows():
    import resource

    present, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
        startup.allow_many_connections()
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert allowed == (most if 0 <= most < startup.MAX_OPEN_FILES else startup.MAX_OPEN_FILES, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (present, most))
