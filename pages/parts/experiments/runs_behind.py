"""The runs behind each condition of a sweep, with a button that trains one of them again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from ensemble import InputError
from ensemble.execution.sweep import Sweep
from ensemble.sweeps.design import Condition
from ensemble.sweeps.results import RunSpec
from ensemble.sweeps.tables import band_ends, runs_of
from ensemble.sweeps.values import title
from pages.parts.experiments import words
from ui import caches, session
from ui.text.format import number
from ui.text.metrics import IN_NATS, METRICS, value_of_metric
from ui.widgets.experiment.sweep_results import Trained, condition_in_words, how_many_used, level_in_words


def show(trained: Trained) -> None:
    """A table of the conditions, and one of the runs of the chosen condition."""
    st.header("The runs behind each point")
    st.caption(words.CHOOSE_A_RUN)
    conditions = [condition_in_words(trained.plan, condition) for condition in trained.plan.conditions]
    _show_conditions(trained, conditions)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        condition = trained.plan.conditions[_choose("Point", conditions, "point_behind", "Or choose a row above.")]
        names = [name_of_run(run.seed, run.split_seed) for run in runs_of(trained.table, condition).itertuples()]
        run = _choose("Run", names, "run_behind", "Or choose a row below.")
        st.button(
            "Train this run again",
            key="many_again",
            icon=":material/replay:",
            on_click=_train_again,
            args=(trained.sweep, trained.plan.specs[condition.indices[run]]),
            help="Sets every control to it and opens “Train”: the same numbers come back.",
        )
    _show_runs(trained, condition, names)


def choose_clicked(picture: str, trained: Trained) -> None:
    """Choose the run whose dot was clicked in the picture with this key, by its seed."""
    dots = [point for point in st.session_state[picture].selection.points if "customdata" in point]
    if not dots:
        return
    setting, (seed, split_seed) = trained.plan.settings[0], dots[0]["customdata"][:2]
    for condition in trained.plan.conditions:
        if condition.levels[0] == dots[0]["x"]:
            st.session_state["point_behind"] = level_in_words(setting, condition.levels[0])
            st.session_state["run_behind"] = name_of_run(int(seed), int(split_seed))


def name_of_run(seed: object, split_seed: object) -> str:
    """The label of a run within its condition."""
    return f"seed {seed}, split {split_seed}"


def _show_conditions(trained: Trained, conditions: Sequence[str]) -> None:
    settings = trained.plan.settings
    low, high = band_ends(how_many_used(trained))
    losses = ["test_loss", "test_loss_low", "test_loss_high", "ensemble", "within", "between"]
    table = caches.sweep_summary(trained.key, trained.plan, trained.table, trained.results)
    written: dict[Any, Any] = dict.fromkeys(losses, number)
    loss = st.column_config.NumberColumn

    st.dataframe(
        table[[*settings, "runs", "used", *losses]].style.format(written, na_rep="–"),
        key="many_points",
        placeholder="–",
        on_select=partial(_pick, "many_points", "point_behind", conditions),
        selection_mode="single-row",
        hide_index=True,
        column_config={
            **{setting: st.column_config.Column(title(setting)) for setting in settings},
            "runs": "Runs",
            "used": st.column_config.NumberColumn(
                "Used", help="Without runs that diverged, were given up or are not trained yet."
            ),
            "test_loss": loss("Test loss", help="Median, nats."),
            "test_loss_low": loss(low, help="Of the test loss, nats."),
            "test_loss_high": loss(high, help="Of the test loss, nats."),
            "ensemble": loss("sd, ensembles", help="Between seeds, nats."),
            "within": loss("sd, members of a run", help="Their own part, nats."),
            "between": loss(
                "sd, shared by members",
                help="Between runs, nats. 0 where members differ within a run by as much as between runs.",
            ),
        },
    )


def _show_runs(trained: Trained, condition: Condition, names: Sequence[str]) -> None:
    links = [session.link_to_run(trained.sweep, trained.plan.specs[index]) for index in condition.indices]
    table = runs_of(trained.table, condition)[["seed", "split_seed", "status", *METRICS]].assign(link=links)
    st.dataframe(
        table.style.format({metric: partial(value_of_metric, metric) for metric in METRICS}, na_rep="–"),
        key="many_runs",
        placeholder="–",
        on_select=partial(_pick, "many_runs", "run_behind", names),
        selection_mode="single-row",
        hide_index=True,
        column_config={
            "seed": "Seed",
            "split_seed": "Split",
            "status": "Ended",
            "link": st.column_config.LinkColumn("Link", display_text="open", help="The same run in another tab.")
            if all(links)
            else None,
            **{
                metric: st.column_config.NumberColumn(name, help="nats" if metric in IN_NATS else None)
                for metric, name in METRICS.items()
            },
        },
    )


def _choose(label: str, options: Sequence[str], key: str, help: str) -> int:
    """The index of the chosen option; the first one if the previous choice is no longer an option."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return options.index(st.selectbox(label, options, key=key, help=help, width=320))


def _pick(table: str, box: str, names: Sequence[str]) -> None:
    """Set the select box to the row that was clicked in the table."""
    if rows := st.session_state[table].selection.rows:
        st.session_state[box] = names[rows[0]]


def _train_again(sweep: Sweep, spec: RunSpec) -> None:
    try:
        session.train_again(sweep, spec)
        session.lead_to("train")
    except InputError as problem:
        session.flash(session.Flash.MANY_RUNS, str(problem))
