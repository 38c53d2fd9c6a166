"""The data that the parts of the page share."""

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
    """The chosen settings and rows, as each part gets them.

    Attributes
    ----------
    config : EnsembleConfig
        The settings of the controls.
    split_seed : int
        The seed of the first run's split.
    row_name : str
        The noun for one row of the data.
    """

    config: EnsembleConfig
    split_seed: int
    row_name: str


def unless_refused(make: Callable[Arguments, Made], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Made | None:
    """The result of ``make``; None, with a message on the page, if it refuses its arguments."""
    try:
        return make(*args, **kwargs)
    except InputError as problem:
        st.error(plain(str(problem)), icon=":material/edit:")
        return None
