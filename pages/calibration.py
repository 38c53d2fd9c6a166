from ui.page import begin, choose_part, show_part

page = begin("calibration")


import streamlit as st

from pages.parts.calibration import epochs, pools, reliability, scores, sets, temperature
from ui.widgets.forecasts.judged import choose_judged, judged

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
if context := judged(page, judged_on, members=part is pools):
    show_part(page, part, context)

page.write_link()
