"""Dropout masks of one test row under a slider: dots, their pools, and the cost of a mask."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from ensemble import Dataset
from ensemble.dropout.mask_sets import MaskSet
from ensemble.dropout.pool_bands import pool_bands
from ensemble.dropout.pools import reaches
from ensemble.rng import evaluation_rng
from ui.components import component
from ui.session.state import state

_component = component("masks")


def masks(
    drawn: MaskSet,
    every: MaskSet | None,
    data: Dataset,
    row: int,
    *,
    is_exact: bool,
    way: str,
    ways: Sequence[str],
    every_name: str,
    why_not: str,
    data_id: str,
    key: str,
) -> None:
    """Show some or all of the drawn masks, and both of their pools beside dropout off.

    Everything is computed in the browser; only the choice of another ensemble is sent to Python.

    Parameters
    ----------
    drawn : MaskSet
        In the order in which the slider adds them.
    every : MaskSet or None
        All masks of one member's net, for the switch; None where there are too many.
    data : Dataset
        The rows.
    row : int
        Number of the test row, from 0.
    is_exact : bool
        Whether the logits of ``drawn``'s net are linear in the mask.
    way, ways : str, sequence of str
        Which ensemble this is, and from which people choose: ``state().masked_way`` holds the choice.
    every_name, why_not : str
        Beside the switch, and below it if it is off.
    data_id : str
        Changes when the run changes.
    key : str
        Name of the element.
    """

    def remember_way() -> None:
        if (chosen := st.session_state[key].get("way")) in ways:
            state().masked_way = chosen

    x = data.x_test_at(slice(row, row + 1))[0]
    _component(
        key=key,
        data={
            "id": f"{data_id} {row}",
            "classes": list(data.class_names),
            "truth": int(data.y_test[row]),
            "row": row + 1,
            "rows": len(data.y_test),
            "row_name": data.row_name,
            "row_names": data.row_names,
            "drawn": _sent(drawn, x),
            "every": _sent(every, x) if every else None,
            "every_name": every_name,
            "why_not": why_not,
            "is_exact": is_exact,
            "way": way,
            "ways": list(ways),
            "reach": [0.0, *reaches(len(drawn.masks))[1:].tolist()],
        },
        default={"way": way},
        on_way_change=remember_way,
        height="content",
    )


def _sent(seen: MaskSet, x: np.ndarray) -> dict[str, Any]:
    log_proba, off = seen.of_row(x)
    bands = None if seen.log_weights is not None else pool_bands(log_proba, int(off.argmax()), evaluation_rng(seen.net.config))
    return {
        "log_proba": _float64(log_proba),
        "off": off.tolist(),
        "log_weights": None if seen.log_weights is None else _float64(seen.log_weights),
        "losses": _float64(seen.losses),
        "divergences": _float64(seen.divergences),
        "bands": bands and {name: _float64(ends) for name, ends in bands._asdict().items()},
    }


def _float64(values: ArrayLike) -> str:
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode()
