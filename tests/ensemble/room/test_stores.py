"""Both stores keep what they have confirmed, count each entry once, and let a room end."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from ensemble.room.redis_store import RedisStore
from ensemble.room.sqlite_store import SqliteStore
from ensemble.room.store import Condition, Outcome, StoreError
from tests.ensemble.room.conftest import Clock

WRITER = """
import sys
from ensemble.room.sqlite_store import SqliteStore
store = SqliteStore(sys.argv[1])
for number in range(1_000_000):
    store.write("ABCDE", "votes", str(number), b"1")
    print(number, flush=True)
"""


def test_entries_are_read_as_they_were_written_and_each_room_has_its_own(store):
    assert [store.create(code, "secret", 2) for code in ("ABCDE", "FGHJK")] == [Outcome.WRITTEN] * 2
    assert store.write("ABCDE", "votes", "me", b"\x00\xff\n") is Outcome.WRITTEN
    assert store.write("ABCDE", "votes", "you", b"") is Outcome.WRITTEN
    assert store.write("ABCDE", "other", "me", b"2") is Outcome.WRITTEN
    assert store.read("ABCDE", "votes") == {"me": b"\x00\xff\n", "you": b""}
    assert (store.read_one("ABCDE", "other", "me"), store.read_one("ABCDE", "other", "you")) == (b"2", None)
    assert (store.count("ABCDE", "votes"), store.count("FGHJK", "votes"), store.count("ABCDE", "none")) == (2, 0, 0)
    store.remove("ABCDE", "votes", "me")
    assert store.read("ABCDE", "votes") == {"you": b""}
    store.close("ABCDE")
    assert (store.secret_digest("ABCDE"), store.version("ABCDE"), store.read("ABCDE", "votes")) == (None, None, {})
    assert store.secret_digest("FGHJK") == "secret"
    assert store.write("ABCDE", "votes", "me", b"1") is Outcome.GONE


def test_a_code_belongs_to_one_room_and_there_are_no_more_rooms_than_may_be(store):
    assert store.create("ABCDE", "mine", 2) is Outcome.WRITTEN
    assert store.create("ABCDE", "yours", 2) is Outcome.TAKEN
    assert store.create("ABCDE", "mine", 2) is Outcome.WRITTEN, "a retry finds the room that it has made"
    assert store.create("FGHJK", "yours", 2) is Outcome.WRITTEN
    assert store.create("KRTAB", "theirs", 2) is Outcome.FULL
    assert store.rooms() == 2


def test_the_version_tells_a_change_and_a_repetition_is_none(store):
    store.create("ABCDE", "secret", 9)
    seen = [store.version("ABCDE")]
    for value in (b"1", b"1", b"2"):
        store.write("ABCDE", "votes", "me", value)
        seen.append(store.version("ABCDE"))
    store.remove("ABCDE", "votes", "you")
    store.keep_alive("ABCDE")
    seen.append(store.version("ABCDE"))
    store.remove("ABCDE", "votes", "me")
    seen.append(store.version("ABCDE"))
    assert np.diff(seen).tolist() == [1, 0, 1, 0, 1]


def test_a_condition_holds_or_nothing_is_written(store):
    store.create("ABCDE", "secret", 9)
    condition = Condition("state", "asking", b"open")
    assert store.write("ABCDE", "votes", "me", b"1", condition) is Outcome.CHANGED
    store.write("ABCDE", "state", "asking", b"open")
    assert store.write("ABCDE", "votes", "me", b"1", condition) is Outcome.WRITTEN
    store.write("ABCDE", "state", "asking", b"closed")
    assert store.write("ABCDE", "votes", "me", b"2", condition) is Outcome.CHANGED
    assert store.read("ABCDE", "votes") == {"me": b"1"}


def test_there_are_no_more_entries_than_may_be_and_a_known_one_is_always_written(store):
    store.create("ABCDE", "secret", 9)
    outcomes = [store.write("ABCDE", "people", key, b"1", at_most=2) for key in "aabac"]
    assert outcomes == [Outcome.WRITTEN] * 4 + [Outcome.FULL]
    assert store.write("ABCDE", "people", "a", b"2", at_most=2) is Outcome.WRITTEN


def test_repeated_votes_from_many_threads_count_each_person_once(store):
    store.create("ABCDE", "secret", 9)
    people = np.random.default_rng(0).integers(0, 700, 10_000)

    def vote(some):
        for person in some:
            store.write("ABCDE", "votes", str(person), str(person % 3).encode(), at_most=700)

    threads = [threading.Thread(target=vote, args=(some,)) for some in np.array_split(people, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read("ABCDE", "votes") == {str(person): str(person % 3).encode() for person in set(people.tolist())}


def test_of_many_who_press_at_once_no_more_enter_than_may(store):
    store.create("ABCDE", "secret", 9)
    outcomes = []

    def enter(start):
        outcomes.extend(store.write("ABCDE", "people", f"{start}-{k}", b"", at_most=50) for k in range(20))

    threads = [threading.Thread(target=enter, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Outcome.WRITTEN) == store.count("ABCDE", "people") == 50


def test_a_room_ends_six_hours_after_its_last_sign_of_life(tmp_path):
    clock = Clock()
    store = SqliteStore(tmp_path / "rooms.sqlite", clock=clock)
    store.create("ABCDE", "secret", 1)
    store.write("ABCDE", "votes", "me", b"1")
    clock.now += 5 * 3600
    store.keep_alive("ABCDE")
    clock.now += 5 * 3600
    assert store.secret_digest("ABCDE") == "secret"
    assert store.create("FGHJK", "secret", 1) is Outcome.FULL
    clock.now += 3600
    assert (store.secret_digest("ABCDE"), store.version("ABCDE"), store.rooms()) == (None, None, 0)
    assert (store.read("ABCDE", "votes"), store.read_one("ABCDE", "votes", "me"), store.count("ABCDE", "votes")) == (
        {},
        None,
        0,
    )
    store.keep_alive("ABCDE")
    assert store.write("ABCDE", "votes", "me", b"1") is Outcome.GONE
    assert store.create("FGHJK", "secret", 1) is Outcome.WRITTEN
    store.disconnect()


def test_a_room_of_redis_ends_with_all_that_is_in_it(redis_url):
    store = RedisStore(redis_url, seconds=1)
    store._redis.flushall()
    store.create("ABCDE", "secret", 9)
    store.write("ABCDE", "votes", "me", b"1")
    keys = list(store._redis.scan_iter("*ABCDE*"))
    assert len(keys) == 3
    assert all(0 < store._redis.pttl(key) <= 1000 for key in keys)
    store.disconnect()


def test_what_was_confirmed_outlives_the_process_that_wrote_it(tmp_path):
    path = tmp_path / "rooms.sqlite"
    store = SqliteStore(path)
    store.create("ABCDE", "secret", 9)
    confirmed = []
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        for line in writer.stdout:
            confirmed.append(line.strip())
            if len(confirmed) == 200:
                writer.kill()
                break
    there = store.read("ABCDE", "votes")
    store.disconnect()
    assert set(confirmed) <= there.keys()
    again = SqliteStore(path)
    assert again.read("ABCDE", "votes") == there
    assert again.secret_digest("ABCDE") == "secret"
    again.disconnect()


@pytest.mark.nightly
def test_nothing_that_was_confirmed_is_lost_over_many_kills(tmp_path):
    path = tmp_path / "rooms.sqlite"
    store, rng = SqliteStore(path), np.random.default_rng(0)
    store.create("ABCDE", "secret", 9)
    for _ in range(20):
        confirmed = []
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
            ends = time.monotonic() + float(rng.uniform(0.5, 1.5))
            for line in writer.stdout:
                confirmed.append(line.strip())
                if time.monotonic() > ends:
                    writer.kill()
                    break
        assert set(confirmed) <= store.read("ABCDE", "votes").keys()
    store.disconnect()


def test_a_store_that_does_not_answer_is_told_in_a_sentence_and_logged_once(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("ensemble.room.redis_store.RETRIES", 0)
    monkeypatch.setattr("ensemble.room.store._last_complaint", [-1e9])
    gone = SqliteStore(tmp_path / "rooms.sqlite")
    gone.disconnect()
    for store in (gone, RedisStore("redis://127.0.0.1:1/0")):
        for act, *given in (
            (store.create, "ABCDE", "secret", 9),
            (store.write, "ABCDE", "votes", "me", b"1"),
            (store.read, "ABCDE", "votes"),
            (store.version, "ABCDE"),
            (store.remove, "ABCDE", "votes", "me"),
        ):
            with pytest.raises(StoreError, match="cannot be reached right now"):
                act(*given)
    assert len(caplog.records) == 1


def test_a_full_disk_is_told_and_the_store_goes_on_once_there_is_room(tmp_path):
    store = SqliteStore(tmp_path / "rooms.sqlite")
    store.create("ABCDE", "secret", 9)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError):
        store.write("ABCDE", "votes", "you", b"1" * 100_000)
    store._connection.execute("PRAGMA max_page_count = 100000")
    there = store.count("ABCDE", "votes")
    assert store.write("ABCDE", "votes", "me", b"1") is Outcome.WRITTEN
    assert store.count("ABCDE", "votes") == there + 1
    store.disconnect()


def test_a_file_that_another_program_holds_is_told_and_written_later(tmp_path, monkeypatch):
    monkeypatch.setattr("ensemble.room.sqlite_store.SECONDS_TO_WAIT_FOR_OTHERS", 0.05)
    store, other = SqliteStore(tmp_path / "rooms.sqlite"), SqliteStore(tmp_path / "rooms.sqlite")
    store.create("ABCDE", "secret", 9)
    with other._transaction():
        with pytest.raises(StoreError):
            store.write("ABCDE", "votes", "me", b"1")
        assert store.secret_digest("ABCDE") == "secret", "what is there can be read"
    assert store.write("ABCDE", "votes", "me", b"1") is Outcome.WRITTEN
    for one in (store, other):
        one.disconnect()


def test_what_is_removed_of_a_room_that_has_ended_brings_none_back(redis_url):
    store = RedisStore(redis_url)
    store._redis.flushall()
    store._redis.hset("softmax-lab:{ABCDE}:of:votes", "me", b"1")  # its room has just run out
    store.remove("ABCDE", "votes", "me")
    assert (store.rooms(), store.version("ABCDE")) == (0, None)
    store.disconnect()
