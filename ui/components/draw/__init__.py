"""A drawn digit, and a run's forecast of it while the pen moves."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ensemble import Dataset, Run
from ensemble.datasets.neighbours import distances_to_nearest
from ensemble.datasets.summary import picture_side
from ensemble.once import once
from ui.components import component
from ui.components.browser_input import to_choice
from ui.components.what_if import network

DRAWINGS = ("digit", "letter", "scribble", "blank", "test")
"""What the paper begins with; "test" is a digit of the test rows, on the way to another one."""
SIDE = 8
FAR = 0.99

_component = component("draw", "probability_bars")


def are_digits(data: Dataset) -> bool:
    """Whether rows are scikit-learn's digits, as a drawing is made: all 8 x 8 pixels of ten classes."""
    return data.name == "digits" and picture_side(data.feature_names) == SIDE


def draw(run: Run, data: Dataset, drawing: str, *, run_id: str, key: str, on_drawing: Callable[[str], None]) -> None:
    """Show paper to draw on, and the run's forecast of the drawing.

    Everything is computed in the browser; the drawing is not sent to Python.

    Parameters
    ----------
    run : Run
        A run with weights, on digits: see ``are_digits``.
    data : Dataset
        What it was trained on.
    drawing : str
        One of ``DRAWINGS``, for a component that is new on the page; the first for anything else.
    run_id : str
        Changes when the run changes.
    key : str
        Name of the element.
    on_drawing : callable
        Called with one of ``DRAWINGS`` that somebody has chosen, before the page runs again.
    """

    def remember() -> None:
        if chosen := to_choice(st.session_state[key].get("drawing"), DRAWINGS):
            on_drawing(chosen)

    drawing = to_choice(drawing, DRAWINGS) or DRAWINGS[0]
    usual, far = once(_distances, data)
    _component(
        key=key,
        data={
            "version": f"{run_id}-{run.epochs}",
            "network": network(run),
            "low": data.low.tolist(),
            "high": data.high.tolist(),
            "classes": list(data.class_names),
            "constant": (data.low == data.high).tolist(),
            "train": _base64(pixels(data, data.x_train)),
            "labels": _base64(data.y_train),
            "examples": _base64(examples(data)),
            "usual": usual,
            "far": far,
            "drawing": drawing,
        },
        default={"drawing": drawing},
        on_drawing_change=remember,
        height="content",
    )


def pixels(data: Dataset, rows: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scaled rows as pixels from 0 to 16: shape (n, 64)."""
    return np.rint(data.in_units(rows)).clip(0, 255).astype(np.uint8)


def examples(data: Dataset) -> NDArray[np.uint8]:
    """The first test digit of each class as pixels, of shape (classes, 64); blank for a class without one."""
    shown = np.zeros((data.classes, data.features), np.uint8)
    classes, first = np.unique(data.y_test, return_index=True)
    shown[classes] = pixels(data, data.x_test[first])
    return shown


def _distances(data: Dataset) -> tuple[float, float]:
    """The 50 % and the 99 % quantile of the training digits' distances to their nearest one."""
    usual, far = np.quantile(distances_to_nearest(pixels(data, data.x_train)), (0.5, FAR))
    return float(usual), float(far)


def _base64(values: NDArray[Any]) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()
