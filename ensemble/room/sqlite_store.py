"""A store of rooms in an SQLite file, which survives a restart of the server."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ensemble.room.store import Condition, Outcome, raises_store_error

SECONDS_TO_WAIT_FOR_OTHERS = 20
TABLES = """
CREATE TABLE IF NOT EXISTS rooms (code TEXT PRIMARY KEY, secret TEXT NOT NULL, alive REAL NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    code TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (code, kind, key)
) WITHOUT ROWID;
"""
# One query instead of two, because each query releases the interpreter to other threads and has to wait for it again.
OF_ROOMS_THAT_ARE_THERE = "entries JOIN rooms USING (code) WHERE code = ? AND alive > ?"


class SqliteStore:
    """See ``Store``; all processes that use the file have to be on one machine.

    Parameters
    ----------
    path : str or Path
        The file; it is created if it is missing. ``":memory:"`` keeps the rooms in this process.
    seconds : float
        How long an unused room is kept.
    clock : callable
        The time in seconds.
    """

    failures = (sqlite3.Error,)

    def __init__(self, path: str | Path, seconds: float = 6 * 3600, clock: Callable[[], float] = time.time):
        self._seconds, self._clock = seconds, clock
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=SECONDS_TO_WAIT_FOR_OTHERS, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(TABLES)

    @raises_store_error
    def create(self, code: str, secret_digest: str, most_rooms: int) -> Outcome:
        with self._transaction() as rows:
            rows.execute("DELETE FROM rooms WHERE alive <= ?", (self._oldest(),))
            known = rows.execute("SELECT secret FROM rooms WHERE code = ?", (code,)).fetchone()
            if known:
                return Outcome.WRITTEN if known[0] == secret_digest else Outcome.TAKEN
            if rows.execute("SELECT count(*) FROM rooms").fetchone()[0] >= most_rooms:
                return Outcome.FULL
            rows.execute("INSERT INTO rooms VALUES (?, ?, ?, 1)", (code, secret_digest, self._clock()))
            return Outcome.WRITTEN

    @raises_store_error
    def secret_digest(self, code: str) -> str | None:
        found = self._one("SELECT secret FROM rooms WHERE code = ? AND alive > ?", code, self._oldest())
        return str(found[0]) if found else None

    @raises_store_error
    def version(self, code: str) -> int | None:
        found = self._one("SELECT version FROM rooms WHERE code = ? AND alive > ?", code, self._oldest())
        return int(found[0]) if found else None

    @raises_store_error
    def keep_alive(self, code: str) -> None:
        with self._transaction() as rows:
            rows.execute("UPDATE rooms SET alive = ? WHERE code = ? AND alive > ?", (self._clock(), code, self._oldest()))

    @raises_store_error
    def write(
        self, code: str, kind: str, key: str, value: bytes, condition: Condition | None = None, at_most: int | None = None
    ) -> Outcome:
        with self._transaction() as rows:
            if not self._is_there(rows, code):
                return Outcome.GONE
            if condition and _value(rows, code, condition.kind, condition.key) != condition.value:
                return Outcome.CHANGED
            before = _value(rows, code, kind, key)
            if before is None and at_most is not None and _count(rows, code, kind) >= at_most:
                return Outcome.FULL
            if before != value:
                rows.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", (code, kind, key, value))
                rows.execute("UPDATE rooms SET version = version + 1, alive = ? WHERE code = ?", (self._clock(), code))
            return Outcome.WRITTEN

    @raises_store_error
    def read(self, code: str, kind: str) -> Mapping[str, bytes]:
        query = f"SELECT key, value FROM {OF_ROOMS_THAT_ARE_THERE} AND kind = ?"
        with self._lock:
            return dict(self._connection.execute(query, (code, self._oldest(), kind)).fetchall())

    @raises_store_error
    def read_one(self, code: str, kind: str, key: str) -> bytes | None:
        query = f"SELECT value FROM {OF_ROOMS_THAT_ARE_THERE} AND kind = ? AND key = ?"
        found = self._one(query, code, self._oldest(), kind, key)
        return bytes(found[0]) if found else None

    @raises_store_error
    def count(self, code: str, kind: str) -> int:
        found = self._one(f"SELECT count(*) FROM {OF_ROOMS_THAT_ARE_THERE} AND kind = ?", code, self._oldest(), kind)
        return int(found[0]) if found else 0

    @raises_store_error
    def remove(self, code: str, kind: str, key: str) -> None:
        with self._transaction() as rows:
            gone = rows.execute("DELETE FROM entries WHERE code = ? AND kind = ? AND key = ?", (code, kind, key))
            if gone.rowcount:
                rows.execute("UPDATE rooms SET version = version + 1 WHERE code = ?", (code,))

    @raises_store_error
    def close(self, code: str) -> None:
        with self._transaction() as rows:
            rows.execute("DELETE FROM rooms WHERE code = ?", (code,))

    @raises_store_error
    def rooms(self) -> int:
        found = self._one("SELECT count(*) FROM rooms WHERE alive > ?", self._oldest())
        return int(found[0]) if found else 0

    def disconnect(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _oldest(self) -> float:
        return self._clock() - self._seconds

    def _is_there(self, rows: sqlite3.Connection, code: str) -> bool:
        found = rows.execute("SELECT 1 FROM rooms WHERE code = ? AND alive > ?", (code, self._oldest()))
        return found.fetchone() is not None

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with self._lock:
            found: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
            return found

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it happens or nothing, and no other connection writes meanwhile."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise


def _value(rows: sqlite3.Connection, code: str, kind: str, key: str) -> bytes | None:
    found = rows.execute("SELECT value FROM entries WHERE code = ? AND kind = ? AND key = ?", (code, kind, key)).fetchone()
    return bytes(found[0]) if found else None


def _count(rows: sqlite3.Connection, code: str, kind: str) -> int:
    return int(rows.execute("SELECT count(*) FROM entries WHERE code = ? AND kind = ?", (code, kind)).fetchone()[0])
