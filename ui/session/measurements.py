"""Runs over seeds that return only measurements. They are trained when a page asks for them, unless they ship with the app."""

from __future__ import annotations

from typing import NamedTuple

from ensemble import InputError
from ensemble.datasets.digest import digest
from ensemble.datasets.table import Table
from ensemble.execution import service
from ensemble.execution.sweep import Sweep
from ensemble.related import measurements
from ensemble.runs import budget
from ensemble.sharing.script import Source
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Result
from ui.session import runs
from ui.session.related import MAX_SECONDS_UNASKED
from ui.session.state import owner, state


class Asked(NamedTuple):
    """Key of an experiment: its runs, and the table that is split for them."""

    plan: SweepPlan
    digest: str
    test_share: float


class MeasuredRuns(NamedTuple):
    """An experiment over seeds.

    Attributes
    ----------
    asked : Asked
    table : Table
        The rows that are split for each run.
    sweep : Sweep or None
        The submitted runs; None until they are submitted.
    seconds : float
        Estimated training time of all runs.
    refusal : str
        Why they cannot be trained here; empty if they can.
    """

    asked: Asked
    table: Table
    sweep: Sweep | None = None
    seconds: float = 0.0
    refusal: str = ""

    @property
    def results(self) -> list[Result]:
        """Results of finished runs with epochs, in the order of the plan."""
        return [result for result in self.sweep.results if result and result.epochs] if self.sweep else []

    @property
    def is_live(self) -> bool:
        """Whether some runs are waiting or in training."""
        return self.sweep is not None and self.sweep.live

    @property
    def is_complete(self) -> bool:
        """Whether every run has ended."""
        return self.sweep is not None and self.sweep.state == "finished"


def measured(name: str, plan: SweepPlan, source: Source) -> MeasuredRuns:
    """The runs of a plan on these rows. They are begun at once if that is cheap, and kept until the plan or the rows change.

    Parameters
    ----------
    name : str
        Runs of the same name are replaced.
    plan : SweepPlan
        From ``ensemble.related.plans.measured``.
    source : Source
        Its table and test share are used.

    Returns
    -------
    MeasuredRuns
        Runs that take longer than ``MAX_SECONDS_UNASKED`` wait for ``train_measured``.
    """
    asked = Asked(plan, digest(source.table), source.test_size)
    kept = state().measured.get(name)
    if kept is None or kept.asked != asked:
        kept = state().measured[name] = _priced(asked, source.table)
        if not kept.sweep and not kept.refusal and kept.seconds <= MAX_SECONDS_UNASKED and train_measured(name).refusal:
            state().measured[name] = kept  # the host is full: no message, because nobody has asked for these runs
    return state().measured[name]


def train_measured(name: str) -> MeasuredRuns:
    """Train the runs of that name."""
    present = state().measured[name]
    try:
        sweep = service.submit_sweep(
            present.asked.plan.specs,
            present.table,
            present.asked.test_share,
            str(owner()._replace(kind=name)),
            runs.address(),
        )
    except InputError as refusal:
        present = present._replace(refusal=str(refusal))
    else:
        present = present._replace(sweep=sweep, refusal="")
    state().measured[name] = present
    return present


def _priced(asked: Asked, table: Table) -> MeasuredRuns:
    if (results := measurements.find(asked.plan, table, asked.test_share)) is not None:
        sweep = service.current().sweeps.reopened(asked.plan.specs, results, table.name, asked.digest, asked.test_share)
        return MeasuredRuns(asked, table, sweep)
    configs, rows = [spec.config for spec in asked.plan.specs], budget.Rows.of_table(table, asked.test_share)
    refusal = runs.why_not(budget.refuse_sweep_beyond, configs, rows)
    together, _ = budget.classic_runs_of_sweep(configs, rows)
    return MeasuredRuns(asked, table, seconds=together * service.current().classic_seconds, refusal=refusal)
