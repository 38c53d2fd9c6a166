"""Stores of both kinds: SQLite in a file, and a real Redis or Valkey on loopback that the tests start."""

import shutil
import socket
import subprocess
import time

import pytest

from ensemble.room.redis_store import RedisStore
from ensemble.room.sqlite_store import SqliteStore

SERVER = shutil.which("valkey-server") or shutil.which("redis-server")


class Clock:
    """A time that tests set."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """The address of a server of its own; nothing of it is left."""
    if not SERVER:
        pytest.skip("neither valkey-server nor redis-server is installed")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    command = [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()
        server.wait(20)


@pytest.fixture(params=["sqlite", "redis"])
def store(request, tmp_path):
    """An empty store."""
    if request.param == "sqlite":
        made = SqliteStore(tmp_path / "rooms.sqlite")
        yield made
        made.disconnect()
        return
    made = RedisStore(request.getfixturevalue("redis_url"))
    made._redis.flushall()
    yield made
    made.disconnect()
