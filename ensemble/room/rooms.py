"""All rooms of a server: open one, find one by its code, or lead one with its secret."""

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
        The limits on rooms, and on people in a room.

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
        """The number of open rooms."""
        return self._store.rooms()

    def open(self) -> Room:
        """A new room, with the lecturer's rights.

        Raises
        ------
        InputError
            If the host allows no more rooms.
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
        """The room with this code, without the lecturer's rights.

        Raises
        ------
        InputError
            If there is no such room.
        """
        known = codes.read_code(code)
        if not known or self._store.secret_digest(known) is None:
            raise InputError(NOT_A_ROOM)
        return Room(self._store, known, "", self._most_people)

    def lead(self, code: str, secret: str) -> Room:
        """The room with this code, with the lecturer's rights.

        Raises
        ------
        InputError
            If there is no such room.
        NotAllowedError
            If the secret is wrong.
        """
        room = self.find(code)
        kept = self._store.secret_digest(room.code)
        if kept is None or not codes.is_secret_of(secret, kept):
            raise NotAllowedError(ONLY_THE_LECTURER)
        return Room(self._store, room.code, secret, self._most_people)
