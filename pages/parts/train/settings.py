"""The settings of a run on the left, and what they come to in words."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.sweeps.values import title
from pages.parts.train import words
from ui import session
from ui.text.fill import fill
from ui.text.format import in_words, in_words_of_settings
from ui.widgets import controls

AT_ONCE = ("members", "dropout", "epochs")
SLOW_EPOCHS_PER_SECOND = 10


def show() -> None:
    """The controls of a run."""
    controls.slider(EnsembleConfig, "members")
    controls.slider(EnsembleConfig, "dropout")
    controls.slider(EnsembleConfig, "epochs")
    more = {*EnsembleConfig.model_fields, "test_share"} - {*AT_ONCE}
    with st.expander("More") if any(map(session.shows, more)) else nullcontext():
        controls.slider(EnsembleConfig, "hidden_units")
        controls.slider(EnsembleConfig, "hidden_layers")
        controls.choice(EnsembleConfig, "activation")
        controls.choice(EnsembleConfig, "optimizer")
        controls.learning_rate_slider()
        controls.slider(EnsembleConfig, "batch_size")
        controls.choice(EnsembleConfig, "training")
        controls.slider(EnsembleConfig, "bootstrap_share")
        controls.choice(EnsembleConfig, "outputs")
        controls.slider(EnsembleConfig, "label_smoothing")
        controls.slider(DataConfig, "test_share")
        controls.number(EnsembleConfig, "seed")
    st.segmented_control(
        "Speed",
        ["Full", "Slow"],
        default="Full",
        required=True,
        key="speed",
        persist_state="session",
        help=fill(words.SPEED, epochs=SLOW_EPOCHS_PER_SECOND),
    )


def show_other_beginnings(row_names: str) -> None:
    """Another seed, and the classic run."""
    with st.container(horizontal=True):
        if session.shows("seed"):
            st.button(
                "New seed",
                key="new_seed",
                on_click=session.choose_new_seed,
                help=f"Another split, start and order of the {row_names}.",
            )
        if session.lesson().shows is None:
            st.button(
                "Classic example",
                key="classic",
                on_click=session.choose_classic,
                help="Puts every setting back to the classic run.",
            )


def epochs_per_second() -> float | None:
    """How fast a run may be at most; None for as fast as it goes."""
    return SLOW_EPOCHS_PER_SECOND if st.session_state.get("speed") == "Slow" else None


def settings_in_words(config: EnsembleConfig) -> str:
    """The settings that are always named, and those others that are not the usual ones."""
    shown = ("members", "dropout", "epochs", "seed")
    others = [
        f"{title(name).lower()} {in_words_of_settings(value)}" for name, value in config.to_query().items() if name not in shown
    ]
    members = f"{config.members} member{'s' if config.members > 1 else ''}"
    usual = f"{members}, dropout {config.dropout:g}, {config.epochs} epochs, seed {config.seed}"
    return ", ".join([usual, *others])


def networks_in_words(config: EnsembleConfig) -> str:
    """How many networks look at a row."""
    return f"{in_words(config.members).capitalize()} small network{'s look' if config.members > 1 else ' looks'}"


def how_joined(config: EnsembleConfig, classes: str) -> str:
    """How one forecast is made of all members; ``classes`` is their number in words."""
    outputs = f"{classes} {'probabilities' if config.outputs == 'softmax' else 'outputs'}"
    if config.training == "independent":
        return f"Each gives {outputs}, and the ensemble is their mean."
    return f"One {'softmax' if config.outputs == 'softmax' else 'layer'} turns their scores into {outputs}."
