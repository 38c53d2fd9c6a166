"""A presenter's keys: the arrows, or the two buttons of a clicker, step through a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.components import component
from ui.components.browser_input import to_numbers

MAX_STEPS = 20
MAX_NUMBER = 2**32

_component = component("keys")


def step_keys(on_step: Callable[[int], None], *, key: str) -> int:
    """Listen for → and Page Down (a step on), and ← and Page Up (a step back), while the page is open.

    The keys keep their usual effect while an input, a list or a slider has the focus.

    Parameters
    ----------
    on_step : callable
        Called with 1 or -1 for each step, before the page runs again.
    key : str
        Name of the element; it takes no room on the page.

    Returns
    -------
    int
        The steps that led to this run of the page: 1 or -1, more if they came in quick succession, 0 if there were none.
    """
    received = st.session_state.setdefault(f"{key}_received", {"made": None, "sum": 0, "steps": 0})

    def take_steps() -> None:
        made, total = _step_numbers(st.session_state[key].get("step"))
        steps = total - (received["sum"] if received["made"] == made else 0)
        steps = min(max(steps, -MAX_STEPS), MAX_STEPS)
        received.update(made=made, sum=total, steps=received["steps"] + steps)
        for _ in range(abs(steps)):
            on_step(1 if steps > 0 else -1)

    _component(key=key, data={"made": received["made"], "sum": received["sum"]}, on_step_change=take_steps)
    steps, received["steps"] = received["steps"], 0
    return steps


def _step_numbers(step: Any) -> tuple[int, int]:
    """The number of the element that sends the steps, and their sum since it was made."""
    made, total = to_numbers(step, -MAX_NUMBER, MAX_NUMBER, 2, 2) or (0, 0)
    return int(made), int(total)
