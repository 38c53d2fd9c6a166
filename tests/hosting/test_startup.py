"""What the server sets once."""

import re
import subprocess
import sys
from unittest.mock import Mock

import pytest

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


@pytest.mark.skipif(sys.platform != "linux", reason="pools of glibc")
def test_threads_share_two_pools_of_memory():
    def pools(first):
        ran = subprocess.run(
            [sys.executable, "-c", IN_THREADS.format(first)], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
        return len(re.findall(r"^Arena \d+:", ran.stderr, re.MULTILINE))

    by_default = pools("")
    if not by_default:
        pytest.skip("no glibc")
    assert pools("keep_memory_together()") == startup.POOLS_OF_MEMORY < by_default


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
