"""The spread of a sweep's test losses between seeds, and between the members of a run."""

from __future__ import annotations

import streamlit as st

from ensemble.sweeps.design import drawn_in
from ensemble.sweeps.experiment import Drawn
from ensemble.sweeps.values import title
from pages.parts.experiments import words
from ui import caches, session
from ui.charts import experiments as pictures
from ui.charts import show as show_picture
from ui.text.fill import fill
from ui.text.format import number
from ui.text.variance import MIN_SEEDS_FOR_A_CLAIM, change, factor, own_and_shared, what_dominates
from ui.widgets.experiment import experiment_controls as controls
from ui.widgets.experiment.sweep_results import Trained, how_many_used


def show(trained: Trained) -> None:
    """Show both spreads along the setting, and, given enough seeds, say which part of them averaging removes."""
    settings, drawn = trained.plan.settings, drawn_in(trained.plan)
    trainings = list(dict.fromkeys(spec.config.training for spec in trained.plan.specs))
    enough = min(how_many_used(trained)) >= MIN_SEEDS_FOR_A_CLAIM
    st.header("Between seeds, and between members")
    if len(settings) == 1:
        _show_along(trained, settings[0], enough)
    if enough and settings == ("members",) and len(trained.plan.conditions) > 1:
        _say_what_size_does(trained, drawn)
    with st.expander("What members share, and what is their own"):
        st.markdown(fill(words.TWO_PARTS, own_and_shared=own_and_shared(trainings, drawn)))
        if "joint" in trainings:
            st.caption(fill(words.JOINT_MEMBERS))
    if drawn != "start" or trainings != ["independent"]:
        _offer_to_hold_the_split()


def _offer_to_hold_the_split() -> None:
    st.caption(fill(words.HOLD_THE_SPLIT))
    if session.shows("training"):
        st.button(
            "Set both",
            key="many_hold_the_split",
            icon=":material/tune:",
            on_click=_hold_the_split,
            help="Sets “Each seed changes” to “Start only” and “Training” to independent. Then train the sweep again.",
        )


def _hold_the_split() -> None:
    controls.choose("drawn", "start")
    session.set_value("training", "independent")


def _show_along(trained: Trained, setting: str, enough: bool) -> None:
    table = caches.sweep_summary(trained.key, trained.plan, trained.table, trained.results)
    show_picture(
        pictures.spreads(table, setting, title(setting), joined=enough),
        key="sweep_spreads",
        alt="Standard deviations of test losses",
        title=f"Standard deviation of the test loss by {title(setting).lower()}",
    )
    if (table["between"] == 0).any():
        st.caption(fill(words.SHARED_PART_OF_0))


def _say_what_size_does(trained: Trained, drawn: Drawn) -> None:
    found = caches.spread_change(trained.key, trained.plan, trained.table)
    if not found:
        return
    last_row = caches.sweep_summary(trained.key, trained.plan, trained.table, trained.results).iloc[-1]
    first, last = (condition.levels[0] for condition in (trained.plan.conditions[0], trained.plan.conditions[-1]))
    st.markdown(
        fill(
            words.SIZE,
            first=first,
            last=last,
            first_sd=number(found.first_sd),
            last_sd=number(found.last_sd),
            first_factor=factor(found.first),
            last_factor=factor(found.last),
            change=change(found),
        )
    )
    st.markdown(what_dominates(last_row["between"], last_row["averaged"], int(last), drawn))
    st.caption(fill(words.ABOUT_FACTOR, seeds=found.seeds))
