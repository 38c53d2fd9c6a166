"""The scores that the trained ensemble gives a test row, in place of made-up ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from ensemble import Dataset, Run
from ensemble.execution.jobs import Job
from pages.parts.softmax import words
from ui.components.scores import MAX_CLASSES, scores, show_scores
from ui.text.fill import fill
from ui.text.row_names import chosen_row_name

KEY = "scores"
ROW = "scored_wine"


class Row(NamedTuple):
    """A test row by its number from 0, and the run whose scores for it are shown."""

    run: Run
    data: Dataset
    number: int


def choose(job: Job | None) -> Row | None:
    """Let people choose scores of a test row, if the session's run has any that the picture can hold."""
    run = job.run if job and job.run and job.run.epochs else None
    data = job.dataset if job and run else None
    fits = data is not None and data.classes <= MAX_CLASSES
    row_name = data.row_name if data else chosen_row_name()
    real = st.toggle(
        f"Scores of a {row_name}",
        key="real_scores",
        disabled=not fits,
        persist_state="session",
        help=f"Shows the scores that the trained ensemble gives a test {row_name}, in place of made-up ones.",
    )
    if not run or not data:
        st.caption("Train an ensemble first, and its scores can be used here.")
        st.page_link("pages/train.py", label="Train", icon=":material/model_training:")
    elif not fits:
        st.caption(fill(words.TOO_MANY_CLASSES, classes=data.classes, most=MAX_CLASSES))
    elif real:
        return Row(run, data, _choose_number(data))
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
