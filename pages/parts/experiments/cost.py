"""The number of runs that a button trains, and their training time on this server."""

from __future__ import annotations

from ensemble.execution import service
from ensemble.runs.budget import Rows, classic_runs_of_sweep
from ensemble.sweeps.design import SweepPlan
from ui import session
from ui.text.durations import about


def in_words(plan: SweepPlan) -> str:
    """The runs of a plan on the chosen rows, and the time that they take: "90 runs, about 27 s"."""
    rows = Rows.of_table(session.table(), session.data_config().test_share)
    together, _ = classic_runs_of_sweep([spec.config for spec in plan.specs], rows)
    return f"{len(plan.specs):,} runs, {about(together * service.current().classic_seconds)}"
