from ui.page import begin, choose_part

page = begin("shift")

import streamlit as st

from pages.parts.shift import corruptions, novelty, shares
from pages.parts.shift.context import context_of

PARTS = {"Other shares": shares, "Worse inputs": corruptions, "A class that was not there": novelty}

with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    context = context_of(page.shown, part.ROWS)
part.show(context)

page.write_link()
