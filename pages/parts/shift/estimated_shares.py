"""The shares of rows without labels, by EM: its steps as a picture, and intervals."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, Run
from ensemble.datasets.table import Table
from ensemble.shift.other_shares import AFTER, AtShares, UnseenRows
from ensemble.shift.training_shares import seen_shares
from pages.parts.shift import words_shares as words
from ui import caches
from ui.charts import shares as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number
from ui.text.intervals import with_interval

SIZES = (50, 100, 200, 500, 1000, 2000)
DRAWS = "draws_of_unlabelled_rows"


def show_estimate(run: Run, rows: UnseenRows, data: Dataset, table: Table, found: AtShares, rows_id: str) -> None:
    """EM on rows in the chosen shares, of which it does not know the classes."""
    st.header(words.EM_HEADER)
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        count = _choose_rows(data.row_names)
    draw_number, seen = 1 + st.session_state.get(DRAWS, 0), seen_shares(run.config, data)
    steps, interval, cost = caches.estimated_shares(
        rows_id, tuple(found.shares), count, draw_number, run, rows, seen, data, table
    )
    held, taken = int(interval.holds(found.shares).sum()), len(steps.shares) - 1
    with left:
        draw(
            pictures.em_steps(steps, interval, found.shares, data.class_names),
            key="steps_of_em",
            alt=f"Shares of {data.classes} classes over {pictures.steps_shown(steps)} steps of EM, with the true shares",
            title=fill(words.EM_HOLDS, held=held, classes=data.classes),
        )
        again = fill(words.EM_AGAIN, test=f"{len(rows.y):,}", row_names=data.row_names) if rows.truth is None else ""
        st.caption(f"{fill(words.EM_LIMITS, row_names=data.row_names)} {again}".rstrip())
    with right:
        stopped = words.CONVERGED if steps.has_converged else fill(words.NOT_CONVERGED, gap=number(steps.gap))
        st.markdown(
            fill(
                words.EM,
                rows=f"{count:,}",
                row_name=data.row_name,
                row_names=data.row_names,
                drawn=words.EM_RESAMPLED if rows.truth is None else words.EM_FRESH,
                gain=number(float(steps.log_likelihood[-1])),
                steps=f"{taken:,} {'step' if taken == 1 else 'steps'}",
                stopped=stopped,
            )
        )
        known = found.scored[AFTER].loss.mean
        says = fill(words.EM_LOSS, estimated=number(known + cost.mean), known=number(known))
        st.markdown(f"{says} {with_interval(words.EM_COSTS, cost.low, cost.high)}")


def _choose_rows(row_names: str) -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen: int = st.select_slider(
            f"{row_names.capitalize()} without a label",
            SIZES,
            value=500,
            key="unlabelled_rows",
            persist_state="session",
            width=280,
            help="More of them: narrower intervals.",
        )
        st.button("Draw others", key="draw_unlabelled_rows", on_click=_draw_others)
    return chosen


def _draw_others() -> None:
    st.session_state[DRAWS] = st.session_state.get(DRAWS, 0) + 1
