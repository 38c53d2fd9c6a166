"""Where the rooms of a server are kept."""

import pytest
from prometheus_client import generate_latest

from ensemble.execution import metrics
from ensemble.limits import Limits
from ensemble.room import host
from ensemble.room.redis_store import RedisStore
from ensemble.room.store import StoreError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    host.rooms.cache_clear()
    yield tmp_path
    host.rooms.cache_clear()


def test_without_a_word_of_the_host_rooms_are_in_a_file_of_the_user(home, monkeypatch):
    monkeypatch.delenv(host.VARIABLE, raising=False)
    room = host.rooms().open()
    assert host.rooms().find(room.code).code == room.code
    assert (home / "softmax-lab" / "rooms.sqlite").exists()
    assert (home / "softmax-lab").stat().st_mode & 0o077 == 0, "nobody else reads it"


def test_the_host_chooses_the_file_or_a_server(home, monkeypatch, redis_url):
    monkeypatch.setenv(host.VARIABLE, str(home / "deep" / "here.sqlite"))
    host.rooms().open()
    assert (home / "deep" / "here.sqlite").exists()
    assert isinstance(host.store_at(redis_url), RedisStore)


def test_the_host_says_how_many(home):
    found = Limits.from_environment({"SOFTMAX_LAB_ROOMS": "x.sqlite", "SOFTMAX_LAB_PEOPLE": "30"})
    assert (found.open_rooms, found.people) == (50, 30)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:nowhere/0", "/proc/rooms.sqlite"])
def test_an_address_that_cannot_work_is_told_to_people_and_to_the_host(address, monkeypatch, caplog):
    monkeypatch.setenv(host.VARIABLE, address)
    monkeypatch.setattr("ensemble.room.store._last_complaint", [-1e9])
    host.rooms.cache_clear()
    with pytest.raises(StoreError):
        host.rooms()
    assert "Rooms cannot be reached" in caplog.text


def test_without_a_state_folder_rooms_are_in_a_private_temporary_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/self/fd")
    monkeypatch.setattr(host.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(host.os, "access", lambda *_: False)
    file = host._usual_file()
    assert file.parent.parent == tmp_path
    assert file.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(host.os, "getuid", lambda: file.parent.stat().st_uid + 1)
    (tmp_path / f"softmax-lab-{host.os.getuid()}").symlink_to(file.parent)
    with pytest.raises(PermissionError, match="somebody else"):
        host._usual_file()


def test_open_rooms_are_counted_for_the_metrics(home, monkeypatch):
    monkeypatch.delenv(host.VARIABLE, raising=False)
    assert host.open_rooms() == 0
    assert not (home / "softmax-lab").exists(), "a server without rooms has no file of them"
    host.rooms().open()
    assert host.open_rooms() == 1
    assert "softmax_lab_rooms 1.0" in generate_latest(metrics.REGISTRY).decode()
