"""How unsure each member is by itself, and how much the members disagree."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ensemble.disagreement.table import disagreement_table
from pages.parts.members import words
from pages.parts.members.context import WAYS, Context, choose_row
from ui import session
from ui.charts import labels
from ui.charts import members as pictures
from ui.charts import show as draw
from ui.text.fill import fill

TABLE = "disagreeing_wines"


def show(context: Context) -> None:
    data = context.data
    st.markdown(fill(words.DISAGREEMENT))
    with st.container(horizontal=True, vertical_alignment="top"):
        way = st.segmented_control(
            "Members of",
            WAYS,
            key="disagreeing_way",
            default="independent",
            required=True,
            persist_state="session",
            help="Which of the three ensembles is asked.",
        )
        run = context.runs[way]
        row = choose_row(run, data)
    if way != "independent":
        st.caption(fill(words.AVERAGED_INSTEAD))
    table = disagreement_table(run, data)
    number = data.row_name.capitalize()
    left, right = st.columns(2, gap="large")
    if data.classes == 3:
        with left:
            proba = run.member_proba(data.x_test)
            draw(
                pictures.triangle(proba, data.y_test, labels(data.class_names), row, data.row_name),
                key="triangle",
                alt=f"{len(proba)} members on {len(data.y_test)} {data.row_names}",
            )
            st.caption(fill(words.TRIANGLE, row_name=data.row_name, row=row + 1))
    with right if data.classes == 3 else left:
        draw(
            pictures.entropy_split(table, row, data.classes, data.row_name),
            key="entropy_split",
            alt=f"Two parts of each test {data.row_name}'s entropy",
        )
    with right:
        st.dataframe(
            table,
            key=TABLE,
            on_select=partial(_pick_row, table[number].tolist()),
            selection_mode="single-row",
            hide_index=True,
            height=260,
            column_order=[number, "Mutual information", "Total", "Expected", "True class", "Likeliest"],
            column_config={
                name: st.column_config.NumberColumn(name, format="%.4f", help="In nats.", width="small")
                for name in ("Total", "Expected", "Mutual information")
            }
            | {"Mutual information": st.column_config.NumberColumn(format="%.4f", help="In nats.", width=130)}
            | {number: st.column_config.NumberColumn(width=60)},
        )
        pictures_here = "both pictures" if data.classes == 3 else "the picture"
        st.caption(f"Choose a row, and the {data.row_name} stands out in {pictures_here}.")
    st.markdown(fill(words.WITH_CARE))


def _pick_row(numbers: list[int]) -> None:
    if rows := st.session_state[TABLE].selection.rows:
        st.session_state[session.Key.WINE] = numbers[rows[0]]
