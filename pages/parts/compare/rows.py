"""The test rows on which the runs differ most."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.comparison import MIN_DISTANCE, rows_that_differ_most
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill

MAX_ROWS = 10


def show(context: Context) -> None:
    """A picture of them, the largest distance first."""
    runs, row_name = context.runs, context.data.row_name
    st.header(f"The {context.data.row_names} on which the runs differ most")
    table = rows_that_differ_most(runs, context.data, MAX_ROWS)
    if not len(table):
        st.markdown(fill(words.NOWHERE, row_name=row_name))
        return
    differs = f"{len(table)} of {len(context.data.y_test)} {context.data.row_names} get a different forecast"
    show_picture(
        pictures.rows_apart(table, list(runs), row_name),
        key="compare_rows",
        alt=f"Probabilities that {len(runs)} runs give to the true class of {len(table)} {context.data.row_names}",
        title=differs if len(table) < MAX_ROWS else f"The {len(table)} {context.data.row_names} with the largest differences",
    )
    st.caption(fill(words.DISTANCE, smallest=f"{MIN_DISTANCE:g}"))
