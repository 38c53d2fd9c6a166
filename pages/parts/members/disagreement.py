"""How unsure each member is by itself, and how much the members disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset
from ensemble.disagreement.table import disagreement_table
from ensemble.related.plans import WAYS
from pages.parts.members import words
from pages.parts.members.coming import in_a_list, trained_ways
from pages.parts.members.context import Context, choose_row
from ui import session
from ui.charts import labels
from ui.charts import members as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number

if TYPE_CHECKING:
    import pandas as pd

TABLE, BARS = "disagreeing_wines", "entropy_split"
USUAL = "independent"


def show(context: Context) -> None:
    data = context.data
    left, right = st.columns([1, 1.15], gap="large")
    bars = (right if data.classes == 3 else left).container()
    with right:
        asked = st.segmented_control(
            "Members of",
            WAYS,
            key="disagreeing_way",
            default=USUAL,
            required=True,
            persist_state="session",
            help="Which of the three ensembles is shown.",
        )
    way = asked if asked in context.runs else trained_ways(context)[0]
    run = context.runs[way]
    row = choose_row(context, run)
    if way != asked:
        right.caption(fill(words.COMING_MEANWHILE, names=in_a_list([asked]), way=way))
    table = disagreement_table(run, data)
    if data.classes == 3:
        with left:
            proba = run.member_proba(data.x_test)
            draw(
                pictures.triangle(proba, data.y_test, labels(data.class_names), row, data.row_name),
                key="triangle",
                alt=f"{len(proba)} members on {len(data.y_test)} {data.row_names}",
                title=fill(words.TRIANGLE, members=len(proba), row_name=data.row_name, row=row + 1),
            )
    with bars:
        _show_bars(table, row, data)
    with right:
        _show_table(table, data)
    if way != "independent":
        st.caption(fill(words.AVERAGED_INSTEAD))
    formula, care = st.columns(2, gap="large")
    formula.markdown(fill(words.DISAGREEMENT))
    care.markdown(fill(words.WITH_CARE))


def _show_bars(table: pd.DataFrame, row: int, data: Dataset) -> None:
    title = data.row_name.capitalize()
    own = table[table[title] == row + 1].iloc[0]
    drawn = pictures.worth_a_bar(table, row, data.classes, data.row_name)
    draw(
        pictures.entropy_split(table, row, data.classes, data.row_name),
        key=BARS,
        alt=f"Two parts of each test {data.row_name}'s entropy",
        title=fill(
            words.OWN_ENTROPY,
            row_name=title,
            row=row + 1,
            total=number(own["Total"]),
            disagreement=number(own["Mutual information"]),
        ),
        on_select=_picks(drawn[title].tolist(), BARS),
    )
    if sure := len(table) - len(drawn):
        names = data.row_name if sure == 1 else data.row_names
        st.caption(fill(words.SURE_ROWS, sure=sure, row_names=names))


def _show_table(table: pd.DataFrame, data: Dataset) -> None:
    title = data.row_name.capitalize()
    st.dataframe(
        table,
        key=TABLE,
        on_select=_picks(table[title].tolist(), TABLE),
        selection_mode="single-row",
        hide_index=True,
        height=214,
        column_order=[title, "Mutual information", "Total", "Expected", "True class", "Likeliest"],
        column_config={
            name: st.column_config.NumberColumn(name, format="%.4f", help="In nats.", width="small")
            for name in ("Total", "Expected")
        }
        | {"Mutual information": st.column_config.NumberColumn(format="%.4f", help="In nats.", width=130)}
        | {title: st.column_config.NumberColumn(width=60)},
    )
    pictures_here = "both pictures" if data.classes == 3 else "the picture"
    st.caption(f"Click a bar or a row: the {data.row_name} stands out in {pictures_here}.")


def _picks(numbers: Sequence[int], key: str) -> Callable[[], None]:
    """A callback for a click on a row of the table or on a bar; ``numbers`` are the test rows in their order."""

    def pick() -> None:
        selection = st.session_state[key].selection
        chosen = selection.get("rows") or [point["point_index"] for point in selection.get("points", [])]
        if chosen and 0 <= chosen[0] < len(numbers):
            st.session_state[session.Key.WINE] = numbers[chosen[0]]

    return pick
