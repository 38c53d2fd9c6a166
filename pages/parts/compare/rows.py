"""The test rows on which the runs differ most."""

from __future__ import annotations

import streamlit as st

from ensemble.runs.comparison import MIN_DISTANCE, rows_that_differ_most
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui.charts import comparison as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill


def show(context: Context) -> None:
    """A picture and a table of them, the largest distance first."""
    runs, row_name = context.runs, context.data.row_name
    st.header(f"The {context.data.row_names} on which the runs differ most")
    table = rows_that_differ_most(runs, context.data)
    if not len(table):
        st.markdown(fill(words.NOWHERE, row_name=row_name))
        return
    show_picture(
        pictures.rows_apart(table, list(runs), row_name),
        key="compare_rows",
        alt=f"Probabilities that {len(runs)} runs give to the true class of {len(table)} {context.data.row_names}",
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "row": row_name.capitalize(),
            "true class": "True class",
            "distance": st.column_config.NumberColumn(
                "Distance", format="%.3f", help="Total variation, 0 to 1; of several pairs of runs the largest."
            ),
            **{f"{name}: likeliest": st.column_config.TextColumn(f"{name} says") for name in runs},
            **{
                f"{name}: true class": st.column_config.NumberColumn(
                    f"{name}, p(true)", format="%.3f", help=f"Probability that {name} gives to the true class."
                )
                for name in runs
            },
        },
    )
    st.caption(fill(words.DISTANCE, smallest=f"{MIN_DISTANCE:g}"))
