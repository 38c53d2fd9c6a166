"""Bytes of uploaded rows in this process: what one session may hold, and all of them together."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from ensemble.limits import LimitError, limits

MEGABYTE = 1_000_000
MEGABYTES_OF_A_SESSION = 400

_held: WeakKeyDictionary[object, tuple[str, int]] = WeakKeyDictionary()
_lock = threading.Lock()


def hold(thing: object, nbytes: int, owner: str) -> None:
    """Count an object for as long as it lives.

    Parameters
    ----------
    thing : object
        Compared by identity, such as a table.
    nbytes : int
        What it takes in memory.
    owner : str
        The session.

    Raises
    ------
    LimitError
        If the session or the server would then hold more than it may; the object is not counted.
    """
    with _lock:
        if thing in _held:
            return
        counts = [*_held.values()]
        if nbytes + sum(count for name, count in counts if name == owner) > MEGABYTES_OF_A_SESSION * MEGABYTE:
            raise LimitError(
                f"This session would hold more than {MEGABYTES_OF_A_SESSION} MB of uploaded rows, its runs and pinned runs "
                "included. Reload the page to begin anew, or upload a smaller table."
            )
        if nbytes + sum(count for _, count in counts) > limits().held_megabytes * MEGABYTE:
            raise LimitError(
                "This server holds as many uploaded tables as it may. Try again in a few minutes, or upload a smaller table."
            )
        _held[thing] = owner, nbytes


def in_all() -> int:
    """Bytes that all sessions hold."""
    with _lock:
        return sum(count for _, count in _held.values())
