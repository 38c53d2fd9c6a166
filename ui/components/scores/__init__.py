"""Scores (logits) under the pointer, and the probabilities that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui.components import component
from ui.components.browser_input import to_number, to_numbers
from ui.session.lecture import record
from ui.session.state import EXAMPLE_SCORES, TEMPERATURES, state

_component = component("scores")

STEPS = ("exponentiate", "divide", "link", "predictors", "gibbs", "shift", "decisive", "temperature", "overflow")
MIN_CLASSES, MAX_CLASSES = 2, 6
MAX_SCORE = 10.0


def scores(
    step: str, *, z: Sequence[float] | None = None, class_names: Sequence[str] | None = None, row_name: str = "row", key: str
) -> None:
    """Draggable scores with their bars, and a step's formula and picture.

    Scores and temperature are moved in the browser; they stay from step to step and from page to page.

    Parameters
    ----------
    step : str
        One of ``STEPS``.
    z : sequence of float, optional
        Scores to show in place of the made-up ones, of 2 to 6 classes; the controls reach as far as ``reach_of`` says.
    class_names : sequence of str, optional
        Their names.
    row_name : str
        What the scores are of.
    key : str
        Name of the element.
    """
    asked, state().new_scores = state().new_scores, None
    if asked:
        show_scores(asked, key=key)
    chosen = _chosen(key)

    def remember() -> None:
        sent = st.session_state[key]
        if z is None:
            chosen["z"] = to_numbers(sent.get("z"), -MAX_SCORE, MAX_SCORE, MIN_CLASSES, MAX_CLASSES) or chosen["z"]
        chosen["temperature"] = to_number(sent.get("temperature"), *TEMPERATURES) or chosen["temperature"]

    shown = list(map(float, z)) if z is not None else chosen["z"]
    record.keep_values("scores", z=shown, temperature=chosen["temperature"], names=list(class_names or ()))
    _component(
        key=key,
        data={
            "step": step,
            "z": shown,
            "reach": reach_of(shown),
            "temperature": chosen["temperature"],
            "classes": list(class_names) if class_names else None,
            "row_name": row_name,
            "version": [chosen["version"], *(shown if z is not None else [])],
        },
        default={"z": shown, "temperature": chosen["temperature"]},
        on_z_change=remember,
        on_temperature_change=remember,
        height="content",
    )


def reach_of(z: Sequence[float]) -> float:
    """The range of the controls around 0: 10, or the first of 20, 50, 100, 200, … that includes all scores.

    >>> reach_of([2.0, -10.0]), reach_of([-14.2, 3.0]), reach_of([340.0, 0.0])
    (10.0, 20.0, 500.0)
    """
    largest = max(map(abs, z))
    reaches = (factor * 10.0**power for power in range(1, 308) for factor in (1, 2, 5))
    return next(reach for reach in reaches if reach >= largest)


def show_scores(settings: dict[str, Any], *, key: str) -> None:
    """Set scores or temperature from the page."""
    chosen = _chosen(key)
    chosen.update(settings)
    chosen["version"] += 1


def _chosen(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}_chosen", {"z": list(EXAMPLE_SCORES), "temperature": 1.0, "version": 0})
