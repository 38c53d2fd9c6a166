from ui.page import begin

page = begin("data")

from collections.abc import Sequence

import streamlit as st

from ensemble import InputError
from pages.parts.data import rows, settings, upload
from pages.parts.data.context import Context
from ui import session


def test_rows() -> Sequence[int]:
    try:
        return page.data.test_rows.tolist()
    except InputError:  # too few rows to split, which the page “Train” says
        return ()


picture, choices = st.columns([2, 1], gap="large")
with choices:
    own = settings.show()
with picture:
    if own:
        upload.show()
    if not own or session.has_own_rows():
        rows.show(Context(session.table(), test_rows()))
session.write_link()
