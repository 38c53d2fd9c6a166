"""Two probability vectors by hand, and their cross-entropy taken apart."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components import component
from ui.components.browser_input import UNITS, to_choice, to_numbers
from ui.session.lecture import record

_component = component("cross_entropy")

MIN_CLASSES, MAX_CLASSES = 2, 6
SUM_TOLERANCE = 1e-6
KEY = "cross_entropy"
ZERO_LN_ZERO = {"p": [1.0, 0.0, 0.0], "q": [0.7, 0.3, 0.0]}
"""A class that is impossible and forecast as such: it costs nothing, and code without the limit makes NaN of it."""
INITIAL = {"p": [0.6, 0.3, 0.1], "q": [0.2, 0.3, 0.5], "unit": "nats", "version": 0}


def cross_entropy_by_hand(*, key: str) -> dict[str, Any]:
    """Show p and q; they and the unit are changed in the browser and kept from page to page.

    Returns
    -------
    dict
        ``p`` and ``q``, as they were when the pointer last let go, and ``unit``.
    """
    chosen = _chosen(key)

    def remember() -> None:
        state = st.session_state[key]
        p, q = (_to_vector(state.get(name)) for name in ("p", "q"))
        if p and q and len(p) == len(q):
            chosen.update(p=p, q=q)
        chosen["unit"] = to_choice(state.get("unit"), UNITS) or chosen["unit"]

    _component(
        key=key,
        data=dict(chosen),
        default={name: chosen[name] for name in ("p", "q", "unit")},
        on_p_change=remember,
        on_q_change=remember,
        on_unit_change=remember,
        height="content",
    )
    shown = {name: chosen[name] for name in ("p", "q", "unit")}
    record.keep_values("vectors", **shown)
    return shown


def show_vectors(settings: dict[str, Any], *, key: str) -> None:
    """Set p, q or the unit from the page."""
    chosen = _chosen(key)
    chosen.update(settings)
    chosen["version"] += 1


def _to_vector(values: Any) -> list[float] | None:
    vector = to_numbers(values, 0, 1, MIN_CLASSES, MAX_CLASSES)
    return vector if vector and abs(sum(vector) - 1) <= SUM_TOLERANCE else None


def _chosen(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}_chosen", dict(INITIAL))
