"""What the parts of the page share: ensembles trained on one split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.runs import test_rows
from ui import session


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
    beside_the_parts : DeltaGenerator
        Room for a control in the line of the parts.
    """

    runs: Mapping[str, Run]
    data: Dataset
    train_rows: int
    series_id: str
    config: EnsembleConfig
    split: Dataset
    beside_the_parts: st.delta_generator.DeltaGenerator


def choose_row(context: Context, run: Run) -> int:
    """Let people choose a test row by its number from 1; it begins with the least certain one. Its number from 0."""
    data = context.data
    rows = len(data.y_test)
    session.arrive_at_wine(rows, otherwise=test_rows.least_certain(run, data) + 1)
    with context.beside_the_parts, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Test {data.row_name}", width="content")
        st.number_input(
            f"Test {data.row_name}, 1 to {rows}",
            1,
            rows,
            key=session.Key.WINE,
            persist_state="session",
            width=130,
            label_visibility="collapsed",
        )
    return int(st.session_state[session.Key.WINE]) - 1
