"""The rows on which forecasts differ most."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.comparison import MIN_DISTANCE, rows_that_differ_most
from pages.parts.compare import words
from pages.parts.compare.context import SameRows
from ui.charts import comparison as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill

MAX_ROWS = 10


def show(same: SameRows) -> None:
    """A picture of them, the largest distance first."""
    row_name, row_names = same.data.row_name, same.data.row_names
    st.header(f"The {row_names} on which the {same.what}s differ most")
    table = rows_that_differ_most(same.log_probas, same.data, MAX_ROWS)
    if not len(table):
        st.markdown(fill(words.NOWHERE, what=same.what, row_name=row_name))
        return
    others = f" by more than {MIN_DISTANCE:g}" if table["distance"].max() > MIN_DISTANCE else ""
    differs = f"{len(table)} of {len(same.data.y_test)} {row_names} get forecasts that differ{others}"
    show_picture(
        pictures.rows_apart(table.assign(row=same.numbers[table["row"] - 1]), list(same.log_probas), row_name),
        key="compare_rows",
        alt=f"Probabilities that {len(same.log_probas)} {same.what}s give to the true class of {len(table)} {row_names}",
        title=differs if len(table) < MAX_ROWS else f"The {len(table)} {row_names} with the largest differences",
    )
    st.caption(fill(words.DISTANCE, what=same.what, smallest=f"{MIN_DISTANCE:g}"))
