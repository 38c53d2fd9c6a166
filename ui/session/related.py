"""What the pages need of the shown experiment besides its run: it is trained behind the run, by itself, when nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from ensemble import Dataset, EnsembleConfig, InputError
from ensemble.execution import service
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.states import JobState
from ensemble.limits import LimitError, limits
from ensemble.related import example, plans
from ensemble.runs import budget
from ui.session import rows, runs, sweeps
from ui.session.state import Related, owner, state

MAX_SECONDS_UNASKED = 30.0
NO_ROWS = "All rows of this run are needed, and they are no longer known here. Press Train, and the same numbers come back."

Plan = Mapping[str, tuple[EnsembleConfig, Dataset]]


def _with_folds(make: Callable[[EnsembleConfig, list[Dataset]], Plan]) -> Callable[[Job], Plan]:
    def plan(job: Job) -> Plan:
        source = runs.source_of(job)
        if source is None:
            raise InputError(NO_ROWS)
        return make(job.config, rows.folds_of(source))

    return plan


PLANS: dict[str, Callable[[Job], Plan]] = {
    "ensembles": lambda job: plans.ensembles(job.config, job.dataset),
    "folds": _with_folds(plans.folds),
    "outputs": _with_folds(plans.outputs),
    "seeds": lambda job: plans.seeds(job.config, job.dataset),
}


def related(name: str) -> Related:
    """Runs of that name in ``PLANS`` for the shown run; see ``planned``."""
    job = runs.ended_shown_job()
    return planned(name, job.id, lambda: PLANS[name](job))


def planned(name: str, asked: Hashable, plan: Callable[[], Plan]) -> Related:
    """Runs besides the shown one. They are planned when something else is asked for, and begun at once if that is cheap.

    Parameters
    ----------
    name : str
        Runs of the same name are replaced.
    asked : hashable
        What tells this plan from another of that name.
    plan : callable
        Makes it; called only where it is new.

    Returns
    -------
    Related
        With those runs that are there. What takes longer than ``MAX_SECONDS_UNASKED`` waits for ``train_related``.
    """
    kept = state().related.get(name)
    if kept is None or kept.asked != asked:
        kept = state().related[name] = _priced(asked, plan)
        if kept.waits and kept.seconds <= MAX_SECONDS_UNASKED and train_related(name).refusal:
            state().related[name] = kept  # the host is full: nobody has asked yet, so nobody is told
        kept = state().related[name]
    elif kept.group and kept.is_live:
        kept.group.prefer()
    return kept


def train_related(name: str) -> Related:
    """Train what is not there of the runs of that name."""
    present = state().related[name]
    try:
        group = service.current().submit_group(
            list(present.plan.values()),
            str(owner()._replace(kind=name)),
            runs.address(),
            background=True,
            given=_held_runs(),
        )
    except InputError as refusal:
        present = present._replace(refusal=str(refusal))
    else:
        present = present._replace(group=group, refusal="")
    state().related[name] = present
    return present


def begin_related(first: str = "") -> None:
    """Begin what all pages need of the session's own run, that of the open page first; the host may not want that.

    In a room, and while many wait for their runs, nothing is trained ahead: everybody's own net comes first, and the plans of
    hundreds would fill the memory. Of equal runs that a class asks for, the first brings it along. All others find it when they
    open a page.
    """
    job = runs.ended_shown_job()
    is_new = job.came_first and not job.from_store and not runs.is_example(job)
    is_wanted = limits().train_ahead and not state().room_code and not runs.is_in_a_crowd()
    if is_wanted and job.state is JobState.FINISHED and is_new:
        for name in sorted(PLANS, key=lambda name: name != first):
            related(name)
        if not runs.has_changed_since(job):
            sweeps.begin_luck()


def _priced(asked: Hashable, make: Callable[[], Plan]) -> Related:
    seconds_of_classic = service.current().classic_seconds
    try:
        plan = make()
        budget.refuse_group_beyond(limits(), list(plan.values()), seconds_of_classic)
    except (LimitError, InputError) as refusal:
        return Related(asked, {}, refusal=str(refusal))
    job = runs.ended_shown_job()
    shown = {
        name: job.run
        for name, (config, data) in plan.items()
        if job.run and config == job.config and data.same_rows(job.dataset)
    }
    missing = [one for name, one in plan.items() if name not in shown and example.find(*one) is None]
    return Related(asked, plan, seconds=budget.classic_runs_of(missing) * seconds_of_classic, shown=shown)


def _held_runs() -> list[Job]:
    """Finished runs that this session holds, of which equal ones need not be trained."""
    groups: list[RunGroup] = [one.group for one in state().related.values() if one.group]
    jobs = [runs.ended_shown_job(), *(job for group in groups for job in group.jobs)]
    return [job for job in jobs if job.state is JobState.FINISHED]
