"""What the parts of the page share: ensembles trained on one split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ensemble import Dataset, EnsembleConfig, Run
from ensemble.execution.jobs import Job
from ensemble.runs import test_rows
from ensemble.runs.held_out import MAX_ROWS
from ensemble.sharing.script import Source
from ui import caches, session
from ui.session.state import Related
from ui.widgets import row_number


@dataclass(frozen=True)
class Context:
    """The ensembles and their rows, as each part gets them.

    Attributes
    ----------
    runs : mapping of str to Run
        The runs that have been trained, by the names in ``ensemble.related.plans.ensembles``.
    data : Dataset
        The split that they were trained on, with at most 5,000 of its test rows.
    train_rows : int
        The number of training rows in the split.
    group_id : str
        The id of these runs, for caches.
    config : EnsembleConfig
        The settings of the shown run.
    split : Dataset
        The split with all its test rows.
    beside_the_parts : DeltaGenerator
        A container for a control in the line of the parts.
    source : Source or None
        The table, for other splits of it; None if the session no longer has it.
    """

    runs: Mapping[str, Run]
    data: Dataset
    train_rows: int
    group_id: str
    config: EnsembleConfig
    split: Dataset
    beside_the_parts: st.delta_generator.DeltaGenerator
    source: Source | None = None


def context_of(shown: Job, related: Related, beside: st.delta_generator.DeltaGenerator) -> Context:
    """The context from a run and its related runs; if there are many test rows, only some, with a message."""
    whole = shown.dataset
    data = whole.with_at_most(MAX_ROWS)
    if len(data.y_test) < (all_rows := len(whole.y_test)):
        st.caption(f"Of the {all_rows:,} test {data.row_names}, {len(data.y_test):,} drawn at random are used.")
    key = caches.runs_key(related.runs, data)
    return Context(related.runs, data, len(whole.y_train), key, shown.config, whole, beside, session.source_of(shown))


def choose_row(context: Context, run: Run) -> int:
    """Let people choose a test row, beside the parts, at first the least certain one; returns its index, from 0."""
    with context.beside_the_parts, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        return row_number.choose_row(context.data, test_rows.least_certain(run, context.data))
