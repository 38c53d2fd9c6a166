"""An uploaded file of forecasts, and the model of it that pages judge; in this session's memory only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ensemble import Dataset, InputError
from ensemble.forecasts import Forecasts
from ensemble.limits import LimitError
from ui.server import held
from ui.session.state import File, ForeignForecasts, Made, owner, state

CHOICES = "forecasts_"


def forecasts() -> ForeignForecasts | None:
    """The forecasts that pages judge instead of the run's; None if they judge the run."""
    return state().forecasts


def forecasts_file() -> File | None:
    """The file of forecasts."""
    return state().forecasts_file


def keep_forecasts_file(file: File) -> None:
    """Keep a file of forecasts, and reset the widgets whose keys begin with ``CHOICES``."""
    present = state()
    present.forecasts_file, present.forecasts_read = file, None
    for key in [key for key in st.session_state if str(key).startswith(CHOICES)]:
        del st.session_state[key]


def forget_forecasts_file() -> None:
    """Forget the file and the forecasts read from it; pages judge the run again."""
    present = state()
    present.forecasts_file = present.forecasts_seen = present.forecasts_read = present.forecasts = None


def read_forecasts_file(read: Callable[..., Any], *how: Any) -> tuple[Forecasts, list[str]]:
    """The forecasts and notices of ``read(content, *how)``, cached; pages judge newly read forecasts at once.

    Raises
    ------
    InputError
        If the file cannot be used, or the session or the server can hold no more. Pages then judge the same as before.
    """
    present = state()
    file, made = present.forecasts_file, present.forecasts_read
    assert file is not None
    if made is None or made.asked != (file, how):
        made = present.forecasts_read = Made((file, how), _read(file, read, *how))
        if not isinstance(made.result, InputError):
            judge_forecasts()
    if isinstance(made.result, InputError):
        raise made.result
    found: tuple[Forecasts, list[str]] = made.result
    return found


def look_at_forecasts_file(look: Callable[[bytes], Any]) -> Any:
    """The cached result of ``look(content)``, such as the first rows of the file.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    present = state()
    file, made = present.forecasts_file, present.forecasts_seen
    assert file is not None
    if made is None or made.asked is not file:
        try:
            result = look(file.content)
        except InputError as refusal:
            result = refusal
        made = present.forecasts_seen = Made(file, result)
    if isinstance(made.result, InputError):
        raise made.result
    return made.result


def _read(file: File, read: Callable[..., Any], *how: Any) -> tuple[Forecasts, list[str]] | InputError:
    try:
        found, notices = read(file.content, *how)
        # In the order of a run's forecasts, so that random draws select the same rows.
        found = found.rows(np.argsort(found.row_numbers, kind="stable"))
        held.hold(found, found.log_proba.nbytes + found.y.nbytes + len(file.content), str(owner()))
    except LimitError:
        raise
    except InputError as refusal:
        return refusal
    return found, list(notices)


def judge_forecasts() -> None:
    """Make pages judge the forecasts that were last read."""
    present = state()
    if present.forecasts_file and present.forecasts_read:
        found: Forecasts = present.forecasts_read.result[0]
        present.forecasts = ForeignForecasts(present.forecasts_file.name, found, found.model_names[0])


def are_judged(found: Forecasts) -> bool:
    """Whether pages judge these forecasts."""
    present = state().forecasts
    return present is not None and present.forecasts is found


def choose_model(model: str) -> None:
    """Make pages judge another model of the same file."""
    if present := state().forecasts:
        state().forecasts = replace(present, model=model)


def back_to_the_run() -> None:
    """Make pages judge the run again; the page “Data” keeps the file."""
    state().forecasts = None


def rows_of_forecasts(found: Forecasts) -> Dataset:
    """The forecast rows as a split without features, which holds the names of classes and rows."""
    rows, none = len(found.y), np.zeros(0)
    return Dataset(
        name="forecasts",
        x_train=np.zeros((0, 0), np.float32),
        y_train=np.zeros(0, np.int64),
        x_test=np.zeros((rows, 0), np.float32),
        y_test=found.y,
        feature_names=(),
        class_names=found.class_names,
        low=none,
        high=none,
        test_rows=np.arange(rows),
        row_name=found.row_name,
    )
