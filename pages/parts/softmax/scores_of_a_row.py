"""The scores that the trained ensemble gives a test row, instead of made-up ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from ensemble import Dataset, Run
from ensemble.execution.jobs import Job
from pages.parts.softmax import words
from ui import session
from ui.components.scores import MAX_CLASSES, scores, show_scores
from ui.text.fill import fill

KEY = "scores"
REAL, ROW = session.Key.REAL_SCORES, session.Key.SCORED_ROW


class Row(NamedTuple):
    """A test row by its number from 0, and the run whose scores for it are shown."""

    run: Run
    data: Dataset
    number: int


def are_wanted() -> bool:
    """Whether people have asked for scores of a test row; made-up ones need neither a run nor its rows."""
    return bool(st.session_state.get(REAL))


def choose(job: Job | None) -> Row | None:
    """Let people choose scores of a test row, if there is a run and its classes fit into the picture."""
    if not job or not job.run or not job.run.epochs:
        return None
    data = job.dataset
    fits = data.classes <= MAX_CLASSES
    real = st.toggle(
        f"Scores of a {data.row_name}",
        key=REAL,
        disabled=not fits,
        persist_state="session",
        help=f"The trained ensemble's scores of a test {data.row_name}, instead of made-up ones.",
    )
    if not fits:
        st.caption(fill(words.TOO_MANY_CLASSES, classes=data.classes, most=MAX_CLASSES))
    elif real:
        return Row(job.run, data, _choose_number(data))
    return None


def _choose_number(data: Dataset) -> int:
    rows = len(data.y_test)
    if st.session_state.get(ROW, 1) > rows:
        st.session_state[ROW] = rows
    st.number_input(
        f"{data.row_name.capitalize()}, 1 to {rows}",
        1,
        rows,
        key=ROW,
        persist_state="session",
        help=f"Numbers of the test {data.row_names}.",
    )
    return int(st.session_state[ROW]) - 1


@st.fragment
def move(step: str, row: Row | None) -> None:
    """Draw the scores of a row, or made-up ones, to be dragged."""
    if row:
        z = row.run.logits(row.data.x_test[row.number : row.number + 1])[0]
        scores(step, z=z.tolist(), class_names=row.data.class_names, row_name=row.data.row_name, key=KEY)
    else:
        scores(step, key=KEY)


def set_to(shown: dict[str, Any]) -> None:
    """Set the made-up scores or the temperature, as a question asks for."""
    show_scores(shown, key=KEY)
