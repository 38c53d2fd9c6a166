"""The runs of this session: the one that it trains, the previous one, and the pinned ones."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import streamlit as st

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution import service
from ensemble.limits import LimitError, limits
from ensemble.related import example
from ensemble.runs import budget
from ensemble.sharing.script import Source
from ui.server import streamlit_internals
from ui.server.owners import Owner
from ui.session import rows, settings
from ui.session.state import File, Flash, Pinned, flash, owner, state, take_flash

SECONDS_BETWEEN_NEWS = (0.5, 5.0)
SECONDS_FOR_EACH_WATCHER = 0.05
MAX_PINNED = 4
CHANGED_EXAMPLE = "changed example"


def address() -> str:
    """The session's network address, for fair queueing: the /64 network of an IPv6 address, and empty on the same machine.

    Behind a proxy it is the address that the proxy reports, if the web server trusts the proxy (by default one on the same
    machine).
    """
    text = st.context.ip_address or ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else text


def job() -> service.Job | None:
    """The session's run, in training or trained; after a reload the link finds it again."""
    return state().job


def example_job() -> service.Job:
    """The run that ships with the app."""
    present = state()
    if present.example is None:
        present.example = service.current().reopened(example.run(), example.data(), str(owner()._replace(kind="example")))
    return present.example


def is_example(run: service.Job) -> bool:
    """Whether a run is the one that ships with the app."""
    return run is state().example


def shown_job() -> service.Job:
    """The run that pages show: the session's own once it has epochs; until then the previous one, or the example."""
    return next(_own_with_epochs(), None) or example_job()


def ended_shown_job() -> service.Job:
    """As ``shown_job``, among runs that have ended, for results that are too slow to compute after each epoch."""
    return next((one for one in _own_with_epochs() if not one.live), None) or example_job()


def _own_with_epochs() -> Iterator[service.Job]:
    """The session's run and the previous one, if they have epochs."""
    return (one for one in (state().job, state().earlier) if one and one.run and one.run.epochs)


def ghost_of(present: service.Job) -> Run | None:
    """The run before this one, or the example before the first, if it was trained on the same data set."""
    before = state().earlier or example_job()
    comparable = before is not present and before.dataset.name == present.dataset.name
    return before.run if comparable and not is_example(present) else None


def ghost_on_same_rows(present: service.Job) -> Run | None:
    """The run before this one, if both have the same rows."""
    before = state().earlier or example_job()
    return ghost_of(present) if before.dataset.same_rows(present.dataset) else None


def compared() -> list[Pinned]:
    """The runs to compare: the pinned ones, filled up to two with the latest runs, or with examples before the first."""
    kept = pinned()
    if len(kept) > 1:
        return kept
    own = [one for one in _own_with_epochs() if not one.live]
    latest = [_pinned(one) for one in own] or [_changed_example()]
    latest.append(_pinned(example_job()))
    others = [one for one in latest[:2] if one.id not in {pin.id for pin in kept}]
    return [*kept, *others[: 2 - len(kept)][::-1]]


def is_changed_example(run: Pinned) -> bool:
    """Whether a compared run is the second one that ships with the app."""
    return run.id == CHANGED_EXAMPLE


def _changed_example() -> Pinned:
    changed = example.changed_run()
    return Pinned(CHANGED_EXAMPLE, changed.config, changed, example.data())


def is_training() -> bool:
    """Whether the session's run is waiting or in training."""
    present = job()
    return present is not None and present.live


def ended_job() -> service.Job | None:
    """The session's run if it has ended, else None."""
    present = job()
    return None if present is None or present.live else present


def is_in_a_crowd() -> bool:
    """Whether so many people watch runs that pages ask less often than twice a second."""
    return seconds_between_news() > SECONDS_BETWEEN_NEWS[0]


def seconds_between_news() -> float:
    """Seconds between two polls of a run by its page: half a second, and more the more pages watch runs."""
    shortest, longest = SECONDS_BETWEEN_NEWS
    return min(max(shortest, SECONDS_FOR_EACH_WATCHER * service.current().watched), longest)


def train(epochs_per_second: float | None = None) -> None:
    """Train with the chosen settings; the new run replaces the session's."""
    state().notices = []
    data = rows.dataset()
    if asked := _unless_refused(service.submit, settings.config(), data, str(owner()), epochs_per_second, address()):
        stop()
        take(asked, rows.source())


def take(asked: service.Job, source: Source | None) -> None:
    """Replace the session's run, which is kept as the earlier one."""
    present = state()
    if present.job and present.job in _own_with_epochs():
        present.earlier = present.job
    present.job = asked
    in_use = {job.id for job in (asked, present.earlier) if job}
    present.sources = {name: known for name, known in present.sources.items() if name in in_use}
    if source:
        present.sources[asked.id] = source


