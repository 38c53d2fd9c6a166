"""A page's connection to the room that its visitor is in."""

from __future__ import annotations

from ui import session
from ui.components.room import Who, connect
from ui.server.streamlit_internals import out_of_sight, scripts_of_charts


def connect_with_room(state: str, version: int, hears_all: bool) -> None:
    """Have the part of the page in which this is called drawn anew when something in the room has changed.

    Parameters
    ----------
    state : str
        What the page shows, as ``Room.state`` has it.
    version : int
        Of the room before anything of it was read; 0 if that could not be.
    hears_all : bool
        Whether each vote and each net is news, or only what the lecturer does.
    """
    present = session.state()
    with out_of_sight():
        who = connect(
            present.room_code,
            Who(present.participant, present.room_secret),
            state=state,
            version=version,
            hears_all=hears_all,
            key="room",
            scripts=scripts_of_charts() if present.followed else (),
        )
    present.participant = who.participant
    if present.room_code and who.secret:
        present.room_secret = who.secret
