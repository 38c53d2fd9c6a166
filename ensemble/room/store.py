"""Where rooms are kept: what ``Rooms`` asks of a store, whatever it is made of.

A room is a table of entries: each has a kind, a key and a value of bytes. Every method may be repeated after a failure, and
then changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Protocol


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

    A room of which nobody has heard for ``seconds`` of its store is gone.
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
