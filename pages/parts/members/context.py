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
    source : Source or None
        All rows, for other splits of them; None where they are no longer known.
    """

    runs: Mapping[str, Run]
    data: Dataset
    train_rows: int
    series_id: str
    config: EnsembleConfig
    split: Dataset
    beside_the_parts: st.delta_generator.DeltaGenerator
    source: Source | None = None


def context_of(shown: Job, related: Related, beside: st.delta_generator.DeltaGenerator) -> Context:
    """What the parts are shown of a run and of what is trained besides it; of many test rows some, which the page says."""
    whole = shown.dataset
    data = whole.with_at_most(MAX_ROWS)
    if len(data.y_test) < (all_rows := len(whole.y_test)):
        st.caption(f"Of the {all_rows:,} test {data.row_names}, {len(data.y_test):,} drawn at random are used.")
    key = caches.runs_key(related.runs, data)
    return Context(related.runs, data, len(whole.y_train), key, shown.config, whole, beside, session.source_of(shown))


def choose_row(context: Context, run: Run) -> int:
    """Let people choose a test row, beside the parts; it begins with the least certain one. Its index, from 0."""
    with context.beside_the_parts, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        return row_number.choose_row(context.data, test_rows.least_certain(run, context.data))
