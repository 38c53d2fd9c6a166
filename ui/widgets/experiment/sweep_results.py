"""The results of an experiment of many runs, for the pictures and sentences on it."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from ensemble.execution.sweep import Sweep
from ensemble.sweeps.design import Condition, SweepPlan
from ensemble.sweeps.results import Result
from ensemble.sweeps.tables import column, csv_file, parquet_file
from ensemble.sweeps.values import Value, title, written
from ui.charts.experiments import Runs
from ui.text.format import in_words_of_settings, plain

SOURCE_NAMES = {"split": "split only", "start": "start only", "both": "split and start"}


class Trained(NamedTuple):
    """An experiment with results.

    Attributes
    ----------
    sweep : Sweep
    plan : SweepPlan
        The plan of its runs.
    table : DataFrame
        From ``ensemble.sweeps.tables.results_table``.
    results : list of Result or None
        The complete results of the same runs.
    key : str
        A key for caches, which changes whenever there are more results.
    """

    sweep: Sweep
    plan: SweepPlan
    table: pd.DataFrame
    results: list[Result | None]
    key: str


def runs(trained: Trained, condition: Condition, metric: str) -> Runs:
    """A metric of the runs of a condition that count, for a picture."""
    table = trained.table
    indices = np.array(condition.indices)
    used = indices[table["used"].to_numpy()[indices]]
    return Runs(*(table[name].to_numpy()[used] for name in (column(metric, condition.pool), "seed", "split_seed")))


def condition_in_words(plan: SweepPlan, condition: Condition) -> str:
    """The label of a condition of a plan."""
    return ", ".join(level_in_words(setting, value) for setting, value in zip(plan.settings, condition.levels, strict=True))


def downloads(name: str, trained: Trained) -> None:
    """Offer all results as downloads."""
    with st.container(horizontal=True):
        for kind, ending, mime, make in (
            ("CSV", "csv", "text/csv", csv_file),
            ("Parquet", "parquet", "application/vnd.apache.parquet", parquet_file),
        ):
            st.download_button(
                f"All runs, {kind}",
                partial(make, trained.table),
                f"{name}.{ending}",
                mime,
                key=f"take_{name}_{ending}",
                icon=":material/download:",
                on_click="ignore",
                help="A row for each run: settings, seeds, outcome, losses, accuracy, confidence and calibration.",
            )


def has_usable_runs(trained: Trained) -> bool:
    """Whether any run counts."""
    return bool(trained.table["used"].any())


def how_many_used(trained: Trained) -> list[int]:
    """The number of runs that count, for each condition of the plan."""
    used = trained.table["used"].to_numpy()
    return [int(used[list(condition.indices)].sum()) for condition in trained.plan.conditions]


def level_in_words(setting: str, value: Value) -> str:
    """The label of one setting of a condition."""
    return (
        SOURCE_NAMES[str(value)] if setting == "source" else f"{title(setting).lower()} {in_words_of_settings(written(value))}"
    )


def say_what_is_not_used(trained: Trained) -> None:
    """A sentence on the runs that do not count, and why."""
    status_of_runs = trained.table["status"]
    diverged, given_up = (int((status_of_runs == word).sum()) for word in ("diverged", "given up"))
    unusable = int((~trained.table["used"] & (status_of_runs == "finished")).sum())
    reasons = [
        f"{count:,} of {len(trained.table):,} runs {words}"
        for count, words in (
            (diverged, "diverged: their loss became too large to go on, or no number"),
            (given_up, "were given up: " + next(iter(trained.sweep.failures.values()), "")),
            (unusable, "ended with a loss that is no finite number"),
        )
        if count
    ]
    if reasons:
        st.warning(
            plain(f"{'; '.join(reasons)}. They are left out of all numbers and pictures below."),
            icon=":material/trending_up:",
        )
