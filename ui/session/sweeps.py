"""This session's experiments of many runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import AS_THE_RUN, DataConfig
from ensemble.datasets.digest import digest
from ensemble.execution import service
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.sweep import Sweep
from ensemble.related import example, plans
from ensemble.runs import budget
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import RunSpec
from ensemble.sweeps.values import written
from ui.session import rows, runs, settings, upload
from ui.session.state import Pair, owner, state
from ui.widget_keys import part_key

LUCK = "luck"
HEARTBEAT_SECONDS = 15
MAX_CLASSIC_RUNS_UNASKED = 100.0


class Training(NamedTuple):
    """The purpose of a sweep: its part of the page, its plan, the settings of its rows, and whether nobody asked for it."""

    name: str
    plan: SweepPlan
    data: DataConfig
    own_rows: bool
    unasked: bool = False


# The purpose of each sweep for as long as the service holds it, for links that are opened again. A session that shares a sweep
# has its own record in its state.
_trained: WeakKeyDictionary[Sweep, Training] = WeakKeyDictionary()


def sweeps() -> dict[str, Sweep]:
    """This session's experiments of many runs, by name; after a reload the link finds them again."""
    return state().sweeps


def find(sweep_id: str) -> Sweep | None:
    """The sweep of that id, if it is still held here and was trained by this app."""
    sweep = service.current().sweeps.find(sweep_id)
    return sweep if sweep in _trained else None


def training_of(sweep: Sweep) -> Training:
    """The purpose of a sweep of this app."""
    own: Training | None = state().trainings.get(sweep.id)
    return own or _trained[sweep]


def why_not_sweep(plan: SweepPlan) -> str:
    """As ``why_not``, for an experiment of many runs on the chosen rows."""
    chosen = budget.Rows.of_table(rows.table(), settings.data_config().test_share)
    return runs.why_not(budget.refuse_sweep_beyond, [spec.config for spec in plan.specs], chosen)


def train_sweep(name: str, plan: SweepPlan, unasked: bool = False, background: bool = False) -> None:
    """Train an experiment of many runs on the chosen rows; it replaces the one of that name.

    Parameters
    ----------
    name : str
        The experiment's name within the session.
    plan : SweepPlan
    unasked : bool, default False
        Whether the app begins it by itself.
    background : bool, default False
        Whether no page shows it yet, so that it has the lowest priority.
    """
    data, asked = settings.data_config(), str(owner()._replace(kind=name))
    sweep = _of_example(plan) or service.submit_sweep(
        plan.specs, rows.table(), data.test_share, asked, runs.address(), background=background
    )
    earlier = sweeps().get(name)
    if earlier and earlier is not sweep and runs.may_stop(earlier.owner):
        earlier.leave(earlier.owner)
    _trained[sweep] = state().trainings[sweep.id] = Training(name, plan, data, upload.has_own_rows(), unasked)
    state().sweeps = {**sweeps(), name: sweep}
    in_use = {one.id for one in sweeps().values()}
    state().trainings = {name: known for name, known in state().trainings.items() if name in in_use}


def begin_luck() -> None:
    """Train the chosen settings over the usual number of seeds, if that is cheap and has not been begun."""
    with suppress(InputError):  # if the host is full, or allows fewer runs, they wait until somebody asks for them
        plan = plans.luck(settings.config(), settings.split_seed())
        present = sweeps().get(LUCK)
        if present and (present.live or training_of(present).plan.specs[0] == plan.specs[0]):
            return
        if is_cheap(plan) and not why_not_sweep(plan):
            train_sweep(LUCK, plan, unasked=True, background=True)


def is_cheap(plan: SweepPlan) -> bool:
    """Whether a plan is cheap enough to be trained before anybody asks for it."""
    chosen = budget.Rows.of_table(rows.table(), settings.data_config().test_share)
    together, _ = budget.classic_runs_of_sweep([spec.config for spec in plan.specs], chosen)
    return together <= MAX_CLASSIC_RUNS_UNASKED


def _of_example(plan: SweepPlan) -> Sweep | None:
    """The runs of this plan that ship with the app, if these are its settings and rows."""
    results = example.results(plan)
    source, share = rows.source_of_example(), settings.data_config().test_share
    if results is None or share != source.test_size or digest(rows.table()) != digest(source.table):
        return None
    return service.current().sweeps.reopened(plan.specs, results, source.table.name, digest(source.table), share)


def asks_for(sweep: Sweep, plan: SweepPlan) -> bool:
    """Whether a sweep has this plan and the chosen rows."""
    same_plan = training_of(sweep).plan == plan and sweep.test_share == settings.data_config().test_share
    return same_plan and sweep.table_digest == digest(rows.table())


def train_again(sweep: Sweep, spec: RunSpec) -> None:
    """Set every control to one run of a sweep and train it: the same numbers come back.

    Raises
    ------
    InputError
        If the sweep's rows were uploaded and are no longer here.
    """
    of_sweep = training_of(sweep)
    present = rows.own_rows_with(of_sweep.data)
    if of_sweep.own_rows and (present is None or digest(present) != sweep.table_digest):
        raise InputError("These runs were trained on uploaded rows that are no longer here. Upload the same file again first.")
    settings.use_own_rows(of_sweep.own_rows)
    settings.choose(spec.config, data_of(sweep, spec))
    runs.train()


def data_of(sweep: Sweep, spec: RunSpec) -> DataConfig:
    """The settings of the rows of one run of a sweep."""
    split = AS_THE_RUN if spec.split_seed == spec.config.seed else spec.split_seed
    return training_of(sweep).data.model_copy(update={"split": split})


def compare_over_seeds(a: EnsembleConfig, setting: str = "", value: Any = None) -> None:
    """Set every control to A, and open Many runs for A against B, which differs in one setting, or for A alone."""
    settings.choose(a, settings.data_config())
    st.session_state[part_key("experiments")] = "Two settings, same seeds" if setting else "How lucky was that?"
    if not setting:
        return
    present = state().experiment
    choices = present.choices.model_copy(update={"other": setting})
    state().experiment = replace(present, choices=choices, other_value=written(value))
    state().pair = Pair(setting, value)


def take_pair() -> Pair | None:
    """Settings for the controls of the page Many runs, if there are new ones; they are returned once."""
    pair, state().pair = state().pair, None
    return pair


def keep_alive() -> None:
    """Keep the session's runs from being stopped as unwatched, while its browser tab is open on any page."""
    present = state()
    related = [one.group for one in present.related.values() if one.group]
    measured = [one.sweep for one in present.measured.values() if one.sweep]
    watched: list[Job | RunGroup | Sweep] = [*related, *present.sweeps.values(), *measured]
    if present.job:
        watched.append(present.job)

    def heartbeat() -> None:
        for one in watched:
            one.heartbeat()

    is_live = any(one.live for one in watched)
    beat = st.fragment(heartbeat, run_every=HEARTBEAT_SECONDS) if is_live else heartbeat
    beat()
