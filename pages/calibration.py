from ui.page import begin, choose_part

page = begin("calibration")


import streamlit as st

from pages.parts.calibration import epochs, pools, reliability, scores, sets, temperature
from ui.widgets.judged import choose_judged, folds_of_members, judged
from ui.widgets.related import show_what_is_missing

PARTS = {
    "Reliability": reliability,
    "Scores": scores,
    "Temperature": temperature,
    "Pool, then calibrate": pools,
    "Over the epochs": epochs,
    "Prediction sets": sets,
}

with st.container(key="parts_and_rows", horizontal=True, vertical_alignment="center"):
    part = choose_part(page, PARTS)
    judged_on = choose_judged(page.shown.dataset)
related = page.related()
needed = folds_of_members() if part is pools else set()
if not show_what_is_missing("folds", related, needed):
    part.show(judged(page.shown, related, judged_on, members=part is pools))

page.write_link()
