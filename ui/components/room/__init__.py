"""A page's connection to a room: the identity of the browser, and a message at each change of the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from ui.components import component

MAX_LETTERS = 80

_component = component("room")


class Who(NamedTuple):
    """The identity of a browser in a room.

    Attributes
    ----------
    participant : str
        A random secret that it keeps.
    secret : str
        That of the room's lecturer; empty for everybody else.
    """

    participant: str
    secret: str


def connect(code: str, who: Who, *, state: str, version: int, every_change: bool, key: str, scripts: Sequence[str] = ()) -> Who:
    """Connect this page with a room; the fragment that contains it is rerun when something has changed.

    Parameters
    ----------
    code : str
        Of the room; empty in none: then the page only learns who the browser is.
    who : Who
        As far as the session knows.
    state : str
        What the page shows, as ``Room.state`` has it.
    version : int
        Of the room when it was looked at; 0 if that could not be.
    every_change : bool
        Whether each vote and each net is news, or only what the lecturer does.
    key : str
        Name of the element; it takes no room on the page.
    scripts : sequence of str
        Names of Streamlit's own scripts that the browser loads meanwhile.

    Returns
    -------
    Who
        As the browser says; the session's own until it has.
    """
    identity = {"code": code, "participant": who.participant, "secret": who.secret}
    data = {**identity, "state": state, "version": version, "everyChange": every_change, "scripts": [*scripts]}
    _component(key=key, data=data, on_who_change=_nothing, on_news_change=_nothing, on_votes_change=_nothing)
    return _who(st.session_state[key].get("who")) or who


def _nothing() -> None:
    """The page is drawn anew in any case."""


def _who(value: Any) -> Who | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(isinstance(text, str) and text.isascii() and len(text) <= MAX_LETTERS for text in value):
        return None
    return Who(*value) if value[0] else None
