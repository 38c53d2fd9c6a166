"""Part 2: one setting or two, over all their values with the same seeds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ensemble.sweeps.design import SweepPlan, sweep_plan
from ensemble.sweeps.values import POOLING, Value, title
from pages.parts.experiments import cost, own_run, runs_behind, spread, words
from pages.parts.experiments.context import Context, unless_refused
from ui import caches
from ui.charts import experiments as pictures
from ui.charts import show as show_picture
from ui.charts.heat_map import heat_map
from ui.text.fill import fill
from ui.text.metrics import METRICS
from ui.text.variance import MIN_SEEDS_FOR_A_CLAIM
from ui.widgets.experiment import experiment_controls as controls
from ui.widgets.experiment.sweep_results import Trained, condition_in_words, downloads, has_usable_runs, how_many_used, runs
from ui.widgets.experiment.sweeps import many_runs

if TYPE_CHECKING:
    import pandas as pd


def show(context: Context) -> None:
    """The results by setting, and beside them the controls for settings, values and seeds."""
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        plan = _choose_plan(context)
        trained = many_runs("sweep", plan, "Train the sweep", picture, unasked=True)
        if plan and not trained:
            st.caption(_how_many(plan))
        st.markdown(fill(words.SWEEP, seed=context.config.seed))
    if trained:
        if has_usable_runs(trained):
            with picture:
                _show_effect(trained)
            spread.show(trained)
            runs_behind.show(trained)
        downloads("sweep", trained)


def _choose_plan(context: Context) -> SweepPlan | None:
    wanted: dict[str, tuple[Value, ...] | None] = {}
    along = controls.setting("along", without=controls.chosen("across"))
    wanted[along] = unless_refused(controls.values, along)
    across = controls.setting("across", without=along)
    if across != "none":
        wanted[across] = unless_refused(controls.values, across)
    with st.container(horizontal=True, vertical_alignment="top"):
        each = controls.number("each")
        drawn = controls.drawn()
    usable = {setting: values for setting, values in wanted.items() if values}
    if len(usable) < len(wanted):
        return None
    return unless_refused(sweep_plan, context.config, context.split_seed, drawn, each, usable)


def _how_many(plan: SweepPlan) -> str:
    read = f", each read in {plan.readings_per_run} ways" if POOLING in plan.settings else ""
    seeds = len(plan.conditions[0].indices)
    return f"{cost.in_words(plan)}: {len(plan.conditions)} points × {seeds} seeds{read}."


def _show_effect(trained: Trained) -> None:
    table, settings = caches.sweep_summary(trained.key, trained.plan, trained.table, trained.results), trained.plan.settings
    place = st.container()
    metric = st.segmented_control(
        "Show",
        list(METRICS),
        wrap=True,
        key="many_metric",
        default="test_loss",
        format_func=METRICS.__getitem__,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    titles = [title(setting) for setting in settings]
    claim = f"{METRICS[metric]} by {' and '.join(titles).lower()}"
    with place:
        if len(settings) == 1:
            _show_curve(trained, table, metric, titles[0])
        else:
            figure = heat_map(table, settings, titles, metric)
            show_picture(figure, key="sweep_effect", alt=claim, title=f"Median {claim.lower()}")
            st.caption(fill(words.CELLS))
    if len(settings) == 1 and (few := _conditions_of_which_not_all_runs_count(trained)):
        st.caption(fill(words.NOT_ALL_COUNT, conditions="; ".join(few)))
    if metric in words.METRICS:
        st.caption(words.METRICS[metric])
    if metric == "train_loss" and POOLING in settings:
        st.caption(words.TRAINING_LOSS_AND_POOLING)


def _show_curve(trained: Trained, table: pd.DataFrame, metric: str, name: str) -> None:
    seeds = min(how_many_used(trained))
    enough = seeds >= MIN_SEEDS_FOR_A_CLAIM
    behind = [runs(trained, condition, metric) for condition in trained.plan.conditions]
    levels = own_run.losses_to_beat(trained) if metric == "test_loss" else {}
    show_picture(
        pictures.along(table, trained.plan.settings[0], name, metric, behind, enough, levels),
        key="sweep_effect",
        alt=f"{METRICS[metric]} by {name}",
        title=f"{METRICS[metric]} by {name.lower()}: a dot is a run",
        on_select=partial(runs_behind.choose_clicked, "sweep_effect", trained),
    )
    if not enough:
        st.caption(fill(words.FEW_SEEDS, needed=MIN_SEEDS_FOR_A_CLAIM, seeds=seeds))


def _conditions_of_which_not_all_runs_count(trained: Trained) -> list[str]:
    return [
        f"{condition_in_words(trained.plan, condition)}: {used} of {len(condition.indices)}"
        for condition, used in zip(trained.plan.conditions, how_many_used(trained), strict=True)
        if used < len(condition.indices)
    ]
