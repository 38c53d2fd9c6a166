"""What the parts of the page share: forecasts of rows by networks that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import RunGroup
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import HeldOut, held_out

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Context:
    """What a part is shown.

    Attributes
    ----------
    seen : HeldOut
        The forecasts that are judged, and what happened.
    data : Dataset
        A split of their rows, for the names of classes and rows.
    config : EnsembleConfig
        What made the forecasts.
    series_id, judged_on : str
        The group of runs, and the choice of its rows: together they tell one ``seen`` from another.
    """

    seen: HeldOut
    data: Dataset
    config: EnsembleConfig
    series_id: str
    judged_on: str

    def rng(self) -> np.random.Generator:
        """A new generator, the same at each call."""
        return evaluation_rng(self.config)


def judged(trained: RunGroup, folds: int, members: bool) -> Context:
    """Let people choose which rows are judged.

    Parameters
    ----------
    trained : RunGroup
        The ensemble of the controls on each fold, then independent members on each fold.
    folds : int
        How many folds there are.
    members : bool
        Whether the independent members are judged.
    """
    data = trained.plan[0][1]
    out_of_fold, test = f"All {data.row_names}, out of fold", f"Test {data.row_names}"
    judged_on = st.segmented_control(
        "Judged on",
        (out_of_fold, test),
        key="judged_on",
        default=out_of_fold,
        required=True,
        persist_state="session",
        help=f"All {data.row_names}, each predicted by a network that has not seen it; or the test {data.row_names} of the "
        "first fold alone.",
    )
    first = folds if members else 0
    count = folds if judged_on == out_of_fold else 1
    runs, parts = trained.runs[first : first + count], [fold for _, fold in trained.plan[first : first + count]]
    seen = held_out(runs, parts)
    if len(seen.y) < (all_rows := len(set().union(*(one.test_rows.tolist() for one in parts)))):
        st.caption(f"Of the {all_rows:,} {data.row_names}, {len(seen.y):,} drawn at random are judged.")
    return Context(seen, data, runs[0].config, trained.id, judged_on)


def choose_share(data: Dataset) -> float:
    """Let people choose which share of the rows, 0.2..0.8, temperatures and sets are fitted on."""
    return st.slider(
        f"Share of {data.row_names} to calibrate on",
        0.2,
        0.8,
        0.5,
        0.05,
        key="calibration_share",
        persist_state="session",
        width=420,
        help=f"These {data.row_names} fit the temperature or the sets; the others judge them. More of one is less of the "
        "other.",
    )
