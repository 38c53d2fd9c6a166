from ui.page import begin, choose_part

page = begin("regression")

import streamlit as st

from pages.parts.regression import beside_the_net, coefficients, feature_importance, significance, words
from pages.parts.regression.context import Context
from ui import session
from ui.text.fill import fill

PARTS = {
    "Coefficients and prior": coefficients,
    "Beside the net": beside_the_net,
    "Significance": significance,
    "Features of the net": feature_importance,
}

st.markdown(fill(words.INTRODUCTION))
choose_part(page, PARTS).show(Context(page.config, page.data))

session.write_link("part")
