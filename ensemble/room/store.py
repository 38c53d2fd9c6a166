"""The interface of a store of rooms, which SQLite and Redis implement.

A room is a table of entries, each with a kind, a key and a value of bytes. Every method is idempotent: it may be repeated after
a failure.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from enum import Enum
from functools import wraps
from typing import Any, NamedTuple, Protocol, TypeVar

from ensemble.errors import InputError

SECONDS_BETWEEN_COMPLAINTS = 10.0
CANNOT_BE_REACHED = (
    "The rooms of this server cannot be reached right now. What was confirmed is kept. Wait a moment, then try again."
)

log = logging.getLogger("softmax_lab")
_last_complaint = [-SECONDS_BETWEEN_COMPLAINTS]


class StoreError(InputError):
    """The store does not answer: its server is down, its disk is full, or its file is locked."""


class Outcome(Enum):
    """The result of a request to write."""

    WRITTEN = "written"
    GONE = "there is no such room"
    CHANGED = "the entry that it depends on is another one by now"
    FULL = "there are as many as may be"
    TAKEN = "there is such a room already"


class Condition(NamedTuple):
    """A condition for writing an entry: another entry has this value."""

    kind: str
    key: str
    value: bytes


class Store(Protocol):
    """Rooms and their entries; several threads, and for some stores several processes, may use it at once.

    A room expires when it has not been used for the ``seconds`` of its store. Every method raises ``StoreError`` if the store
    does not answer.
    """

    def create(self, code: str, secret_digest: str, most_rooms: int) -> Outcome:
        """Create a room, unless its code is taken or there are ``most_rooms``."""

    def secret_digest(self, code: str) -> str | None:
        """The digest of the secret of a room; None if there is no such room."""

    def version(self, code: str) -> int | None:
        """Increases with each change of the room's entries; None if there is no such room."""

    def keep_alive(self, code: str) -> None:
        """Mark the room as in use, which restarts the time until it expires; its version stays."""

    def write(
        self, code: str, kind: str, key: str, value: bytes, condition: Condition | None = None, at_most: int | None = None
    ) -> Outcome:
        """Set an entry atomically.

        Parameters
        ----------
        code, kind, key : str
        value : bytes
        condition : Condition, optional
            Write only if this condition holds in the same room.
        at_most : int, optional
            Refuse a new entry if there are so many of its kind; an existing one is overwritten.
        """

    def read(self, code: str, kind: str) -> Mapping[str, bytes]:
        """All entries of a kind by their keys; none if the room has ended."""

    def read_one(self, code: str, kind: str, key: str) -> bytes | None:
        """One entry; None if there is no such entry."""

    def count(self, code: str, kind: str) -> int:
        """The number of entries of a kind."""

    def remove(self, code: str, kind: str, key: str) -> None:
        """Delete an entry, if it exists."""

    def close(self, code: str) -> None:
        """Delete a room and its entries."""

    def rooms(self) -> int:
        """The number of rooms."""


_Method = TypeVar("_Method", bound=Callable[..., Any])


def raises_store_error(method: _Method) -> _Method:
    """A method of a store that raises ``StoreError`` instead of ``failures``, and logs the cause."""

    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except self.failures as error:
            raise trouble(error) from error

    return call  # type: ignore[return-value]


def trouble(error: Exception) -> StoreError:
    """The message on a failure of the store; its cause is logged, at most every ten seconds."""
    if time.monotonic() - _last_complaint[0] >= SECONDS_BETWEEN_COMPLAINTS:
        _last_complaint[0] = time.monotonic()
        log.error("Rooms cannot be reached: %s: %s", type(error).__name__, error)
    return StoreError(CANNOT_BE_REACHED)
