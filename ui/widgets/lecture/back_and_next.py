"""The two buttons that lead through the steps of a plan, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

Press = Callable[..., Any]
ARROW = ":material/arrow_forward:"


def show_back(place: str, press: Press, *given: Any, is_first: bool) -> None:
    """To the step before.

    Parameters
    ----------
    place : str
        Where the button stands: its key begins with it.
    press : callable
        A callback that is given ``given``.
    is_first : bool
        Whether there is no step before.
    """
    st.button(
        "Back",
        key=f"{place}_back",
        icon=":material/arrow_back:",
        on_click=press,
        args=given,
        disabled=is_first,
        help="The step before.",
    )


def show_next(
    place: str,
    press: Press,
    *given: Any,
    help: str,
    label: str = "Next",
    icon: str = ARROW,
    is_main: bool = True,
    is_last: bool = False,
) -> None:
    """What comes next, by default the next step; nothing for ``is_last``. The other parameters are as for ``show_back``."""
    st.button(
        label,
        key=f"{place}_next",
        type="primary" if is_main else "secondary",
        icon=icon,
        icon_position="right",
        on_click=press,
        args=given,
        disabled=is_last,
        help=help,
    )
