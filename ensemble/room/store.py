"""Where rooms are kept: what ``Rooms`` asks of a store, whatever it is made of.

A room is a table of entries: each has a kind, a key and a value of bytes. Every method may be repeated after a failure, and
then changes nothing.
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
    """The store does not answer: its server is gone, its disk is full, or its file is locked."""


class Outcome(Enum):
    """What became of a request to write."""

    WRITTEN = "written"
    GONE = "there is no such room"
    CHANGED = "the entry that it depends on is another one by now"
    FULL = "there are as many as may be"
    TAKEN = "there is such a room already"


class Condition(NamedTuple):
    """An entry that has to be there with this value for another one to be written."""

    kind: str
    key: str
    value: bytes


class Store(Protocol):
    """Rooms and their entries; several threads, and for some stores several processes, may use it at once.

    A room of which nobody has heard for ``seconds`` of its store is gone. Every method raises ``StoreError`` where the
    store does not answer.
    """

    def create(self, code: str, secret_digest: str, most_rooms: int) -> Outcome:
        """Make a room, unless its code is taken or there are ``most_rooms``."""

    def secret_digest(self, code: str) -> str | None:
        """The digest of the secret of a room; None if there is no such room."""

    def version(self, code: str) -> int | None:
        """Increases with each change of the room's entries; None if there is no such room."""

    def keep_alive(self, code: str) -> None:
        """A sign of life: the room's time begins anew. It is no change."""

    def write(
        self, code: str, kind: str, key: str, value: bytes, condition: Condition | None = None, at_most: int | None = None
    ) -> Outcome:
        """Set an entry, as one step that is either done or not.

        Parameters
        ----------
        code, kind, key : str
        value : bytes
        condition : Condition, optional
            Write only while this entry of the same room is there.
        at_most : int, optional
            A new entry is refused where there are so many of its kind; a known one is written.
        """

    def read(self, code: str, kind: str) -> Mapping[str, bytes]:
        """All entries of a kind by their keys; none of a room that is gone."""

    def read_one(self, code: str, kind: str, key: str) -> bytes | None:
        """One entry; None if it is not there."""

    def count(self, code: str, kind: str) -> int:
        """How many entries there are of a kind."""

    def remove(self, code: str, kind: str, key: str) -> None:
        """Take an entry out, if it is there."""

    def close(self, code: str) -> None:
        """End a room; nothing of it is kept."""

    def rooms(self) -> int:
        """How many rooms there are."""


_Method = TypeVar("_Method", bound=Callable[..., Any])


def told_as_trouble(method: _Method) -> _Method:
    """A method of a store that raises ``StoreError`` in place of its ``failures``; the host's log has the cause."""

    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except self.failures as error:
            raise trouble(error) from error

    return call  # type: ignore[return-value]


def trouble(error: Exception) -> StoreError:
    """What a person is told of an error of a store; the log gets its cause, at most every ten seconds."""
    if time.monotonic() - _last_complaint[0] >= SECONDS_BETWEEN_COMPLAINTS:
        _last_complaint[0] = time.monotonic()
        log.error("Rooms cannot be reached: %s: %s", type(error).__name__, error)
    return StoreError(CANNOT_BE_REACHED)