def seconds_of(config: EnsembleConfig, data: Dataset) -> float:
    """Estimated training time of a run on this server."""
    return budget.classic_runs(config, budget.Rows.of(data)) * service.current().classic_seconds


def why_not(refuse: Callable[..., None], *what: Any) -> str:
    """A sentence if a run, a group or a sweep exceeds the host's budget, else an empty text.

    ``refuse`` is one of the functions ``refuse_..._beyond`` of ``ensemble.runs.budget``.
    """
    try:
        refuse(limits(), *what, service.current().classic_seconds)
    except LimitError as refusal:
        return str(refusal)
    return ""


def why_not_train() -> str:
    """As ``why_not``, for a run with the chosen settings."""
    return why_not(budget.refuse_run_beyond, settings.config(), budget.Rows.of(rows.dataset()))


def _unless_refused(submit: Callable[..., Any], *arguments: Any) -> Any:
    """What the training service returns; None if it refuses, with a message for the page."""
    try:
        return submit(*arguments)
    except InputError as refusal:
        flash(Flash.REFUSAL, str(refusal))
        return None


def take_refusal() -> str:
    """What the training service has refused since the page was last drawn, to be shown now; empty if nothing."""
    refusal = take_flash(Flash.REFUSAL)
    state().refused_beside = _present_id() if refusal else None
    return refusal


def is_refusal_outdated() -> bool:
    """Whether a refusal is not on the page yet, or still is although another run has begun."""
    present = state()
    return Flash.REFUSAL in present.flash or present.refused_beside not in (None, _present_id())


def _present_id() -> str:
    present = job()
    return present.id if present else ""


def has_changed_since(run: service.Job) -> bool:
    """Whether a run with the chosen settings and rows would differ from this one."""
    return run.config != settings.config() or not run.dataset.same_rows(rows.dataset())


def show_what_is_asked_for() -> None:
    """Show the earlier run, or the example, if it has the chosen settings and the shown run does not."""
    present = state()
    if is_training() or not has_changed_since(shown_job()):
        return
    if present.earlier and not has_changed_since(present.earlier):
        present.job, present.earlier = present.earlier, present.job
    elif not has_changed_since(example_job()):
        present.job = present.earlier = None


def source_of(run: service.Job) -> Source | None:
    """The table and the split of a run, if this session has them."""
    if is_example(run):
        return rows.source_of_example()
    return state().sources.get(run.id) or (None if has_changed_since(run) else rows.source())


def open_run(file: File) -> None:
    """Replace the session's run by a saved one; the rows on which it was trained have to be chosen.

    Raises
    ------
    InputError
        If the file is no run, or other rows are chosen.
    """
    opened = Run.load(file.content)
    data = rows.dataset_for(opened)
    forget()
    settings.choose(opened.config, settings.data_config())
    take(service.current().reopened(opened, data, str(owner())), rows.source())


def pinned() -> list[Pinned]:
    """Runs that are kept for comparison."""
    return state().pinned


def pin() -> None:
    """Keep the shown run for comparison; of more than four, the oldest is dropped."""
    present = ended_shown_job()
    if not is_pinned(present):
        state().pinned = [*pinned(), _pinned(present)][-MAX_PINNED:]


def _pinned(present: service.Job) -> Pinned:
    data = present.dataset
    if data.name == UPLOADED:
        data = replace(data, x_train=data.x_train[:0].copy())
    return Pinned(present.id, present.config, present.run, data)


def is_pinned(run: service.Job) -> bool:
    """Whether a run is kept for comparison."""
    return any(one.id == run.id for one in pinned())


def unpin(job_id: str) -> None:
    """Drop a pinned run."""
    state().pinned = [one for one in pinned() if one.id != job_id]


def stop() -> None:
    """Stop the session's run, whose epochs are kept. A run of another session, opened by a link, goes on while that is open."""
    running = job()
    if running and may_stop(running.owner):
        running.cancel()


def may_stop(owner_of_runs: str) -> bool:
    """Whether runs belong to this session, or to one that is closed, as after a reload."""
    theirs = Owner.parse(owner_of_runs)
    return theirs[:2] == owner()[:2] or not streamlit_internals.is_open(theirs.tab)


def forget() -> None:
    """Stop the session's run, and show the example again."""
    stop()
    state().job = state().earlier = None


def choose_new_seed() -> None:
    """Draw another seed, and forget the run with the old one."""
    forget()
    low, high = EnsembleConfig.bounds("seed")
    settings.set_value("seed", random.randint(int(low), int(high)))
