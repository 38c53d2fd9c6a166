"""Part 2: one setting or two, over all their values with the same seeds."""

from __future__ import annotations

import streamlit as st

from ensemble.sweeps.design import SweepPlan, sweep_plan
from ensemble.sweeps.values import POOLING, Value, title
from pages.parts.experiments import runs_behind, spread, words
from pages.parts.experiments.context import METRICS, Context, unless_refused
from ui import caches
from ui.charts import experiments as pictures
from ui.charts import show as show_picture
from ui.charts.heat_map import heat_map
from ui.text.fill import fill
from ui.widgets import experiment_controls as controls
from ui.widgets.sweep_results import Trained, condition_in_words, downloads, has_usable_runs, how_many_used, runs
from ui.widgets.sweeps import many_runs


def show(context: Context) -> None:
    """Choose settings, values and seeds, train, and show what the settings do."""
    st.markdown(fill(words.SWEEP))
    wanted: dict[str, tuple[Value, ...] | None] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        along = controls.setting("along", without=controls.chosen("across"))
        wanted[along] = unless_refused(controls.values, along)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        across = controls.setting("across", without=along)
        if across != "none":
            wanted[across] = unless_refused(controls.values, across)
    with st.container(horizontal=True, vertical_alignment="top"):
        each = controls.number("each")
        drawn = controls.drawn()
    usable = {setting: values for setting, values in wanted.items() if values}
    plan = None
    if len(usable) == len(wanted):
        plan = unless_refused(sweep_plan, context.config, context.split_seed, drawn, each, usable)
    trained = many_runs("sweep", plan, "Train the sweep")
    if plan and not trained:
        st.caption(_how_many(plan, each))
    if trained:
        if has_usable_runs(trained):
            _show_effect(trained)
            spread.show(trained)
            runs_behind.show(trained)
        downloads("sweep", trained)


def _how_many(plan: SweepPlan, each: int) -> str:
    read = f", each read in {plan.readings_per_run} ways" if POOLING in plan.settings else ""
    return f"{len(plan.conditions)} points × {each} seeds: {len(plan.specs):,} runs{read}."


def _show_effect(trained: Trained) -> None:
    table, settings = caches.sweep_summary(trained.key, trained.plan, trained.table, trained.results), trained.plan.settings
    metric = st.segmented_control(
        "Show",
        list(METRICS),
        key="many_metric",
        default="test_loss",
        format_func=METRICS.__getitem__,
        required=True,
        persist_state="session",
        help="Losses: mean negative log-likelihood, dropout off. Accuracy and confidence are those of the test rows.",
    )
    titles = [title(setting) for setting in settings]
    if len(settings) == 1:
        behind = [runs(trained, condition, metric) for condition in trained.plan.conditions]
        figure = pictures.along(table, settings[0], titles[0], metric, behind)
    else:
        figure = heat_map(table, settings, titles, metric)
    show_picture(figure, key="sweep_effect", alt=f"{METRICS[metric]} by {' and '.join(titles)}")
    if len(settings) > 1:
        st.caption(fill(words.CELLS))
    elif few := _conditions_of_which_not_all_runs_count(trained):
        st.caption(fill(words.NOT_ALL_COUNT, conditions="; ".join(few)))
    if metric == "train_loss" and POOLING in settings:
        st.caption(words.TRAINING_LOSS_AND_POOLING)


def _conditions_of_which_not_all_runs_count(trained: Trained) -> list[str]:
    return [
        f"{condition_in_words(trained.plan, condition)}: {used} of {len(condition.indices)}"
        for condition, used in zip(trained.plan.conditions, how_many_used(trained), strict=True)
        if used < len(condition.indices)
    ]
