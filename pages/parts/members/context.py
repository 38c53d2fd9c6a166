"""What the parts of the page share: six ensembles trained on one split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.disagreement.scoreboards import Scoreboard
from ensemble.runs import test_rows
from pages.parts.members import words
from ui import session
from ui.charts import scores as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.intervals import of_scores

WAYS = ("joint", "independent", "bootstrap")
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


@dataclass(frozen=True)
class Context:
    """What a part is shown.

    Attributes
    ----------
    runs : mapping of str to Run
        By the names of ``settings``.
    data : Dataset
        The split that they were trained on, with at most 5,000 of its test rows.
    train_rows : int
        How many training rows the split has.
    series_id : str
        The group of runs.
    config : EnsembleConfig
        What the controls ask for now.
    split : Dataset
        The rows that the controls ask for now.
    """

    runs: Mapping[str, Run]
    data: Dataset
    train_rows: int
    series_id: str
    config: EnsembleConfig
    split: Dataset


def sizes() -> tuple[int, ...]:
    """Sizes of ensembles that are compared: as many of ``SIZES`` as this host allows members."""
    most = EnsembleConfig.bounds("members")[1]
    return tuple(size for size in SIZES if size <= most)


def settings() -> dict[str, dict[str, Any]]:
    """In which settings each of the six ensembles differs from the controls, by name."""
    return {way: {"training": way} for way in WAYS} | {
        "many": {"training": "independent", "members": sizes()[-1]},
        "linear": {"training": "joint", "activation": "linear"},
        "relu": {"training": "joint", "activation": "relu"},
    }


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
