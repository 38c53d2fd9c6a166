"""Which test row is read."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.test_rows import least_certain, most_wrong, probability_columns, table
from pages.parts.predictions.context import Context
from ui import session
from ui.charts import class_colour


def show(context: Context) -> int:
    """Let people choose; the index of the row among the test rows."""
    run, data = context.run, context.data
    rows = len(data.y_test)
    session.arrive_at_wine(rows, otherwise=least_certain(run, data) + 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            f"Test {data.row_name}, 1 to {rows}",
            1,
            rows,
            key=session.Key.WINE,
            persist_state="session",
            width=200,
            help=f"Numbers of the {data.row_names} in the test set.",
        )
        st.button("Previous", key="previous", icon=":material/chevron_left:", on_click=_step, args=(-1, rows))
        st.button("Next", key="next", icon=":material/chevron_right:", icon_position="right", on_click=_step, args=(1, rows))
        st.button(
            "Least certain",
            key="least_certain",
            on_click=_go_to,
            args=(least_certain(run, data),),
            help=f"The {data.row_name} whose likeliest class has the smallest probability.",
        )
        st.button(
            "Most wrong",
            key="most_wrong",
            on_click=_go_to,
            args=(most_wrong(run, data),),
            help=f"The {data.row_name} whose true class has the smallest probability.",
        )
    with st.expander(f"All test {data.row_names}"):
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
    return _chosen()


def _chosen() -> int:
    return int(st.session_state[session.Key.WINE]) - 1


def _go_to(row: int) -> None:
    st.session_state[session.Key.WINE] = row + 1


def _step(by: int, rows: int) -> None:
    _go_to((_chosen() + by) % rows)


def _pick_from_table() -> None:
    if rows := st.session_state["wines"].selection.rows:
        _go_to(rows[0])
