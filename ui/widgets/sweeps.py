"""An experiment of many runs: buttons, progress with a picture that grows, and its results."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from ensemble import InputError
from ensemble.execution.sweep import Sweep
from ensemble.sweeps.design import Plan, Point, Value, title, written
from ensemble.sweeps.results import Result
from ensemble.sweeps.tables import column, csv_file, parquet_file, results_table
from ui import session
from ui.charts.experiments import Runs, so_far
from ui.text.format import in_words_of_settings, plain
from ui.widgets import status

SECONDS_BETWEEN_NEWS = 1.0
SECONDS_TO_WAIT = 0.4
MOST_LINES_WHILE_RUNNING = 20
NAMES = {"split": "split only", "start": "start only", "both": "split and start"}


class Trained(NamedTuple):
    """An experiment that has results to show.

    Attributes
    ----------
    sweep : Sweep
    plan : Plan
        What its runs are for.
    table : DataFrame
        Of ``ensemble.sweeps.tables.results_table``.
    results : list of Result or None
        The same, whole.
    key : str
        Another one whenever there are more results.
    """

    sweep: Sweep
    plan: Plan
    table: pd.DataFrame
    results: list[Result | None]
    key: str


def many_runs(name: str, plan: Plan | None, label: str, help: str) -> Trained | None:
    """Offer to train a plan, and show how far it is; what has been trained, once it has ended or while it pauses.

    Parameters
    ----------
    name : str
        Of the experiment within the session.
    plan : Plan or None
        What a press of the button trains; None if what is asked for cannot be trained.
    label, help : str
        The button's words.

    Returns
    -------
    Trained or None
        It may have been trained with earlier settings, which is then said.
    """
    sweep = session.sweeps().get(name)
    if sweep and sweep.live:
        sweep.touch()
        sweep.wait(SECONDS_TO_WAIT)
    polling = _is_running(sweep)
    same = sweep is not None and plan is not None and session.asks_for(sweep, plan)
    complete = same and sweep is not None and sweep.state == "done"
    too_much = session.why_not_sweep(plan) if plan else ""
    if too_much:
        st.warning(plain(too_much), icon=":material/hourglass_disabled:")
    st.button(
        label,
        key=f"train_{name}",
        type="secondary" if complete or polling else "primary",
        icon=":material/replay:" if complete else ":material/play_arrow:",
        on_click=_train,
        args=(name, plan),
        disabled=plan is None or bool(too_much),
        help=help,
    )
    if problem := session.take_flash(session.Flash.MANY_RUNS):
        st.error(plain(problem))

    @st.fragment(run_every=max(SECONDS_BETWEEN_NEWS, session.seconds_between_news()) if polling else None)
    def progress() -> None:
        present = session.sweeps().get(name)
        if present:
            _show_progress(name, present)
        if _is_running(present) != polling:
            st.rerun()

    progress()
    if sweep is None:
        return None
    if not same:
        st.caption("The settings have changed since. What is shown was trained with the earlier ones.")
    if polling or not sweep.done:
        return None
    trained = _trained(sweep)
    _say_what_is_not_used(trained)
    return trained


def runs(trained: Trained, point: Point, metric: str) -> Runs:
    """What is drawn of a point's runs."""
    rows = trained.table.iloc[list(point.places)]
    rows = rows[rows["used"]]
    return Runs(rows[column(metric, point.pool)].to_numpy(), rows["seed"].to_numpy(), rows["split_seed"].to_numpy())


def line(plan: Plan, point: Point) -> str:
    """What people read for a point of a plan."""
    return ", ".join(_level(setting, value) for setting, value in zip(plan.settings, point.levels, strict=True))


