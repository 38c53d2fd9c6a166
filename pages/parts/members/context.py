"""What the parts of the page share: ensembles trained on one split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.disagreement.scoreboards import Scoreboard
from ensemble.related.plans import WAYS, sizes
from ensemble.runs import test_rows
from pages.parts.members import words
from ui import session
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.intervals import of_scores

__all__ = ["WAYS", "Context", "choose_row", "show_scoreboard", "sizes"]


@dataclass(frozen=True)
class Context:
    """What a part is shown.

    Attributes
    ----------
    runs : mapping of str to Run
        By the names of ``ensemble.related.plans.ensembles``: those that are there yet.
    data : Dataset
        The split that they were trained on, with at most 5,000 of its test rows.
    train_rows : int
        How many training rows the split has.
    series_id : str
        Tells these runs from others.
    config : EnsembleConfig
        Of the shown run.
    split : Dataset
        The split that it was trained on, with all its test rows.
    """

    runs: Mapping[str, Run]
    data: Dataset
    train_rows: int
    series_id: str
    config: EnsembleConfig
    split: Dataset


def choose_row(run: Run, data: Dataset) -> int:
    """Let people choose a test row by its number from 1; it begins with the least certain one. Its number from 0."""
    rows = len(data.y_test)
    session.arrive_at_wine(rows, otherwise=test_rows.least_certain(run, data) + 1)
    st.number_input(
        f"Test {data.row_name}, 1 to {rows}",
        1,
        rows,
        key=session.Key.WINE,
        persist_state="session",
        width=160,
        help=f"Numbers of the test {data.row_names}.",
    )
    return int(st.session_state[session.Key.WINE]) - 1


def show_scoreboard(board: Scoreboard, data: Dataset) -> None:
    """Three pictures side by side, one for each score."""
    for column, (score, title) in zip(st.columns(3, gap="medium"), words.SCORES.items(), strict=True):
        own = {name: members[score].to_numpy() for name, members in board.members.items()}
        with column:
            st.markdown(title)
            draw(
                pictures.scoreboard(board.forecasts, score, own),
                key=f"score_{score}",
                alt=f"{score} of {len(board.forecasts)} forecasts",
            )
    st.caption(f"{of_scores(len(data.y_test), data.row_name, data.row_names)} {fill(words.GREY_DOTS)}")
