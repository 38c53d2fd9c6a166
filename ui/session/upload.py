"""Uploaded rows: the file, its sheet, and the table made from it, in this session's memory only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from ensemble import InputError
from ensemble.datasets.compact import bytes_of, compact_sheet, compact_table, whole_sheet
from ensemble.datasets.csv_sheet import Sheet
from ensemble.datasets.csv_table import UPLOADED
from ensemble.datasets.table import Table
from ensemble.limits import LimitError
from ui.server import held, streamlit_internals
from ui.session.state import File, Made, owner, state
from ui.widget_keys import Key

CHOICES = "csv_"


def has_own_rows() -> bool:
    """Whether rows that this session has uploaded are chosen."""
    return state().own_table is not None and bool(st.session_state.get(Key.OWN_ROWS))


def own_file() -> File | None:
    """The uploaded file."""
    return state().own_file


def uploaded(key: str) -> File | None:
    """The file in the file chooser with this key; None if it is empty, or the server does not have the file."""
    file: Any = st.session_state.get(key)
    if not hasattr(file, "getvalue"):
        return None
    taken = File(file.name, file.getvalue())
    streamlit_internals.forget_files(streamlit_internals.browser_tab())
    return taken


def keep_file(name: str, content: bytes) -> None:
    """Keep an uploaded file, and reset the widgets whose keys begin with ``CHOICES``."""
    forget_own()
    for key in [key for key in st.session_state if str(key).startswith(CHOICES)]:
        del st.session_state[key]
    state().own_file = File(name, content)


def sheet_of(file: File, read: Callable[..., Sheet], *how: str) -> Sheet:
    """The cached result of ``read(content, *how)``.

    Raises
    ------
    InputError
        If the file cannot be used, or the session or the server can hold no more.
    """

    def make() -> Sheet:
        sheet = compact_sheet(read(file.content, *how))
        held.hold(sheet, bytes_of(sheet) + len(file.content), str(owner()))
        return sheet

    made: Sheet = _last("sheet", (file, *how), make)
    return made


def table_of_sheet(sheet: Sheet, make: Callable[..., tuple[Table, list[str]]], *choice: Any) -> tuple[Table, list[str]]:
    """The cached table and notices of ``make(sheet, *choice)``.

    Raises
    ------
    InputError
        As ``sheet_of``.
    """

    def make_compact() -> tuple[Table, list[str]]:
        table, notices = make(whole_sheet(sheet), *choice)
        table = compact_table(table)
        held.hold(table, bytes_of(table), str(owner()))
        return table, notices

    made: tuple[Table, list[str]] = _last("table", (sheet, *choice), make_compact)
    return made


def _last(what: str, asked: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """The last result of ``make`` or its refusal, if it was for this request; otherwise ``make`` is called."""
    last = state().own_last
    made = last.get(what)
    if made is None or made.asked != asked:
        last.pop(what, None)
        try:
            result = make()
        except LimitError:
            raise
        except InputError as refusal:
            result = refusal
        made = last[what] = Made(asked, result)
    if isinstance(made.result, InputError):
        raise made.result
    return made.result


def drop_own_rows() -> None:
    """Forget uploaded rows that can no longer be used; the file stays."""
    state().own_table = state().own_made = None


def use_own(rows: Table) -> None:
    """Use uploaded rows; they stay in this session's memory and nowhere else."""
    present = state()
    if present.own_table is None or not _equal(present.own_table, rows):
        _forget_related_on_own_rows()
        present.own_table, present.own_made = rows, None


def forget_own() -> None:
    """Forget uploaded rows, the file included."""
    _forget_related_on_own_rows()
    drop_own_rows()
    state().own_file = None
    state().own_last.clear()


def _forget_related_on_own_rows() -> None:
    """Drop the related runs on rows that are replaced, since their plans hold several splits of these rows."""
    related = state().related
    for name, one in list(related.items()):
        if any(data.name == UPLOADED for _, data in one.plan.values()):
            if one.group:
                one.group.cancel()
            del related[name]


def _equal(one: Table, other: Table) -> bool:
    if one is other:
        return True
    names = ("name", "feature_names", "class_names")
    same_names = all(getattr(one, name) == getattr(other, name) for name in names)
    return same_names and np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)
