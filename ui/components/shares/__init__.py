"""Other shares of the classes under the pointer: reliability, loss, bill and forecasts before and after the correction."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from ensemble import Dataset
from ensemble.decisions.costs import Prices
from ensemble.shift.other_shares import AtShares, UnseenRows
from ui.components import component
from ui.components.browser_input import to_numbers
from ui.components.decisions import to_browser

_component = component("shares", "probability_bars")


def shares(
    logits: ArrayLike,
    rows: UnseenRows,
    data: Dataset,
    seen: Sequence[float],
    present: Sequence[float],
    prices: Prices,
    bands: AtShares | None,
    *,
    data_id: str,
    key: str,
    on_shares: Callable[[list[float]], None],
) -> None:
    """Show test rows re-weighted for class shares; these are dragged in the browser, which sends them on release.

    Parameters
    ----------
    logits : array_like of shape (n, K)
        Scores of the rows.
    rows : UnseenRows
        What is known of them.
    data : Dataset
        A split, for the names of classes and rows.
    seen, present : sequence of K floats
        Shares of the classes as training has seen them, and those at use to begin with.
    prices : Prices
        Of the bill.
    bands : AtShares or None
        At the present shares; None where there are none.
    data_id : str
        Changes when the forecasts change.
    key : str
        Name of the element.
    on_shares : callable
        Called with K shares that were sent, before the page runs again.
    """

    def remember() -> None:
        received = to_numbers(st.session_state[key].get("shares"), 0, 1, data.classes, data.classes)
        if received and sum(received) > 0:
            on_shares(received)

    _component(
        key=key,
        data={
            "id": data_id,
            "z": _float32(logits),
            "truth": None if rows.truth is None else _float32(rows.truth),
            "y": rows.y.tolist(),
            "rows": rows.numbers.tolist(),
            "classes": list(data.class_names),
            "row_name": data.row_name,
            "row_names": data.row_names,
            "seen": list(seen),
            "shares": list(present),
            "prices": to_browser(prices),
            "bands": None if bands is None else _to_browser(bands),
        },
        default={"shares": list(present)},
        on_shares_change=remember,
        height="content",
    )


def _to_browser(bands: AtShares) -> dict[str, Any]:
    def ends(score: str) -> dict[str, list[float]]:
        found = {name: getattr(one, score) for name, one in bands.scored.items()}
        return {name: [band.low, band.high] for name, band in found.items() if np.isfinite([band.low, band.high]).all()}

    change = bands.change
    return {
        "shares": bands.shares.tolist(),
        "loss": ends("loss"),
        "paid": ends("paid"),
        "change": [change.low, change.high] if np.isfinite([change.low, change.high]).all() else None,
    }


def _float32(values: ArrayLike) -> str:
    # A class that is ruled out has a score that is as good as -inf, and stays a number.
    return base64.b64encode(np.maximum(np.asarray(values), -1e4).astype("<f4").tobytes()).decode()
