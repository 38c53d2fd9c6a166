"""The rows to train on, from a built-in data set or an uploaded file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble import InputError
from pages.parts.data import rows, settings, upload
from pages.parts.data.context import Context
from ui import session


def show() -> None:
    """The controls, and a picture of the chosen rows."""
    if not settings.are_shown():
        rows.show(Context(session.table(), _test_rows()))
        return
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        own = settings.show()
    with picture:
        if own:
            upload.show()
    if own and not session.has_own_rows():
        return
    with picture:
        rows.show(Context(session.table(), _test_rows()))
    with choices:
        st.page_link("pages/train.py", label="Train on these rows", icon=":material/arrow_forward:")


def _test_rows() -> Sequence[int]:
    try:
        return session.dataset().test_rows.tolist()
    except InputError:  # too few rows to split; the page “Train” reports it
        return ()
