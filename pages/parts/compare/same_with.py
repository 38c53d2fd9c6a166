"""Buttons that train the last run again with one change, for a comparison of both."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import AS_THE_RUN
from ensemble.runs.budget import Rows, refuse_run_beyond
from pages.parts.compare import words
from ui import session
from ui.widgets import status


class Change(NamedTuple):
    """A setting, its other value, and the label of the button."""

    field: str
    value: float | str
    label: str


def changes(config: EnsembleConfig) -> list[Change]:
    """The changes that are offered for this configuration; each of them alters it.

    >>> [change.label for change in changes(EnsembleConfig())]
    ['dropout 0.5', '1 member', 'another start', 'activation relu']
    >>> [change.label for change in changes(EnsembleConfig(dropout=0.5, members=1, activation="relu"))]
    ['dropout 0', '10 members', 'another start', 'activation linear']
    """
    dropout = 0.0 if config.dropout == 0.5 else 0.5
    members = EnsembleConfig.default("members") if config.members == 1 else 1
    activation = "linear" if config.activation == "relu" else "relu"
    largest = int(EnsembleConfig.bounds("seed")[1])
    return [
        Change("dropout", dropout, f"dropout {dropout:g}"),
        Change("members", members, f"{members} member{'' if members == 1 else 's'}"),
        Change("seed", (config.seed + 1) % (largest + 1), "another start"),
        Change("activation", activation, f"activation {activation}"),
    ]


def offer(config: EnsembleConfig) -> None:
    """Buttons that train the run again with one change, and the progress of a run in training."""
    try:
        rows = Rows.of(session.dataset())
    except InputError:
        return
    offered = [change for change in changes(config) if session.shows(change.field)]
    if not offered:
        return
    training = session.is_training()
    st.markdown(words.SAME_WITH)
    with st.container(horizontal=True, gap="small"):
        for change in offered:
            changed = EnsembleConfig(**config.model_dump() | {change.field: change.value})
            st.button(
                change.label,
                key=f"same_with_{change.field}",
                on_click=_train,
                args=(config, changed),
                disabled=training or bool(session.why_not(refuse_run_beyond, changed, rows)),
                help=words.ANOTHER_START if change.field == "seed" else words.ONE_CHANGE,
            )
    _show_progress(training)


def _train(config: EnsembleConfig, changed: EnsembleConfig) -> None:
    """Train the changed configuration on the same split."""
    data = session.data_config()
    if changed.seed != config.seed and data.split == AS_THE_RUN:
        data = data.model_copy(update={"split": config.seed})
    session.choose(changed, data)
    session.train()


def _show_progress(training: bool) -> None:
    @st.fragment(run_every=session.seconds_between_news() if training else None)
    def progress() -> None:
        if session.is_training():
            st.markdown(status.sentence(session.job()))
        elif training:
            st.rerun()

    progress()
