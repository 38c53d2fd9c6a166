"""The settings that the controls are set to, and which of them a lesson lets people change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.settings import Settings, shortened
from ensemble.sharing.lesson import Lesson
from ui.server import streamlit_internals
from ui.session.state import Made, lead_to, state
from ui.widget_keys import Key, part_key

Kind = TypeVar("Kind", bound=Settings)


def notices() -> list[str]:
    """Messages on parts of the link that could not be used."""
    return state().notices


def lesson() -> Lesson:
    """The lesson of the link; an empty one if it has none."""
    return state().lesson


def shows(name: str) -> bool:
    """Whether the lesson and the present step let people change a setting."""
    return all(name in shown for shown in _shown_names())


def step_shows(name: str) -> bool:
    """Whether the present step lets people use a control that no lesson can hide."""
    of_step = _shown_in_step()
    return of_step is None or name in of_step


def shows_any(*names: str) -> bool:
    """Whether people may change any of these settings."""
    return any(map(shows, names))


def shows_all() -> bool:
    """Whether people may change every setting."""
    return not _shown_names()


def _shown_names() -> list[tuple[str, ...]]:
    """The settings shown by the lesson and by the step, if they hide any."""
    return [shown for shown in (lesson().shows, _shown_in_step()) if shown is not None]


def _shown_in_step() -> tuple[str, ...] | None:
    present = state()
    return present.plan.steps[present.step].shows if present.plan and not present.explores else None


def want_questions(wanted: bool) -> None:
    """Switch the questions before experiments on or off."""
    state().lesson = lesson().model_copy(update={"questions": wanted})


def value_of(key: str) -> Any:
    """The value of a control; its last value if a browser that changes pages quickly reports it as empty."""
    return _value_of(key, state().kept)


def _value_of(key: str, kept: dict[str, Any]) -> Any:
    if (value := st.session_state.get(key)) is not None:
        kept[key] = value
    return kept.get(key)


def set_value(key: str, value: Any) -> None:
    """Set a control before it is drawn (a callback)."""
    present = state()
    st.session_state[key] = present.kept[key] = value
    present.settings_read = None


def restore_values() -> None:
    """Give each control that has lost its value the last one again."""
    for key, value in state().kept.items():
        if st.session_state.get(key) is None:
            st.session_state[key] = value


def choose(config: EnsembleConfig, data: DataConfig) -> None:
    """Set every control, and drop notices on the old settings."""
    state().notices = []
    for settings in (config, data):
        set_values(settings)


def set_values(settings: Settings) -> None:
    """Set the controls of these settings."""
    for name, value in settings:
        set_value(name, value)


def arrive_with(settings: Settings) -> None:
    """Set the controls of settings that were just made from a link, so that this run need not read them from the controls."""
    read = _read_in_this_run()
    set_values(settings)
    state().settings_read = Made(streamlit_internals.script_run(), read | {type(settings): settings})


def choose_classic() -> None:
    """Put every setting back to the classic example."""
    choose(EnsembleConfig(), DataConfig())
    use_own_rows(False)


def use_own_rows(wanted: bool) -> None:
    """Choose the uploaded rows, or a built-in data set."""
    st.session_state[Key.OWN_ROWS] = wanted


def config() -> EnsembleConfig:
    """The configuration that the controls are set to."""
    return _shown(EnsembleConfig)


def data_config() -> DataConfig:
    """The settings of the rows that the controls are set to."""
    return _shown(DataConfig)


def _shown(kind: type[Kind]) -> Kind:
    """Read once in each run of the script: a page asks dozens of times, and Streamlit is slow to look up a control."""
    read = _read_in_this_run()
    if kind not in read:
        kept = state().kept
        read[kind] = kind(**{name: _value_of(name, kept) for name in kind.model_fields})
    found: Kind = read[kind]
    return found


def _read_in_this_run() -> dict[type[Settings], Any]:
    """The settings that this run of the script has read or set so far."""
    present, this_run = state(), streamlit_internals.script_run()
    made = present.settings_read
    if made is None or this_run is None or made.asked is not this_run:
        made = present.settings_read = Made(this_run, {})
    read: dict[type[Settings], Any] = made.result
    return read


def split_seed() -> int:
    """The seed of the split into training and test rows."""
    return data_config().split_seed(config().seed)


def arrive_at_wine(wines: int, otherwise: int) -> None:
    """Start with the test row of the link (from 1), or with ``otherwise``, and keep the number within the test set."""
    number = st.session_state.get(Key.WINE, otherwise)
    st.session_state[Key.WINE] = min(max(number, 1), wines)


def arrive_at_part(key: str, parts: Sequence[str], titles: Mapping[str, str] | None = None) -> str:
    """Start with the part of the link, if this page has a part with that name or title, else with the first.

    Returns a sentence if the link or the present step of a plan asks for a part that this page does not have. ``titles`` leads
    from titles to names; the last title of a name is the one that people see. Capitals do not matter.
    """
    said = ""
    if st.session_state.get(key) not in parts:
        asked = state().part_in_link
        by_title = {part: part for part in parts} | dict(titles or {})
        names = {title.casefold(): part for title, part in by_title.items()}
        st.session_state[key] = names.get(asked.casefold(), parts[0])
        if asked and asked.casefold() not in names and (who := _who_asks_for_part(asked)):
            title_of = {part: title for title, part in by_title.items()}
            there = ", ".join(title_of[part] for part in parts)
            said = f"{who} has no part “{shortened(asked)}”. The first one is shown. Its parts are: {there}."
            state().notices.append(said)
            state().part_notice = said
    state().part = value_of(key)
    return said


def _who_asks_for_part(asked: str) -> str:
    """The beginning of a sentence on the page: empty if neither the present step nor the address asks for that part of it."""
    present = state()
    of_step = present.plan and present.plan.steps[present.step]
    if of_step and of_step.page == present.page and of_step.part == asked:
        return f"Step {present.step + 1}: this page"
    return "This page" if st.query_params.to_dict().get("part") == asked else ""


def present_part() -> str:
    """The part of the page that is shown; empty if it has none."""
    return str(st.session_state.get(part_key(state().page)) or "")


def open_part(page: str, part: str) -> None:
    """Open a part of another page (a callback)."""
    st.session_state[part_key(page)] = part
    lead_to(page)
