"""An experiment of several training runs: a button that starts it, its progress, and its runs once they are all there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import RunGroup
from ensemble.runs.budget import refuse_group_beyond
from ui import session
from ui.text.format import plain
from ui.widgets import status

SECONDS_TO_WAIT = 0.4

Plan = Sequence[tuple[EnsembleConfig, Dataset]]


def experiment(name: str, plan: Plan, label: str, help: str, optional: bool = False) -> RunGroup | None:
    """Offer to train a plan; the group that has been trained, if any.

    Parameters
    ----------
    name : str
        Of the experiment within the session.
    plan : sequence of (EnsembleConfig, Dataset)
        What a press of the button trains.
    label, help : str
        The button's words.
    optional : bool, default False
        Whether the page shows something without it; the button is then never the primary one.

    Returns
    -------
    RunGroup or None
        With all its runs, each of at least one epoch. It may have been trained with earlier settings, or hold runs that
        diverged, which is then said beside the button.
    """
    group = session.group(name)
    if group and group.live:
        group.wait(SECONDS_TO_WAIT)
    polling = bool(group and group.live)
    done = group if group and group.complete else None
    same = done is not None and same_plan(done.plan, plan)
    too_much = session.why_not(refuse_group_beyond, plan)
    if too_much:
        st.warning(plain(too_much), icon=":material/hourglass_disabled:")
    st.button(
        label,
        key=f"train_{name}",
        type="secondary" if same or optional else "primary",
        icon=":material/replay:" if same else ":material/play_arrow:",
        on_click=session.train_group,
        args=(name, plan),
        disabled=bool(too_much),
        help=help,
    )

    @st.fragment(run_every=session.seconds_between_news() if polling else None)
    def progress() -> None:
        present = session.group(name)
        if present and not present.complete:
            st.progress(len(present.runs) / len(present.plan), text=_sentence(present))
            st.button("Stop", key=f"stop_{name}", on_click=present.cancel, disabled=not present.live, help="Ends the training.")
        if polling and not (present and present.live):
            st.rerun()

    progress()
    if done and not same:
        st.caption("The settings have changed since. What is shown was trained with the earlier ones.")
    if done and (diverged := [run for run in done.runs if run.status == "diverged"]):
        st.warning(f"{len(diverged)} of {len(done.runs)} runs diverged. {diverged[0].message}", icon=":material/trending_up:")
        return done if all(run.epochs for run in done.runs) else None
    return done


def same_plan(one: Plan, other: Plan) -> bool:
    """Whether two plans train the same configurations on the same rows."""
    return len(one) == len(other) and all(
        config == other_config and data.same_rows(other_data)
        for (config, data), (other_config, other_data) in zip(one, other, strict=True)
    )


def _sentence(group: RunGroup) -> str:
    runs = f"Run {min(len(group.runs) + 1, len(group.plan))} of {len(group.plan)}"
    if group.live and group.jobs[-1].state == "training":
        return f"{runs}: training"
    return f"{runs}: {status.sentence(group.jobs[-1])}"