def downloads(name: str, trained: Trained) -> None:
    """Offer all results as files."""
    with st.container(horizontal=True):
        for ending, mime, make in (
            ("csv", "text/csv", csv_file),
            ("parquet", "application/vnd.apache.parquet", parquet_file),
        ):
            st.download_button(
                f"All runs, {'CSV' if ending == 'csv' else 'Parquet'}",
                partial(make, trained.table),
                f"{name}.{ending}",
                mime,
                key=f"take_{name}_{ending}",
                icon=":material/download:",
                on_click="ignore",
                help="A row for each run: settings, seeds, how it ended, its losses, accuracy and confidence.",
            )


def has_usable_runs(trained: Trained) -> bool:
    """Whether there is a run to make numbers of."""
    return bool(trained.table["used"].any())


def how_many_used(trained: Trained) -> list[int]:
    """How many runs numbers are made of, for each point of the plan."""
    used = trained.table["used"].to_numpy()
    return [int(used[list(point.places)].sum()) for point in trained.plan.points]


def _level(setting: str, value: Value) -> str:
    return NAMES[str(value)] if setting == "source" else f"{title(setting).lower()} {in_words_of_settings(written(value))}"


def _train(name: str, plan: Plan) -> None:
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
    own = session.may_stop(sweep.owner)
    with st.container(horizontal=True):
        if sweep.paused:
            st.button(
                "Resume",
                key=f"resume_{name}",
                icon=":material/play_arrow:",
                on_click=sweep.resume,
                disabled=not own,
                help="Goes on.",
            )
        else:
            st.button(
                "Pause",
                key=f"pause_{name}",
                icon=":material/pause:",
                on_click=sweep.pause,
                disabled=not own,
                help="Begins no further runs for now.",
            )
        st.button(
            "Stop",
            key=f"stop_{name}",
            icon=":material/stop:",
            on_click=sweep.cancel,
            disabled=not own,
            help="Ends it. Finished runs stay.",
        )
    if not own:
        st.caption("These runs belong to another session, which alone can pause or stop them.")
    if not sweep.paused:
        losses = _losses_so_far(session.training_of(sweep).plan, sweep.results)
        st.echarts_chart(
            so_far(losses),
            key=f"so_far_{name}",
            height=60 + 34 * max(3, len(losses)),
            alt=f"Test losses of {sweep.done} runs so far",
        )


def _losses_so_far(plan: Plan, results: list[Result | None]) -> dict[str, list[float]]:
    """Test losses by what the first setting, or both, are set to."""
    whole = len(plan.points) <= MOST_LINES_WHILE_RUNNING
    losses: dict[str, list[float]] = {}
    for point in plan.points:
        name = line(plan, point) if whole else _level(plan.settings[0], point.levels[0])
        there = (results[place] for place in point.places)
        losses.setdefault(name, []).extend(
            result.pools[point.pool].loss for result in there if result is not None and result.status == "finished"
        )
    return losses


def _trained(sweep: Sweep) -> Trained:
    results = list(sweep.results)
    key = f"{sweep.id}-{sum(result is not None for result in results)}-{len(sweep.failures)}"
    return Trained(sweep, session.training_of(sweep).plan, _table(key, sweep, results), results, key)


@st.cache_resource(max_entries=16, show_spinner=False)
def _table(key: str, _sweep: Sweep, _results: list[Result | None]) -> pd.DataFrame:
    return results_table(_sweep.specs, _results, dict(_sweep.failures))


def _say_what_is_not_used(trained: Trained) -> None:
    status_of_runs = trained.table["status"]
    diverged, given_up = (int((status_of_runs == word).sum()) for word in ("diverged", "given up"))
    unusable = int((~trained.table["used"] & (status_of_runs == "finished")).sum())
    said = [
        f"{count:,} of {len(trained.table):,} runs {words}"
        for count, words in (
            (diverged, "diverged: their loss became too large to go on, or no number"),
            (given_up, "were given up: " + next(iter(trained.sweep.failures.values()), "")),
            (unusable, "ended with a loss that is no finite number"),
        )
        if count
    ]
    if said:
        st.warning(
            plain(f"{'; '.join(said)}. They are counted, and no number or picture below is made of them."),
            icon=":material/trending_up:",
        )
