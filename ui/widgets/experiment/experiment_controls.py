"""Controls of experiments of many runs. The values typed for a setting are kept while another one is chosen."""

from __future__ import annotations

from typing import Any, cast, get_args

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.sweeps.experiment import SOURCES, TEXTS, VARY_TITLE, Drawn, Experiment, ExperimentChoices
from ensemble.sweeps.values import (
    MAX_LETTERS,
    POOLING,
    Value,
    choices,
    title,
    usual_other,
    usual_values,
    value_of,
    values_of,
    written,
)
from ui import session
from ui.text.format import in_words_of_settings
from ui.widgets.controls import STEPS

QUICK_SEEDS = (30, 100, 1000)
SOURCE_TITLES = {"split": "Split only", "start": "Start only", "both": "Split and start"}


def arrive() -> None:
    """Set the controls from the link, if it is new."""
    is_new, session.state().has_new_experiment = session.state().has_new_experiment, False
    if is_new or "many_seeds" not in st.session_state:
        _begin_with(session.state().experiment)
    if pair := session.take_pair():
        choose("other", pair.setting)
        st.session_state[f"many_other_{pair.setting}"] = pair.value


def _begin_with(asked: Experiment) -> None:
    for name, value in asked.choices:
        st.session_state[f"many_{name}"] = value
    st.session_state["many_vary"] = list(asked.sources)
    for setting, text in ((asked.choices.along, asked.along_values), (asked.choices.across, asked.across_values)):
        if setting != "none":
            _set_values(setting, text or usual_values(setting))
    other = asked.choices.other
    st.session_state[f"many_other_{other}"] = value_of(other, asked.other_value) if asked.other_value else usual_other(other)


def remember() -> None:
    """Store the values of the controls for links."""
    chosen = ExperimentChoices(**{name: st.session_state[f"many_{name}"] for name in ExperimentChoices.model_fields})
    texts = dict.fromkeys(TEXTS, "")
    texts["vary"] = ", ".join(source for source in SOURCES if source in st.session_state["many_vary"])
    for name, setting in (("along_values", chosen.along), ("across_values", chosen.across)):
        text = listed(setting) if f"many_values_{setting}" in st.session_state else ""
        texts[name] = "" if not text or text == usual_values(setting) else text
    if (other := st.session_state.get(f"many_other_{chosen.other}", usual_other(chosen.other))) != usual_other(chosen.other):
        texts["other_value"] = written(other)
    session.state().experiment = Experiment(chosen, **texts)


def chosen(name: str) -> Any:
    """The value of the control of a choice."""
    return st.session_state[f"many_{name}"]


def choose(name: str, value: Any) -> None:
    """Set the control of one of the choices."""
    st.session_state[f"many_{name}"] = value


def listed(setting: str) -> str:
    """The chosen values of a setting."""
    typed = st.session_state[f"many_values_{setting}"]
    return typed if isinstance(typed, str) else ", ".join(typed)


def number(name: str) -> int:
    """A number box; if a step hides it, only its value."""
    if not session.step_shows(name):
        return int(st.session_state[f"many_{name}"])
    field = ExperimentChoices.model_fields[name]
    low, high = ExperimentChoices.bounds(name)
    entered = st.number_input(
        field.title or name,
        int(low),
        int(high),
        step=1,
        key=f"many_{name}",
        help=field.description,
        persist_state="session",
        width=150,
    )
    return int(entered)


def seeds() -> int:
    """The number of seeds, typed or chosen."""
    if not session.step_shows("seeds"):
        return number("seeds")
    st.session_state["many_quick"] = st.session_state["many_seeds"] if st.session_state["many_seeds"] in QUICK_SEEDS else None

    def take() -> None:
        if st.session_state["many_quick"]:
            st.session_state["many_seeds"] = st.session_state["many_quick"]

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        entered = number("seeds")
        st.segmented_control(
            "Usual numbers of seeds",
            QUICK_SEEDS,
            key="many_quick",
            format_func=lambda count: f"{count:,}",
            on_change=take,
            label_visibility="collapsed",
        )
    return entered


