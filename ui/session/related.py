"""The runs that pages need besides the shown one: they are trained after it, by themselves, while nobody else waits."""

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
NO_ROWS = "This needs all rows of the run, and they are no longer held here. Press Train, and the same numbers come back."

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
    """Runs besides the shown one. They are planned again when ``asked`` changes, and begun at once if that is cheap.

    Parameters
    ----------
    name : str
        Runs of the same name are replaced.
    asked : hashable
        Key of the plan.
    plan : callable
        Makes the plan; called only if the key is new.

    Returns
    -------
    Related
        With the runs that have been trained. Runs that take longer than ``MAX_SECONDS_UNASKED`` wait for ``train_related``.
    """
    kept = state().related.get(name)
    if kept is None or kept.asked != asked:
        kept = state().related[name] = _priced(asked, plan)
        if kept.waits and kept.seconds <= MAX_SECONDS_UNASKED and train_related(name).refusal:
            state().related[name] = kept  # the host is full: no message, because nobody has asked for these runs
        kept = state().related[name]
    elif kept.group and kept.is_live:
        kept.group.prefer()
    return kept


def train_related(name: str) -> Related:
    """Train the missing runs of that name."""
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
    """Begin the runs that all pages need besides the session's own, those of the open page first, if the host allows it.

    In a room, and while many wait for their runs, nothing is trained ahead: everybody's own net has priority, and the plans
    of hundreds of sessions would fill the memory. If a class asks for equal runs, only the first session begins the related
    ones; the others find them when they open a page.
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
    """Finished runs of this session, which need not be trained again."""
    groups: list[RunGroup] = [one.group for one in state().related.values() if one.group]
    jobs = [runs.ended_shown_job(), *(job for group in groups for job in group.jobs)]
    return [job for job in jobs if job.state is JobState.FINISHED]
