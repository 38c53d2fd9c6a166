from ui.page import begin, choose_part, show_part

page = begin("decide")


import streamlit as st

from pages.parts.decide import abstain, accuracy, bill, who_decides
from ui.widgets.forecasts.judged import choose_judged, judged

PARTS = {"Who decides what": who_decides, "The bill": bill, "Abstain": abstain, "Why not accuracy": accuracy}

with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    judged_on = choose_judged(page.shown.dataset)
if context := judged(page, judged_on):
    show_part(page, part, context)

page.write_link()
