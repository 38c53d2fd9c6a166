"""What the parts of the page have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import streamlit as st

from ensemble import EnsembleConfig, InputError
from ui.text.format import plain

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Context:
    """What each part is given.

    Attributes
    ----------
    config : EnsembleConfig
        The settings that the controls show.
    split_seed : int
        What decides which rows the first run does not learn from.
    row_name : str
        What one row of the data is.
    """

    config: EnsembleConfig
    split_seed: int
    row_name: str


def unless_refused(make: Callable[Arguments, Made], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Made | None:
    """What ``make`` gives; None where it refuses its arguments, and the page shows why."""
    try:
        return make(*args, **kwargs)
    except InputError as problem:
        st.error(plain(str(problem)), icon=":material/edit:")
        return None