def drawn() -> Drawn:
    """Which seeds change from run to run within a condition."""
    if not session.step_shows("drawn"):
        return cast(Drawn, st.session_state["many_drawn"])
    field = ExperimentChoices.model_fields["drawn"]
    chosen = st.segmented_control(
        field.title or "",
        ("both", "split", "start"),
        key="many_drawn",
        format_func=SOURCE_TITLES.__getitem__,
        help=field.description,
        required=True,
        persist_state="session",
    )
    return cast(Drawn, chosen or "both")


def sources() -> tuple[Drawn, ...]:
    """Which sources of run-to-run variance to show."""
    if session.step_shows("vary"):
        st.pills(
            VARY_TITLE,
            list(SOURCES),
            selection_mode="multi",
            key="many_vary",
            format_func=SOURCE_TITLES.__getitem__,
            persist_state="session",
            help="Split: which rows are held back. Start: initial weights, order of batches, dropout, bootstrap samples.",
        )
    return tuple(source for source in SOURCES if source in st.session_state["many_vary"])


def setting(name: str, without: str = "") -> str:
    """A select box of settings, without those that a lesson hides; a step may hide the box."""
    if not session.step_shows(name):
        return str(st.session_state[f"many_{name}"])
    field = ExperimentChoices.model_fields[name]
    present = st.session_state[f"many_{name}"]
    options = ["none"] if name == "across" else []
    options += [one for one in get_args(field.annotation) if one not in ("none", without) and _may_move(one, present)]
    if present not in options:
        st.session_state[f"many_{name}"] = options[0]
    return st.selectbox(
        field.title or name,
        options,
        key=f"many_{name}",
        format_func=lambda one: "Nothing" if one == "none" else title(one),
        help=field.description,
        persist_state="session",
        width=220,
    )


def values(of: str) -> tuple[Value, ...]:
    """Values of a setting: choices to select, or numbers to type.

    Raises
    ------
    InputError
        If the typed text cannot be used.
    """
    if f"many_values_{of}" not in st.session_state:
        _set_values(of, usual_values(of))
    label = f"Values of {title(of).lower()}"
    if not session.step_shows("along_values" if of == st.session_state["many_along"] else "across_values"):
        return values_of(of, listed(of))
    if choices(of):
        st.pills(
            label,
            choices(of),
            selection_mode="multi",
            key=f"many_values_{of}",
            format_func=in_words_of_settings,
            persist_state="session",
            help="Other ways to pool the same runs: nothing more is trained." if of == POOLING else "Choose what to compare.",
        )
    else:
        low, high = EnsembleConfig.bounds(of)
        st.text_input(
            label,
            key=f"many_values_{of}",
            max_chars=MAX_LETTERS,
            persist_state="session",
            help=f"Numbers from {low:g} to {high:g}, with commas.",
            width=320,
        )
    return values_of(of, listed(of))


def other_value(of: str) -> Value:
    """The value of B's setting."""
    key = f"many_other_{of}"
    st.session_state.setdefault(key, usual_other(of))
    if not session.step_shows("other_value"):
        return cast(Value, st.session_state[key])
    if choices(of):
        return st.selectbox(
            "B's value",
            choices(of),
            key=key,
            format_func=in_words_of_settings,
            help="A keeps its own.",
            persist_state="session",
            width=220,
        )
    low, high = EnsembleConfig.bounds(of)
    whole = isinstance(low, int)
    return st.number_input(
        "B's value",
        low,
        high,
        step=1 if whole else STEPS.get(of, 0.001),
        format="%d" if whole else "%g",
        key=key,
        help=f"From {low:g} to {high:g}. A keeps its own.",
        persist_state="session",
        width=220,
    )


def can_be_paired(name: str) -> bool:
    """Whether B may differ from A in this setting."""
    return name in get_args(ExperimentChoices.model_fields["other"].annotation)


def _may_move(setting: str, present: str) -> bool:
    return setting in (POOLING, present) or session.shows(setting)


def _set_values(of: str, text: str) -> None:
    st.session_state[f"many_values_{of}"] = list(map(str, values_of(of, text))) if choices(of) else text
