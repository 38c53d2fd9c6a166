"""The prices of errors: presets, a price for each error, and the price of an expert."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ensemble import InputError
from ensemble.decisions.costs import MAX_PRICE, PRESETS, Prices
from ui import session
from ui.charts import PRESENTED
from ui.text.format import number, plain

MAX_GRID = 3
"""More classes than that have a table in place of single boxes: it takes less room."""
WIDTH_OF_A_PRICE, WIDTH_OF_A_NAME = 76, 88
PRICE_OF_THE_EXPERT = 0.1
SHOWN = "prices_shown"
"""Which prices the boxes were last set to, and how often that happened."""


def choose_prices(class_names: Sequence[str]) -> Prices:
    """Let people choose prices: by a preset, for each error, and for an expert. The session keeps them.

    A price that cannot be used stays in its box with a message; the previous price remains in force.

    Parameters
    ----------
    class_names : sequence of str
        Names of the K classes.

    Returns
    -------
    Prices
    """
    before = session.prices(len(class_names))
    _set_boxes(before)
    presets = st.container(gap=None)
    st.caption("Price of an error. Rows: what you do. Columns: what is true.")
    typed = _grid(class_names) if len(class_names) <= MAX_GRID else _table(class_names)
    chosen = _usable(before, class_names, typed, _choose_expert())
    if chosen != before:
        session.set_prices(chosen)
        st.session_state[SHOWN] = (chosen, st.session_state[SHOWN][1])
    with presets:
        _choose_preset(chosen)
    return chosen


def _set_boxes(prices: Prices) -> None:
    """Set every box to these prices, unless they come from the boxes."""
    shown, times = st.session_state.get(SHOWN, (None, 0))
    is_new = shown != prices
    # A table that another page has stood in place of comes back without its edits: it begins with the prices of now.
    if is_new or (prices.classes > MAX_GRID and _table_key(times) not in st.session_state):
        st.session_state[SHOWN] = (prices, times + 1)
        st.session_state["prices_base"] = prices
    boxes: dict[str, float] = {"prices_ask": prices.expert is not None}
    if prices.expert is not None:
        boxes["prices_expert"] = prices.expert
    if prices.classes <= MAX_GRID:
        boxes |= {_key(a, k): price for a, row in enumerate(prices.errors) for k, price in enumerate(row)}
    for key, value in boxes.items():
        if is_new or key not in st.session_state:
            st.session_state[key] = value


def _key(action: int, true_class: int) -> str:
    return f"price_{action}_{true_class}"


def _table_key(times: int) -> str:
    return f"prices_table_{times}"


def _choose_preset(chosen: Prices) -> None:
    st.session_state["prices_preset"] = chosen.name() or None
    st.pills(
        "Prices",
        PRESETS,
        key="prices_preset",
        on_change=_take_preset,
        args=(chosen.classes,),
        help="One error costs twenty: taking the first class for the second.",
        label_visibility="collapsed",
    )


def _take_preset(classes: int) -> None:
    if name := st.session_state["prices_preset"]:
        session.set_prices(Prices.preset(name, classes))


def _grid(class_names: Sequence[str]) -> dict[tuple[int, int], Any]:
    """A number box for each error; returns their values."""
    typed: dict[tuple[int, int], Any] = {}
    scale = PRESENTED if session.presents() else 1
    of_a_price, of_a_name = round(scale * WIDTH_OF_A_PRICE), round(scale * WIDTH_OF_A_NAME)
    with st.container(key="prices_grid", gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            st.caption("", width=of_a_name)
            for name in class_names:
                st.caption(f"is {_short(name)}", width=of_a_price)
        for action, done in enumerate(class_names):
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
                st.markdown(_short(done), width=of_a_name)
                for true_class, name in enumerate(class_names):
                    typed[action, true_class] = st.number_input(
                        f"Price of acting as if {_short(done)} where it is {_short(name)}",
                        key=_key(action, true_class),
                        step=1.0,
                        format="%g",
                        width=of_a_price,
                        label_visibility="collapsed",
                    )
    return typed


def _table(class_names: Sequence[str]) -> dict[tuple[int, int], Any]:
    """A table with a cell for each error; returns their values."""
    import pandas as pd

    base: Prices = st.session_state["prices_base"]
    names = list(class_names)
    if len(set(names)) < len(names):  # a column needs a name of its own
        names = [f"{k} {name}" for k, name in enumerate(names, start=1)]
    edited = st.data_editor(
        pd.DataFrame(base.errors, index=names, columns=names),
        key=_table_key(st.session_state[SHOWN][1]),
        height=260,
    )
    return {(a, k): price for a, row in enumerate(edited.to_numpy().tolist()) for k, price in enumerate(row)}


def _choose_expert() -> Any:
    """The typed price of an expert; None if there is no expert."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        asks = st.toggle(
            "An expert can be asked, for", key="prices_ask", help="An expert is always right. Each question costs this price."
        )
        if not asks:
            return None
        if "prices_expert" not in st.session_state:
            st.session_state["prices_expert"] = PRICE_OF_THE_EXPERT
        price = st.number_input(
            "Price of the expert", key="prices_expert", step=0.05, format="%g", width=110, label_visibility="collapsed"
        )
    return math.nan if price is None else price


def _usable(before: Prices, class_names: Sequence[str], typed: Mapping[tuple[int, int], Any], expert: Any) -> Prices:
    """The previous prices, updated with all usable input, and a sentence for each unusable price."""
    made, refused = before, []
    for (action, true_class), price in typed.items():
        if price == before.errors[action][true_class]:
            continue
        try:
            made = made.with_error(action, true_class, price)
        except InputError:
            where = f"{plain(class_names[action])} where it is {plain(class_names[true_class])}"
            kept = number(before.errors[action][true_class])
            refused.append(f"Acting as if {where}: {_in_words(price)} is not used; the price stays {kept}.")
    try:
        made = Prices(made.errors, expert)
    except InputError:
        kept_price = PRICE_OF_THE_EXPERT if before.expert is None else before.expert
        made = Prices(made.errors, kept_price)
        refused.append(f"The expert: {_in_words(expert)} is not used; the price stays {number(kept_price)}.")
    if refused:
        st.error(f"A price is a number from 0 to {MAX_PRICE:,.0f}. {' '.join(refused[:3])}", icon=":material/sell:")
    return made


def _in_words(price: Any) -> str:
    return number(float(price)) if isinstance(price, int | float) and price == price else "an empty price"


def _short(name: str) -> str:
    """A name as it fits beside a box."""
    return plain(name if len(name) <= 12 else name[:11] + "…")
