"""An experiment of many runs: buttons, progress with a picture that grows, and its results."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from ensemble import InputError
from ensemble.execution.sweep import Sweep
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.results import Result
from ui import caches, session
from ui.charts.experiments import so_far
from ui.text.format import plain
from ui.widgets import status
from ui.widgets.experiment.sweep_results import Trained, condition_in_words, level_in_words, say_what_is_not_used

SECONDS_BETWEEN_NEWS = 1.0
SECONDS_BETWEEN_PICTURES = 1.0
SECONDS_TO_WAIT = 0.4
MIN_HEIGHT_SO_FAR = 380
MAX_LINES_WHILE_RUNNING = 20


def many_runs(
    name: str,
    plan: SweepPlan | None,
    label: str,
    picture: st.delta_generator.DeltaGenerator | None = None,
    unasked: bool = False,
) -> Trained | None:
    """Offer to train a plan and show its progress; returns the results once it has ended or while it is paused.

    Parameters
    ----------
    name : str
        The experiment's name within the session.
    plan : SweepPlan or None
        The runs that the button trains; None if the chosen ones cannot be trained.
    label : str
        The label of the button.
    picture : container, optional
        Where the picture grows while runs are trained; below the progress by default.
    unasked : bool, default False
        Whether a cheap plan is trained before anybody presses the button, with the lowest priority.

    Returns
    -------
    Trained or None
        If it was trained with other settings, the page says so.
    """
    _begin(name, plan, unasked)
    sweep = session.sweeps().get(name)
    if sweep and sweep.live:
        sweep.heartbeat()
        sweep.wait(SECONDS_TO_WAIT)
    polling = _is_running(sweep)
    is_same = sweep is not None and plan is not None and session.asks_for(sweep, plan)
    is_complete = is_same and sweep is not None and sweep.state == "finished"
    _offer(name, label, plan, sweep, picture, is_again=is_complete, is_main=not is_complete and not polling)
    _show_while_running(name, polling, picture)
    if sweep is None:
        return None
    if not is_same:
        st.caption("The settings have changed since. The results shown belong to the earlier ones.")
    if polling or not sweep.done:
        return None
    trained = _trained(sweep)
    say_what_is_not_used(trained)
    return trained


def _offer(
    name: str,
    label: str,
    plan: SweepPlan | None,
    sweep: Sweep | None,
    picture: st.delta_generator.DeltaGenerator | None,
    is_again: bool,
    is_main: bool,
) -> None:
    """The button that trains the plan, or the reason why there is none."""
    too_much = session.why_not_sweep(plan) if plan else ""
    if too_much:
        st.warning(plain(too_much), icon=":material/hourglass_disabled:")
    if not session.step_does("open a sweep"):
        _show_button(name, label, plan, is_again=is_again, is_main=is_main, too_much=too_much)
    elif not sweep:
        with st.container() if picture is None else picture:
            st.info("The button of this step trains the runs. They are drawn here.", icon=":material/arrow_upward:")
    if problem := session.take_flash(session.Flash.MANY_RUNS):
        st.error(plain(problem))


def _show_while_running(name: str, polling: bool, picture: st.delta_generator.DeltaGenerator | None) -> None:
    """The progress of an experiment and, while it is polled, the picture of its runs so far."""

    @st.fragment(run_every=max(SECONDS_BETWEEN_NEWS, session.seconds_between_news()) if polling else None)
    def progress() -> None:
        present = session.sweeps().get(name)
        if present:
            _show_progress(name, present)
        if _is_running(present) != polling:
            st.rerun()

    @st.fragment(run_every=SECONDS_BETWEEN_PICTURES if polling else None)
    def runs_so_far() -> None:
        present = session.sweeps().get(name)
        if present and _is_running(present):
            _show_runs_so_far(name, present)

    progress()
    if polling:
        with st.container() if picture is None else picture:
            runs_so_far()


def _begin(name: str, plan: SweepPlan | None, unasked: bool) -> None:
    """Train a plan that the step of a lecture has asked for, or, with ``unasked``, one that is cheap."""
    is_asked_for, session.state().trains_sweep = session.state().trains_sweep, False
    if is_asked_for and plan and not session.why_not_sweep(plan):
        _train(name, plan)
    elif unasked and plan and not session.step_does("open a sweep") and _is_to_begin(name, plan):
        with suppress(InputError):  # the host is full: no message, because nobody has asked for these runs
            session.train_sweep(name, plan, unasked=True)


def _show_button(name: str, label: str, plan: SweepPlan | None, is_again: bool, is_main: bool, too_much: str) -> None:
    st.button(
        label,
        key=f"train_{name}",
        type="primary" if is_main else "secondary",
        icon=":material/replay:" if is_again else ":material/play_arrow:",
        on_click=_train,
        args=(name, plan),
        disabled=plan is None or bool(too_much),
        help=f"Trains {len(plan.specs):,} runs." if plan else "First make the change that is named above.",
    )


def _is_to_begin(name: str, plan: SweepPlan) -> bool:
    present = session.sweeps().get(name)
    if present and not session.training_of(present).unasked:
        return False
    if present and (present.live or session.asks_for(present, plan)):
        return present.live and present.background and session.asks_for(present, plan)  # its page is open now
    return session.is_cheap(plan) and not session.why_not_sweep(plan)


def _train(name: str, plan: SweepPlan) -> None:
    try:
        session.train_sweep(name, plan)
    except InputError as problem:
        session.flash(session.Flash.MANY_RUNS, str(problem))


def _is_running(sweep: Sweep | None) -> bool:
    return sweep is not None and sweep.live and not sweep.paused


def _show_progress(name: str, sweep: Sweep) -> None:
    st.progress((sweep.done + len(sweep.failures)) / len(sweep.specs), text=status.sweep_sentence(sweep))
    if not sweep.live:
        return
    own = session.may_stop(sweep.owner) and not sweep.is_shared

    def button(label: str, key: str, icon: str, act: Callable[[], None], help: str) -> None:
        st.button(label, key=key, icon=f":material/{icon}:", on_click=act, disabled=not own, help=help)

    with st.container(horizontal=True):
        if sweep.paused:
            button("Resume", key=f"resume_{name}", icon="play_arrow", act=sweep.resume, help="Goes on.")
        else:
            button("Pause", key=f"pause_{name}", icon="pause", act=sweep.pause, help="Begins no further runs for now.")
        button("Stop", key=f"stop_{name}", icon="stop", act=sweep.cancel, help="Ends the training. Finished runs are kept.")
    if not own:
        st.caption("These runs belong to another session. Only that session can pause or stop them.")


def _show_runs_so_far(name: str, sweep: Sweep) -> None:
    losses = _losses_so_far(session.training_of(sweep).plan, sweep.results)
    st.echarts_chart(
        so_far(losses),
        key=f"so_far_{name}",
        height=max(MIN_HEIGHT_SO_FAR, 60 + 34 * len(losses)),
        alt=f"Test losses of {sweep.done} runs so far",
    )


def _losses_so_far(plan: SweepPlan, results: list[Result | None]) -> dict[str, list[float]]:
    """Test losses by the values of the first setting, or of both."""
    whole = len(plan.conditions) <= MAX_LINES_WHILE_RUNNING
    losses: dict[str, list[float]] = {}
    for condition in plan.conditions:
        name = condition_in_words(plan, condition) if whole else level_in_words(plan.settings[0], condition.levels[0])
        there = (results[index] for index in condition.indices)
        losses.setdefault(name, []).extend(
            result.pools[condition.pool].loss for result in there if result is not None and result.status == "finished"
        )
    return losses


def _trained(sweep: Sweep) -> Trained:
    results = list(sweep.results)
    key = f"{sweep.id}-{sum(result is not None for result in results)}-{len(sweep.failures)}"
    table = caches.results_table(key, sweep.specs, results, dict(sweep.failures))
    return Trained(sweep, session.training_of(sweep).plan, table, results, key)
