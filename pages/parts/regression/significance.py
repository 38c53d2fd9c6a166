"""Could this coefficient be 0? Standard errors and p-values by maximum likelihood."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from ensemble import Dataset
from ensemble.datasets.summary import varying_features
from ensemble.interpretation.small_p_values import count_small_p_values
from pages.parts.regression import words
from pages.parts.regression.context import Context
from ui import caches, session
from ui.charts import regression as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import fixed, in_words, number, plain, pretty

if TYPE_CHECKING:
    import pandas as pd

MOONS = "Moons"
OVERLAPPING = ("alcohol", "malic_acid", "magnesium")
FEATURES = "significant_features"


def show(context: Context) -> None:
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        data = _choose_rows(context.data)
    with picture:
        table = _table_of(context, data)
        if table is not None and data is not None:
            draw(
                pictures.significance(table, data.class_names),
                key="significance",
                alt="Coefficients with their 95 % intervals",
                title="An interval that includes 0 does not rule out a coefficient of 0",
            )
    with choices:
        st.markdown(fill(words.SIGNIFICANCE))
    if table is not None and data is not None:
        _show_p_values(table, data)


def _table_of(context: Context, data: Dataset | None) -> pd.DataFrame | None:
    """The coefficients with their tests; None, with a message on the page, if there are none."""
    if data is None:
        st.info("Choose at least one feature.")
        return None
    if not (caches.can_fit(data) and caches.can_look_for_separation(data)):
        st.info(fill(words.TOO_LARGE))
        return None
    table = caches.significance(data)
    if not isinstance(table, str):
        return table
    st.warning(plain(table), icon=":material/block:")
    moons = "" if context.data.name == "moons" else " or the moons"
    st.markdown(fill(words.NO_STANDARD_ERRORS, row_names=data.row_names, moons=moons))
    return None


def _show_p_values(table: pd.DataFrame, data: Dataset) -> None:
    small = count_small_p_values(table)
    st.markdown(
        fill(
            words.SMALL_P_VALUES,
            tested_in_words=in_words(small.tested).capitalize(),
            tested=small.tested,
            expected=number(small.expected),
            found=small.found,
            after_holm=small.after_holm,
        )
    )
    _show_table(table)
    st.caption(fill(words.LARGE_SAMPLES, rows=len(data.y_train), reference=plain(data.class_names[0])))


def _choose_rows(data: Dataset) -> Dataset | None:
    row = data.row_name.capitalize()
    every, some = f"{row}, all features", f"{row}, chosen features"
    names = [every, some] if data.features > 1 else [every]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.segmented_control(
            "Rows",
            wrap=True,
            options=names if data.name == "moons" else [*names, MOONS],
            key="significant_rows",
            default=some if some in names else every,
            required=True,
            persist_state="session",
            help="The features that the regression uses.",
        )
    if name == MOONS:
        return session.rows_of("moons")
    return data if name == every else _choose_features(data)


def _choose_features(data: Dataset) -> Dataset | None:
    if FEATURES not in st.session_state or not set(st.session_state[FEATURES]) <= set(data.feature_names):
        few = [name for name in OVERLAPPING if name in data.feature_names]
        st.session_state[FEATURES] = few or varying_features(data)[: len(OVERLAPPING)]
    chosen = st.multiselect(
        "Features",
        data.feature_names,
        key=FEATURES,
        format_func=pretty,
        persist_state="session",
        help="With few features classes often overlap: only then do standard errors exist.",
    )
    return session.rows_of(data.name, chosen) if chosen else None


def _show_table(table: pd.DataFrame) -> None:
    written: dict[Any, Any] = dict.fromkeys(("coefficient", "standard_error", "z", "low", "high"), partial(fixed, decimals=2))
    written |= dict.fromkeys(("p", "p_holm"), number)
    st.dataframe(
        table.assign(feature=table["feature"].map(pretty)).style.format(written, na_rep="–"),
        hide_index=True,
        placeholder="–",
        column_config={
            "class": "Class",
            "feature": "Feature",
            "coefficient": st.column_config.NumberColumn("Coefficient", help="Log odds against the first class."),
            "standard_error": "Standard error",
            "z": st.column_config.NumberColumn("z", help="Coefficient / standard error."),
            "p": st.column_config.NumberColumn(
                "p",
                help="How often a z at least this far from 0 would come if the true coefficient were 0 (large samples).",
            ),
            "p_holm": st.column_config.NumberColumn(
                "p, Holm",
                help="p for all features together (Holm 1979). If all true coefficients were 0, one or more of these would "
                "fall below 0.05 in at most 5 of 100 data sets.",
            ),
            "low": "95 %, from",
            "high": "to",
        },
    )
