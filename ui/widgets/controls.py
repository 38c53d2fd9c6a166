"""Widgets for settings, with titles, bounds and help texts from the fields.

A setting that a lesson hides has no widget, and keeps its value.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.settings import Settings
from ui import session
from ui.text.format import in_words_of_settings

STEPS = {
    "dropout": 0.05,
    "label_smoothing": 0.05,
    "test_share": 0.05,
    "bootstrap_share": 0.05,
    "noise": 0.05,
    "imbalance": 0.05,
    "label_noise": 0.05,
    "points": 20,
}


def slider(settings: type[Settings], name: str) -> None:
    """A slider for the number field ``name``; its value is in the session state under that name.

    There is no slider if the host allows only one value.
    """
    low, high = settings.bounds(name)
    if not session.shows(name) or low == high:
        return
    field = settings.model_fields[name]
    step = STEPS.get(name, 1 if isinstance(low, int) else (high - low) / 20)
    st.slider(field.title or name, low, high, step=step, key=name, help=field.description, persist_state="session")


def learning_rate_slider() -> None:
    """The learning rate on a 1-2-5 scale, and the value from the link."""
    if not session.shows("learning_rate"):
        return
    field = EnsembleConfig.model_fields["learning_rate"]
    low, high = EnsembleConfig.bounds("learning_rate")
    scale = {round(digit * 10.0**power, 9) for power in range(-5, 2) for digit in (1, 2, 5)}
    options = sorted({rate for rate in scale if low <= rate <= high} | {session.value_of("learning_rate")})
    st.select_slider(
        field.title or "",
        options,
        key="learning_rate",
        format_func=lambda rate: f"{rate:g}",
        help=field.description,
        persist_state="session",
    )


def choice(settings: type[Settings], name: str) -> None:
    """A segmented control for the choice field ``name``."""
    if not session.shows(name):
        return
    field = settings.model_fields[name]
    st.segmented_control(
        field.title or name,
        settings.choices(name),
        key=name,
        format_func=in_words_of_settings,
        help=field.description,
        required=True,
        persist_state="session",
    )


def number(settings: type[Settings], name: str) -> None:
    """A number box for the number field ``name``."""
    if not session.shows(name):
        return
    field = settings.model_fields[name]
    low, high = settings.bounds(name)
    st.number_input(field.title or name, low, high, step=1, key=name, help=field.description, persist_state="session")


def select(settings: type[Settings], name: str, names: Mapping[str, str]) -> None:
    """A select box for the choice field ``name``; ``names`` are the labels of its values."""
    if not session.shows(name):
        return
    field = settings.model_fields[name]
    st.selectbox(
        field.title or name,
        settings.choices(name),
        key=name,
        format_func=lambda word: names.get(word, word),
        help=field.description,
        persist_state="session",
    )
