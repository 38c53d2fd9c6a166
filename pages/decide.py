from ui.page import begin, choose_part

page = begin("decide")


import streamlit as st

from pages.parts.decide import abstain, accuracy, bill, who_decides
from ui.widgets.judged import choose_judged, judged
from ui.widgets.related import show_what_is_missing

PARTS = {"Who decides what": who_decides, "The bill": bill, "Abstain": abstain, "Why not accuracy": accuracy}

with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    judged_on = choose_judged(page.shown.dataset)
related = page.related()
if not show_what_is_missing("folds", related, set()):
    part.show(judged(page.shown, related, judged_on, members=False))

page.write_link()
