"""The rooms of this server, in the store that the host has set with ``SOFTMAX_LAB_ROOMS``."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from ensemble.limits import limits
from ensemble.room.rooms import Rooms
from ensemble.room.sqlite_store import SqliteStore
from ensemble.room.store import Store, StoreError, trouble

VARIABLE = "SOFTMAX_LAB_ROOMS"
IN_REDIS = ("redis://", "rediss://", "unix://")


def store_at(address: str) -> Store:
    """The store at an address: Redis or Valkey, or an SQLite file; an empty address is a file in the user's state folder."""
    if address.startswith(IN_REDIS):
        from ensemble.room.redis_store import RedisStore

        return RedisStore(address)
    path = Path(address) if address else _usual_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteStore(path)


@cache
def rooms() -> Rooms:
    """The rooms of this process.

    Raises
    ------
    StoreError
        If the file cannot be opened, or the address is invalid.
    """
    address = os.environ.get(VARIABLE, "").strip()
    try:
        store = store_at(address)
    except (OSError, ValueError, sqlite3.Error) as error:
        raise trouble(error) from error
    return Rooms(store, limits().open_rooms, limits().people)


def open_rooms() -> int:
    """The number of rooms; 0 if this process has not used any yet, or cannot reach the store."""
    try:
        return rooms().open_rooms if rooms.cache_info().currsize else 0
    except StoreError:
        return 0


def _usual_file() -> Path:
    """In the user's state folder; if that cannot be written, in a private temporary folder made by this user."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    nearest = next(folder for folder in (state, *state.parents) if folder.exists())
    if os.access(nearest, os.W_OK):
        return state / "softmax-lab" / "rooms.sqlite"
    folder = Path(tempfile.gettempdir()) / f"softmax-lab-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else. Choose a file with {VARIABLE}.")
    return folder / "rooms.sqlite"
