"""Rooms: a lecturer opens one, and whoever has its code finds it."""

from __future__ import annotations

from ensemble.errors import InputError
from ensemble.room import codes
from ensemble.room.access import ATTEMPTS, NOT_A_ROOM, ONLY_THE_LECTURER, NotAllowedError
from ensemble.room.room import Room
from ensemble.room.store import Outcome, Store


class Rooms:
    """All rooms of a store.

    Parameters
    ----------
    store : Store
    most_rooms, most_people : int
        How many rooms there may be, and people in each.

    Examples
    --------
    >>> from ensemble.room.questions import Question
    >>> from ensemble.room.sqlite_store import SqliteStore
    >>> rooms = Rooms(SqliteStore(":memory:"))
    >>> room = rooms.open()
    >>> room.ask(Question(id="1", text="Does a higher temperature make it surer?", answers=("Yes", "No"), right=1))
    >>> rooms.find(room.code).vote("a phone", "1", answer=1, confidence=0.9)
    >>> room.answered("1")
    1
    """

    def __init__(self, store: Store, most_rooms: int = 50, most_people: int = 1000):
        self._store, self._most_rooms, self._most_people = store, most_rooms, most_people

    @property
    def open_rooms(self) -> int:
        """How many there are."""
        return self._store.rooms()

    def open(self) -> Room:
        """A new room, as its lecturer has it.

        Raises
        ------
        InputError
            If there are as many as the host allows.
        """
        secret = codes.new_secret()
        for _ in range(ATTEMPTS):
            code = codes.new_code()
            outcome = self._store.create(code, codes.digest(secret), self._most_rooms)
            if outcome is Outcome.WRITTEN:
                return Room(self._store, code, secret, self._most_people)
            if outcome is Outcome.FULL:
                break
        raise InputError(f"This server has {self._most_rooms} rooms at once, and all are taken. Try again in a while.")

    def find(self, code: str) -> Room:
        """A room as anybody has it who knows its code.

        Raises
        ------
        InputError
            If there is none.
        """
        known = codes.read_code(code)
        if not known or self._store.secret_digest(known) is None:
            raise InputError(NOT_A_ROOM)
        return Room(self._store, known, "", self._most_people)

    def lead(self, code: str, secret: str) -> Room:
        """A room as its lecturer has it.

        Raises
        ------
        InputError
            If there is none.
        NotAllowedError
            If the secret is that of another room, or of none.
        """
        room = self.find(code)
        kept = self._store.secret_digest(room.code)
        if kept is None or not codes.is_secret_of(secret, kept):
            raise NotAllowedError(ONLY_THE_LECTURER)
        return Room(self._store, room.code, secret, self._most_people)
