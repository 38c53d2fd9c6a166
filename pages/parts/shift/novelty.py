"""A part of the page Shift."""

from __future__ import annotations

import streamlit as st

from pages.parts.shift.context import Context

ROWS = "digits"


def show(context: Context) -> None:
    st.write(context.source.table.name)
