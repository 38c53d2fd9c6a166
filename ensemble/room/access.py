"""Access to a room: its code, the lecturer's secret, and the limit on people."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble.errors import InputError
from ensemble.room import codes
from ensemble.room.store import Outcome, Store

ATTEMPTS = 20
STATE, PEOPLE = "state", "people"
NOT_A_ROOM = "There is no room with this code. It may have ended; ask for the code that is shown now."
ONLY_THE_LECTURER = "Only the link of the lecturer can do this."


class NotAllowedError(InputError):
    """An action that needs the lecturer's secret."""


@dataclass(frozen=True)
class Access:
    """A room with a person's rights in it.

    Attributes
    ----------
    code : str
        The code, which allows people to vote and join.
    secret : str
        The lecturer's secret; empty for everybody else.
    """

    _store: Store
    code: str
    secret: str
    _most_people: int

    @property
    def is_there(self) -> bool:
        """Whether the room has not ended."""
        return self._store.version(self.code) is not None

    @property
    def version(self) -> int:
        """Increases with each change; 0 if the room has ended."""
        return self._store.version(self.code) or 0

    @property
    def people(self) -> int:
        """The number of people who have entered."""
        return self._store.count(self.code, PEOPLE)

    def enter(self, participant: str) -> None:
        """Count a participant; repeated calls count once.

        Raises
        ------
        InputError
            If the room has ended, or the host allows no more people.
        """
        self._write(PEOPLE, codes.digest(participant), b"", at_most=self._most_people)

    def knows(self, participant: str) -> bool:
        """Whether this participant has entered."""
        return self._store.read_one(self.code, PEOPLE, codes.digest(participant)) is not None

    def _write(self, kind: str, key: str, value: bytes, at_most: int | None = None) -> None:
        outcome = self._store.write(self.code, kind, key, value, at_most=at_most)
        if outcome is Outcome.GONE:
            raise InputError(NOT_A_ROOM)
        if outcome is Outcome.FULL:
            raise InputError(f"This room is full: it holds {at_most} people.")

    def _remove_all(self, kind: str) -> None:
        for key in self._store.read(self.code, kind):
            self._store.remove(self.code, kind, key)

    def _require_lecturer(self) -> None:
        kept = self._store.secret_digest(self.code)
        if kept is None:
            raise InputError(NOT_A_ROOM)
        if not codes.is_secret_of(self.secret, kept):
            raise NotAllowedError(ONLY_THE_LECTURER)
