"""The settings of a run: their controls, and sentences that describe them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ensemble import Dataset, EnsembleConfig
from ensemble.datasets.builtin import MEASURED
from ensemble.datasets.config import DataConfig
from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution.jobs import Job
from ensemble.sweeps.values import title
from ui import session
from ui.text.format import in_words, in_words_of_settings
from ui.widgets import controls

AT_ONCE = ("members", "dropout", "epochs")
MORE = "more_settings"
ALWAYS_NAMED = (*AT_ONCE, "seed")
SLOW_EPOCHS_PER_SECOND = 10
SPEED = (
    f"Full: as fast as possible. Slow: {SLOW_EPOCHS_PER_SECOND} epochs a second, to watch and discuss. Applies from the next "
    "press of Train. A run that cannot go much faster than that trains at full speed."
)


def are_shown() -> bool:
    """Whether people may change any setting of a run."""
    return session.shows_any(*EnsembleConfig.model_fields, "test_share")


def show() -> None:
    """The controls of a run."""
    controls.slider(EnsembleConfig, "members")
    controls.slider(EnsembleConfig, "dropout")
    controls.slider(EnsembleConfig, "epochs")
    more = {*EnsembleConfig.model_fields, "test_share"} - {*AT_ONCE}
    if session.shows_any(*more):
        _show_more()


def _show_more() -> None:
    """An expander whose controls are drawn only while it is open."""
    box = st.expander("More", key=MORE, on_change="rerun")
    if not box.open:
        return
    with box:
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
        controls.choice(EnsembleConfig, "class_weights")
        controls.slider(DataConfig, "test_share")
        controls.number(EnsembleConfig, "seed")


def show_speed() -> None:
    """The control for the speed of the next run."""
    st.segmented_control(
        "Speed",
        ["Full", "Slow"],
        default="Full",
        required=True,
        key="speed",
        persist_state="session",
        help=SPEED,
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
        if session.shows_all():
            st.button(
                "Classic example",
                key="classic",
                on_click=session.choose_classic,
                help="Puts every setting back to the classic run.",
            )


def epochs_per_second() -> float | None:
    """The maximum speed of a run in epochs per second; None for full speed."""
    return SLOW_EPOCHS_PER_SECOND if st.session_state.get("speed") == "Slow" else None


def settings_in_words(config: EnsembleConfig) -> str:
    """A description of a run: the main settings, and all others that differ from their defaults."""
    members = f"{config.members} member{'s' if config.members > 1 else ''}"
    epochs = f"{config.epochs} epoch{'s' if config.epochs > 1 else ''}"
    others = [_in_words(name, value) for name, value in config.to_query().items() if name not in ALWAYS_NAMED]
    return " · ".join([members, f"dropout {config.dropout:g}", epochs, f"seed {config.seed}", *others])


def rows_in_words(data: Dataset) -> str:
    """The displayed name of a data set.

    >>> from ensemble import load_dataset
    >>> rows_in_words(load_dataset("wine"))
    'wine'
    """
    return "your own rows" if data.name == UPLOADED else data.name.replace("_", " ")


def settings_of_rows() -> list[str]:
    """The settings of the rows that differ from their defaults, in words."""
    data = session.data_config()
    is_measured = session.has_own_rows() or data.data in MEASURED
    without = {"data", "points", "noise"} if is_measured else {"data"}
    return [
        f"{str(DataConfig.model_fields[name].title).lower()} {value}"
        for name, value in data.to_query().items()
        if name not in without
    ]


def changes_in_words(shown: Job) -> str:
    """The settings in which the controls differ from the shown run; empty if they do not."""
    asked, data = session.config(), session.dataset()
    old, new = shown.config.model_dump(), asked.model_dump()
    changed = [_in_words(name, value) for name, value in new.items() if value != old[name]]
    if not shown.dataset.same_rows(data):
        changed = [rows_in_words(data) if data.name != shown.dataset.name else "other rows", *settings_of_rows(), *changed]
    return ", ".join(changed)


def _in_words(name: str, value: Any) -> str:
    return f"{title(name).lower()} {in_words_of_settings(str(value).removesuffix('.0'))}"


def networks_in_words(config: EnsembleConfig) -> str:
    """The number of networks, in words."""
    return f"{in_words(config.members).capitalize()} small network{'s look' if config.members > 1 else ' looks'}"


def how_joined(config: EnsembleConfig, classes: str) -> str:
    """A sentence on how the members are combined into one forecast; ``classes`` is the number of classes in words."""
    is_softmax = config.output_activation == "softmax"
    outputs = f"{classes} {'probabilities' if is_softmax else 'outputs'}"
    is_alone = config.members == 1
    if config.training == "independent":
        return f"It gives {outputs}." if is_alone else f"Each gives {outputs}, and the ensemble is their mean."
    whose = "its" if is_alone else "their"
    return f"One {'softmax' if is_softmax else 'layer'} turns {whose} scores into {outputs}."
