"""What the server sets once."""

import sys
from unittest.mock import Mock

import pytest

from testing.asynchronous import run_async
from ui.server import startup


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
