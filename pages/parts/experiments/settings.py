"""Which settings the experiments begin with, in one line."""

from __future__ import annotations

import streamlit as st

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import MEASURED
from ensemble.datasets.config import DataConfig
from ensemble.sweeps.values import title
from ui import session
from ui.text.format import in_words_of_settings


def show_settings(config: EnsembleConfig) -> None:
    """Say what is trained, and on which rows."""
    name = "your own rows" if session.has_own_rows() else session.data_config().data.replace("_", " ")
    st.caption(f"Settings: {_network(config)}, on {', '.join([name, *_settings_of_rows()])}. Seeds from {config.seed} on.")


def _network(config: EnsembleConfig) -> str:
    changed = [
        f"{title(name).lower()} {in_words_of_settings(value)}" for name, value in config.to_query().items() if name != "seed"
    ]
    if changed:
        return f"the classic run, but for {', '.join(changed)}"
    return f"the classic run ({config.members} members, dropout {config.dropout:g}, {config.epochs} epochs)"


def _settings_of_rows() -> list[str]:
    data = session.data_config()
    is_measured = session.has_own_rows() or data.data in MEASURED
    without = {"data", "points", "noise"} if is_measured else {"data"}
    return [
        f"{str(DataConfig.model_fields[name].title).lower()} {value}"
        for name, value in data.to_query().items()
        if name not in without
    ]
