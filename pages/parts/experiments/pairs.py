"""Part 3: two settings over the same seeds, compared pair by pair."""

from __future__ import annotations

import streamlit as st

from ensemble.sweeps.comparisons import pairs_left_out
from ensemble.sweeps.design import pairs_plan
from pages.parts.experiments import cost, words
from pages.parts.experiments.context import Context, unless_refused
from ui import caches
from ui.charts import experiments as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.format import plain
from ui.text.pairs import RARE_LARGE_LOSSES, difference, gain, interval, left_out, name_of_interval, seeds_needed, verdict
from ui.widgets.experiment import experiment_controls as controls
from ui.widgets.experiment.sweep_results import Trained, condition_in_words, downloads, has_usable_runs
from ui.widgets.experiment.sweeps import many_runs

MEASURES = {"test_loss": "Test loss", "ratio": "Ratio of test losses", "accuracy": "Accuracy"}
AXES = {"test_loss": "test loss, B − A (nats)", "ratio": "test loss, B / A (log scale)", "accuracy": "accuracy, B − A"}


def show(context: Context) -> None:
    """The differences, and beside them the controls for B's setting and the seeds."""
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        other = controls.setting("other")
        value = controls.other_value(other)
        pairs = controls.number("pairs")
        drawn = controls.drawn()
        plan = unless_refused(pairs_plan, context.config, context.split_seed, drawn, pairs, other, value)
        trained = many_runs("pairs", plan, "Train the pairs", picture, unasked=True)
        if plan and not trained:
            st.caption(f"{cost.in_words(plan)}: {pairs} of A and {pairs} of B.")
        st.markdown(fill(words.PAIRS, seed=context.config.seed))
    if trained:
        if has_usable_runs(trained):
            with picture:
                _show_differences(trained)
        downloads("pairs", trained)


def _show_differences(trained: Trained) -> None:
    a, b = (condition_in_words(trained.plan, condition) for condition in trained.plan.conditions)
    place = st.container()
    measure = st.segmented_control(
        "Compare",
        list(MEASURES),
        key="many_measure",
        default="test_loss",
        format_func=MEASURES.__getitem__,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    comparison = caches.compared(trained.key, measure, trained.plan, trained.table)
    not_compared = left_out(pairs_left_out(trained.plan, trained.table))
    if isinstance(comparison, str):
        st.info(plain(f"{comparison} {not_compared}"))
        return
    result = comparison.paired
    with place:
        show_picture(
            pictures.differences(comparison, AXES[measure], measure == "ratio", name_of_interval(measure)),
            key="pairs_differences",
            alt=f"{MEASURES[measure]}: {result.pairs} differences between B and A",
            title=f"On average, {difference(measure, result.mean)}. A: {plain(a)}. B: {plain(b)}",
        )
    st.markdown(
        fill(
            words.MEAN_DIFFERENCE,
            pairs=result.pairs,
            difference=difference(measure, result.mean),
            name_of_interval=name_of_interval(measure),
            interval=interval(measure, result.low, result.high),
            verdict=verdict(result, measure),
            left_out=not_compared,
        )
    )
    if measure == "test_loss":
        st.caption(RARE_LARGE_LOSSES)
    st.markdown(f"**How many seeds would it take?** {seeds_needed(result)}")
    st.markdown(f"**What has pairing gained?** {gain(result)}")
