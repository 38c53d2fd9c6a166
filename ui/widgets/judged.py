"""Which forecasts a page judges: those of rows by networks that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.execution.jobs import Job
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import HeldOut, held_out
from ui import caches
from ui.session.rows import FOLDS
from ui.session.state import Related

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Judged:
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
        The runs, and the choice of their rows: together they tell one ``seen`` from another.
    """

    seen: HeldOut
    data: Dataset
    config: EnsembleConfig
    series_id: str
    judged_on: str

    def rng(self) -> np.random.Generator:
        """A new generator, the same at each call."""
        return evaluation_rng(self.config)


def folds_of_members() -> set[str]:
    """Names of the runs of independent members on all folds."""
    return _folds("independent")


def choose_judged(data: Dataset) -> str:
    """Let people choose which rows are judged: all, out of fold, or the test rows."""
    out_of_fold, test = f"All {data.row_names}, out of fold", f"Test {data.row_names}"
    chosen: str = st.segmented_control(
        "Judged on",
        (out_of_fold, test),
        key="judged_on",
        default=out_of_fold,
        required=True,
        persist_state="session",
        help=f"All {data.row_names}, each predicted by a network that has not seen it; or test {data.row_names} alone.",
        label_visibility="collapsed",
    )
    return chosen


def judged(shown: Job, related: Related, judged_on: str, members: bool) -> Judged:
    """The rows that are judged; until all folds are there, the test rows of the shown run.

    Parameters
    ----------
    shown : Job
        The run that the page is about.
    related : Related
        It and independent members on each fold, as far as they are there.
    judged_on : str
        As ``choose_judged`` gives it.
    members : bool
        Whether independent members are judged, of which all folds have to be there.
    """
    data = shown.dataset
    wanted = _folds("independent" if members else "own")
    chosen = {name: run for name, run in related.runs.items() if name in wanted}
    if judged_on == f"Test {data.row_names}":
        chosen = dict(list(chosen.items())[:1]) if members else {}
    elif len(chosen) < FOLDS:
        chosen = {}
        st.caption(f"Five folds are being trained. Until they are there: the test {data.row_names} of this run.")
    runs = list(chosen.values()) or [_run_of(shown)]
    parts = [related.plan[name][1] for name in chosen] or [data]
    seen = held_out(runs, parts)
    if len(seen.y) < (all_rows := len(set().union(*(one.test_rows.tolist() for one in parts)))):
        st.caption(f"Of the {all_rows:,} {data.row_names}, {len(seen.y):,} drawn at random are judged.")
    key = caches.runs_key(chosen or {"shown": runs[0]}, parts[0])
    return Judged(seen, parts[0], runs[0].config, key, judged_on)


def _folds(name: str) -> set[str]:
    return {f"{name} {fold}" for fold in range(1, FOLDS + 1)}


def _run_of(shown: Job) -> Run:
    assert shown.run is not None
    return shown.run


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
