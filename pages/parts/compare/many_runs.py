"""From one run of each setting to many: buttons that open “Many runs” with the settings filled in."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.runs.comparison import settings_that_differ, value_as_text
from ensemble.sweeps.values import Value
from pages.parts.compare import words
from pages.parts.compare.context import Context
from ui import session
from ui.session.state import Pinned
from ui.text.fill import fill
from ui.text.intervals import luck_of_rows_alone
from ui.widgets.experiment.experiment_controls import can_be_paired


def show(context: Context) -> None:
    """Offer a comparison over many seeds for each setting in which another run differs from the first."""
    st.header("Is that more than luck?")
    st.markdown(fill(words.MANY_RUNS, luck_of_rows=luck_of_rows_alone(context.data.row_names)))
    (first, own), *others = context.jobs.items()
    if not session.dataset_is(own.dataset, own.config):
        st.caption(fill(words.OTHER_DATA))
        return
    presses = [(name, job, field) for name, job in others for field in _fields_that_differ(own, job)]
    with st.container(horizontal=True):
        for name, job, field in presses:
            a, b = getattr(own.config, field), getattr(job.config, field)
            change = f"{_title(field).lower()} {value_as_text(a)} against {value_as_text(b)}"
            st.button(
                f"{first[-1]} against {name[-1]} over many seeds: {change}",
                key=f"pairs_{job.id}_{field}",
                icon=":material/casino:",
                on_click=_open_many_runs,
                args=(own.config, field, b),
                help="Opens “Many runs”, part “Two settings, same seeds”, with these settings filled in.",
            )
        if not presses:
            st.button(
                "The same settings over many seeds",
                key="luck_of_settings",
                icon=":material/casino:",
                on_click=_open_many_runs,
                args=(own.config,),
                help="Opens “Many runs”, part “How lucky was that?”, with the settings of these runs.",
            )
    if len(presses) > 1:
        st.caption(words.ONE_SETTING_A_PRESS)


def _fields_that_differ(one: Pinned, other: Pinned) -> list[str]:
    apart = set(settings_that_differ({"one": one.config, "other": other.config})["setting"])
    return [field for field in EnsembleConfig.model_fields if _title(field) in apart and can_be_paired(field)]


def _title(field: str) -> str:
    return str(EnsembleConfig.model_fields[field].title)


def _open_many_runs(config: EnsembleConfig, setting: str = "", value: Value | None = None) -> None:
    session.compare_over_seeds(config, setting, value)
    session.lead_to("experiments")
