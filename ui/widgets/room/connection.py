"""A page's connection to the room that its visitor is in."""

from __future__ import annotations

from ui import session
from ui.components.room import Who, connect
from ui.server.scripts_of_charts import scripts_of_charts
from ui.server.streamlit_internals import invisible_container


def connect_with_room(state: str, version: int, every_change: bool) -> None:
    """Rerun the fragment in which this is called when something in the room has changed.

    Parameters
    ----------
    state : str
        The ``Room.state`` that the page shows.
    version : int
        The room's version before it was read; 0 if the room could not be reached.
    every_change : bool
        Whether each vote and each net counts as a change, rather than only the lecturer's actions.
    """
    present = session.state()
    with invisible_container():
        who = connect(
            present.room_code,
            Who(present.participant, present.room_secret),
            state=state,
            version=version,
            every_change=every_change,
            key="room",
            scripts=scripts_of_charts() if present.followed else (),
        )
    present.participant = who.participant
    if present.room_code and who.secret:
        present.room_secret = who.secret
