"""The choice of the test row."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.test_rows import least_certain, most_wrong, probability_columns, table
from pages.parts.predictions.context import Context
from ui import session
from ui.charts import class_colour
from ui.widgets.row_number import choose_row

LIST = "all_rows"


def show(context: Context) -> int:
    """Let people choose a test row; returns its index."""
    run, data = context.run, context.data
    rows = len(data.y_test)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        row = choose_row(data, least_certain(run, data))
        st.button("Previous", key="previous", icon=":material/chevron_left:", on_click=_step, args=(-1, rows))
        st.button("Next", key="next", icon=":material/chevron_right:", icon_position="right", on_click=_step, args=(1, rows))
        st.button(
            "Least certain",
            key="least_certain",
            on_click=go_to,
            args=(least_certain(run, data),),
            help=f"The {data.row_name} whose likeliest class has the smallest probability.",
        )
        st.button(
            "Most wrong",
            key="most_wrong",
            on_click=go_to,
            args=(most_wrong(run, data),),
            help=f"The {data.row_name} whose true class has the smallest probability.",
        )
    return row


def list_rows(context: Context) -> None:
    """All test rows in a table, to pick one; it is made while it is open, and its scripts are a megabyte."""
    run, data = context.run, context.data
    box = st.expander(f"All test {data.row_names}", key=LIST, on_change="rerun")
    if not box.open:
        return
    with box:
        st.dataframe(
            table(run, data),
            key="wines",
            on_select=_pick_from_table,
            selection_mode="single-row",
            hide_index=True,
            column_config={
                name: st.column_config.ProgressColumn(name, min_value=0, max_value=1, format="%.3f", color=class_colour(k))
                for k, name in enumerate(probability_columns(data.class_names))
            },
        )


def chosen() -> int:
    """The index of the chosen row."""
    return int(st.session_state[session.Key.WINE]) - 1


def go_to(row: int) -> None:
    """Choose the row with this index, at the next rerun."""
    st.session_state[session.Key.WINE] = row + 1


def _step(by: int, rows: int) -> None:
    go_to((chosen() + by) % rows)


def _pick_from_table() -> None:
    if rows := st.session_state["wines"].selection.rows:
        go_to(rows[0])
