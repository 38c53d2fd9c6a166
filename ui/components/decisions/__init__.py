"""The cheapest action for each forecast, while prices and temperature follow the pointer."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from ensemble import Dataset
from ensemble.decisions.costs import ASK, MAX_PRICE, PRESETS, Prices
from ensemble.runs.held_out import HeldOut
from ui.components import component
from ui.components.browser_input import to_number, to_numbers
from ui.session.state import TEMPERATURES, state

_component = component("decisions", "probability_bars")


def decisions(
    seen: HeldOut,
    data: Dataset,
    prices: Prices,
    *,
    row: int | None,
    data_id: str,
    key: str,
    on_prices: Callable[[Prices], None],
    on_row: Callable[[int], None],
) -> None:
    """Show where each action is the cheapest, and the expected costs of one example.

    Prices, temperature and the example are moved in the browser, which sends them when the pointer is released.

    Parameters
    ----------
    seen : HeldOut
        The forecasts, and the true classes.
    data : Dataset
        A split of their rows, for the names of classes and rows.
    prices : Prices
        Of as many classes.
    row : int or None
        The example, by its number in the table, from 0; where ``seen`` does not have it, the browser chooses one.
    data_id : str
        Changes when the forecasts change.
    key : str
        Name of the element.
    on_prices, on_row : callable
        Called with what was sent, before the page runs again.
    """

    def remember_temperature() -> None:
        if (temperature := to_number(st.session_state[key].get("temperature"), *TEMPERATURES)) is not None:
            state().temperature = temperature

    def remember_prices() -> None:
        if (received := to_prices(st.session_state[key].get("prices"), prices.classes)) is not None:
            on_prices(received)

    def remember_row() -> None:
        if (index := to_number(st.session_state[key].get("row"), 0, len(seen.y) - 1)) is not None:
            on_row(int(seen.rows[int(index)]))

    found = np.flatnonzero(seen.rows == row)
    shown = {
        "prices": to_browser(prices),
        "temperature": state().temperature,
        "row": int(found[0]) if len(found) else None,
    }
    _component(
        key=key,
        data={
            "id": data_id,
            "z": base64.b64encode(seen.logits.astype("<f4").tobytes()).decode(),
            "y": seen.y.tolist(),
            "rows": seen.rows.tolist(),
            "classes": list(data.class_names),
            "row_name": data.row_name,
            "row_names": data.row_names,
            "ask": ASK,
            "presets": [{"name": name, **to_browser(Prices.preset(name, prices.classes))} for name in PRESETS],
            **shown,
        },
        default=shown,
        on_prices_change=remember_prices,
        on_temperature_change=remember_temperature,
        on_row_change=remember_row,
        height="content",
    )


def to_browser(prices: Prices) -> dict[str, Any]:
    """Prices in the form that the browser uses."""
    return {"errors": [list(row) for row in prices.errors], "expert": prices.expert}


def to_prices(received: Any, classes: int) -> Prices | None:
    """Prices for this number of classes from a browser, each clipped to 0..1,000; None for anything else.

    >>> to_prices({"errors": [[0, -1], [2000, 0]], "expert": None}, 2).errors
    ((0.0, 0.0), (1000.0, 0.0))
    >>> to_prices({"errors": [[0, 1]], "expert": None}, 2), to_prices("cheap", 2)
    (None, None)
    """
    if not isinstance(received, dict) or not isinstance(rows := received.get("errors"), list) or len(rows) != classes:
        return None
    errors = [numbers for row in rows if (numbers := to_numbers(row, 0, MAX_PRICE, classes, classes))]
    return Prices(errors, to_number(received.get("expert"), 0, MAX_PRICE)) if len(errors) == classes else None
