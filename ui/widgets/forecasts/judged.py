"""The forecasts that a page judges: out of fold or on test rows, or those of a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.execution.jobs import Job
from ensemble.rng import evaluation_rng
from ensemble.runs.held_out import HeldOut, held_out
from ui import caches, session
from ui.session.rows import FOLDS
from ui.session.state import ForeignForecasts, Related
from ui.widgets.experiment.related import show_what_is_missing

if TYPE_CHECKING:
    import numpy as np

    from ui.page import Page


@dataclass(frozen=True)
class Judged:
    """The judged forecasts, as the parts of a page get them.

    Attributes
    ----------
    seen : HeldOut
        The forecasts, and the true classes.
    data : Dataset
        A split of their rows, for the names of classes and rows.
    config : EnsembleConfig
        The settings of the runs that made the forecasts.
    group_id, judged_on : str
        The id of the runs, and the choice of their rows: together they identify ``seen``.
    file : str
        The name of the file of the forecasts, whose models take the place of members; empty for those of a run.
    """

    seen: HeldOut
    data: Dataset
    config: EnsembleConfig
    group_id: str
    judged_on: str
    file: str = ""

    def rng(self) -> np.random.Generator:
        """A new generator with the same seed at each call."""
        return evaluation_rng(self.config)


def choose_judged(data: Dataset) -> str:
    """Let people choose the judged rows: all rows, out of fold, or the test rows; a file has no such choice."""
    if session.forecasts():
        return ""
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


def judged(page: Page, judged_on: str, members: bool = False) -> Judged | None:
    """The judged forecasts: those of an uploaded file if there is one, else those of the shown run.

    Parameters
    ----------
    page : Page
        Its run is judged out of fold; until all folds are trained, on its test rows.
    judged_on : str
        From ``choose_judged``.
    members : bool, default False
        Whether independent members are judged, for which all folds are needed.

    Returns
    -------
    Judged or None
        None, with a message on the page, while runs are missing.
    """
    if foreign := session.forecasts():
        return of_a_file(foreign)
    related = page.related()
    if show_what_is_missing("folds", related, _folds("independent") if members else set()):
        return None
    return _of_the_run(page.shown, related, judged_on, members)


def of_a_file(foreign: ForeignForecasts) -> Judged:
    """The forecasts of the chosen model of a file."""
    whole, model = foreign.forecasts, foreign.model
    judged_rows, sentence = whole.at_most()
    if sentence:
        st.caption(sentence)
    key = caches.forecasts_key(whole, model)
    return Judged(
        judged_rows.held_out(model),
        session.rows_of_forecasts(judged_rows),
        EnsembleConfig(),
        key,
        foreign.name,
        foreign.name,
    )


def with_finite_loss(context: Judged, members: bool = False) -> Judged:
    """The rows whose true class has a probability above 0; the page says how many others there are.

    Parameters
    ----------
    context : Judged
    members : bool, default False
        Whether this has to hold for every member.

    Raises
    ------
    InputError
        If there are no such rows.
    """
    chosen, data = context.seen.has_finite_loss(members), context.data
    if chosen.all():
        return context
    who = "a model gives" if members else "the forecast gives"
    gone, rest = int((~chosen).sum()), int(chosen.sum())
    rows = f"{gone:,} {data.row_name if gone == 1 else data.row_names}"
    if not rest:
        raise InputError(f"In all {rows} {who} the true class the probability 0. No temperature changes an infinite loss.")
    st.warning(
        f"In {rows}, {who} the true class the probability 0: the loss is ∞ at every temperature. "
        f"What follows is about the other {rest:,}.",
        icon=":material/all_inclusive:",
    )
    return replace(context, seen=context.seen.only(chosen), judged_on=f"{context.judged_on}, possible")


def _of_the_run(shown: Job, related: Related, judged_on: str, members: bool) -> Judged:
    data = shown.dataset
    wanted = _folds("independent" if members else "own")
    chosen = {name: run for name, run in related.runs.items() if name in wanted}
    if judged_on == f"Test {data.row_names}":
        chosen = dict(list(chosen.items())[:1]) if members else {}
    elif len(chosen) < FOLDS:
        chosen = {}
        st.caption(f"Five folds are being trained. Until they are ready: the test {data.row_names} of this run.")
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
    """Let people choose the share of the rows, 0.2..0.8, on which temperatures and sets are fitted."""
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
