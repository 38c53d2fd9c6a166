"""Memory of uploaded rows in this process, with limits for one session and for all sessions together."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from ensemble.limits import LimitError, limits

MEGABYTE = 1_000_000
MEGABYTES_OF_A_SESSION = 400

_held: WeakKeyDictionary[object, tuple[str, int]] = WeakKeyDictionary()
_lock = threading.Lock()


def hold(thing: object, nbytes: int, owner: str) -> None:
    """Count the memory of an object until it is garbage-collected.

    Parameters
    ----------
    thing : object
        An object that is compared by identity, such as a table.
    nbytes : int
        Its size in memory.
    owner : str
        The session that holds it.

    Raises
    ------
    LimitError
        If the session or the server would exceed its limit; the object is then not counted.
    """
    with _lock:
        if thing in _held:
            return
        counts = [*_held.values()]
        if nbytes + sum(count for name, count in counts if name == owner) > MEGABYTES_OF_A_SESSION * MEGABYTE:
            raise LimitError(
                f"This session would hold more than {MEGABYTES_OF_A_SESSION} MB of uploaded rows, its runs and pinned runs "
                "included. Reload the page to start again, or upload a smaller table."
            )
        if nbytes + sum(count for _, count in counts) > limits().held_megabytes * MEGABYTE:
            raise LimitError(
                "This server holds as many uploaded tables as it may. Try again in a few minutes, or upload a smaller table."
            )
        _held[thing] = owner, nbytes


def in_all() -> int:
    """Bytes held by all sessions."""
    with _lock:
        return sum(count for _, count in _held.values())
