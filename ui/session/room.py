"""The room that this session is in, and who it is there."""

from __future__ import annotations

from contextlib import suppress

from ensemble import InputError
from ensemble.room import Room
from ensemble.room.host import rooms
from ui.session.state import state


def room() -> Room | None:
    """The room of this session, led if it has the lecturer's secret; None if it is in none or the room has ended."""
    present = state()
    if not present.room_code:
        return None
    try:
        if present.room_secret:
            return rooms().lead(present.room_code, present.room_secret)
        return rooms().find(present.room_code)
    except InputError:
        if present.room_secret:
            present.room_secret = ""  # another room has this code by now, or the link was cut
            return room()
        return None


def is_lecturer() -> bool:
    """Whether this session leads the room that it is in."""
    present = room()
    return present is not None and bool(present.secret)


def participant() -> str:
    """The secret by which the room knows this browser; empty until the browser has said it."""
    return state().participant


def open_room() -> None:
    """Open a room and lead it.

    Raises
    ------
    InputError
        If there are as many as the host allows.
    """
    made = rooms().open()
    state().room_code, state().room_secret = made.code, made.secret


def enter_room(code: str) -> None:
    """Enter the room with this code.

    Raises
    ------
    InputError
        If there is none.
    """
    state().room_code, state().room_secret = rooms().find(code).code, ""


def be_there(present: Room) -> None:
    """Have the room count this browser, once; a room that is full counts it when somebody answers, and then says so."""
    if participant() and state().entered != present.code:
        with suppress(InputError):
            present.enter(participant())
            state().entered = present.code


def leave_room() -> None:
    """Be in no room; what was answered there stays."""
    state().room_code = state().room_secret = ""
