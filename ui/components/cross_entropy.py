"""Two probability vectors by hand, and their cross-entropy taken apart."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components import component
from ui.components.heard import UNITS, numbers_heard, word_heard

_component = component("cross_entropy", "probability", "stack", "scores_pictures", "shares")

FEWEST_CLASSES, MOST_CLASSES = 2, 6
OFF_ONE = 1e-6
BEGIN = {"p": [0.6, 0.3, 0.1], "q": [0.2, 0.3, 0.5], "unit": "nats", "version": 0}


def cross_entropy_by_hand(*, key: str) -> None:
    """Show p and q; they and the unit are moved in the browser, and stay from page to page."""
    chosen = _chosen(key)

    def remember() -> None:
        heard = st.session_state[key]
        p, q = (_vector_heard(heard.get(name)) for name in ("p", "q"))
        if p and q and len(p) == len(q):
            chosen.update(p=p, q=q)
        chosen["unit"] = word_heard(heard.get("unit"), UNITS) or chosen["unit"]

    _component(
        key=key,
        data=dict(chosen),
        default={name: chosen[name] for name in ("p", "q", "unit")},
        on_p_change=remember,
        on_q_change=remember,
        on_unit_change=remember,
        height="content",
    )


def show_vectors(settings: dict[str, Any], *, key: str) -> None:
    """Set p, q or the unit from the page."""
    chosen = _chosen(key)
    chosen.update(settings)
    chosen["version"] += 1


def _vector_heard(values: Any) -> list[float] | None:
    shares = numbers_heard(values, 0, 1, FEWEST_CLASSES, MOST_CLASSES)
    return shares if shares and abs(sum(shares) - 1) <= OFF_ONE else None


def _chosen(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}_chosen", dict(BEGIN))
