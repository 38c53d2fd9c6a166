"""A plan's link and its QR code."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan
from ui import session
from ui.text.format import plain
from ui.widgets.qr import qr_code


def show(plan: Plan, name: str) -> None:
    """In a box that opens: the link, or what to do in place of one."""
    with st.popover("Link", key=f"link_of_{name}", icon=":material/link:", help="A link and a QR code to go through it alone."):
        try:
            link = session.link_of_plan(plan)
        except InputError as refusal:
            st.markdown(plain(str(refusal)))
            return
        with st.container(key=f"plan_link_{name}"):
            st.code(link, language=None, wrap_lines=True)
        st.image(qr_code(link), width=280, alt="QR code of the link above")
