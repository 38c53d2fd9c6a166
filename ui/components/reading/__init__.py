"""One test row, with a temperature to drag."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np
import streamlit as st

from ensemble import Dataset, Run
from ensemble.runs.test_rows import logits_of_test_rows
from ui.components import component
from ui.components.browser_input import UNITS, to_choice, to_number
from ui.components.test_rows import constant_losses, pixels
from ui.session.state import TEMPERATURES, state

_component = component("reading", "probability_bars")

DEFAULTS = {"smoothing": 0.1, "unit": "nats"}
SMOOTHINGS = (0, 0.5)


def reading(
    run: Run,
    data: Dataset,
    wine: int,
    *,
    run_id: str,
    key: str,
    ghost: Run | None = None,
    on_row: Callable[[int], None] | None = None,
) -> None:
    """Show a run's forecast of one test row.

    Temperature, label smoothing and unit are moved in the browser; they stay from wine to wine and from page to page.

    Parameters
    ----------
    run : Run
        A run with weights.
    data : Dataset
        What it was trained on.
    wine : int
        Number of the test row, from 0.
    run_id : str
        Changes when the run changes.
    key : str
        Name of the element.
    ghost : Run or None
        Another run on the same rows, whose probabilities are outlined as "previous run".
    on_row : callable or None
        Called with the index of a test row that was clicked, before the page runs again.
    """
    row = data.x_test_at(slice(wine, wine + 1))
    joint = run.config.training == "joint"
    chosen = st.session_state.setdefault(f"{key}_chosen", dict(DEFAULTS))

    def remember() -> None:
        received = st.session_state[key]
        if (temperature := to_number(received.get("temperature"), *TEMPERATURES)) is not None:
            state().temperature = temperature
        if (smoothing := to_number(received.get("smoothing"), *SMOOTHINGS)) is not None:
            chosen["smoothing"] = smoothing
        chosen["unit"] = to_choice(received.get("unit"), UNITS) or chosen["unit"]

    def take_row() -> None:
        index = to_number(st.session_state[key].get("row"), 0, len(data.y_test) - 1)
        if on_row and index is not None:
            on_row(int(index))

    shown = {"temperature": state().temperature, **chosen}
    _component(
        key=key,
        data={
            "id": f"{run_id}-{run.epochs}",
            "wine": wine,
            "row_name": data.row_name,
            "row_names": data.row_names,
            "classes": list(data.class_names),
            "truth": int(data.y_test[wine]),
            "z": run.logits(row)[0].tolist(),
            "ghost": ghost.logits(row)[0].tolist() if ghost else None,
            "members": run.member_own_logits(row)[:, 0].tolist(),
            "shares": run.member_logits(row)[:, 0].tolist() if joint else None,
            "bias": run.weights[-1].tolist() if joint else None,
            "sum_symbol": "z" if run.config.output_activation == "softmax" else "sum",
            "picture": pixels(data, np.array([wine])),
            "constants": constant_losses(data)["constants"],
            "test": {
                "z": base64.b64encode(logits_of_test_rows(run, data).astype("<f4").tobytes()).decode(),
                "y": data.y_test.tolist(),
            },
            **shown,
        },
        default=shown,
        on_temperature_change=remember,
        on_smoothing_change=remember,
        on_unit_change=remember,
        on_row_change=take_row,
        height="content",
    )
