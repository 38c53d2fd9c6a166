from ui.page import begin

page = begin("cross_entropy")

import streamlit as st

from pages.parts.cross_entropy import by_hand, words
from ui.text.fill import fill

st.markdown(fill(words.INTRODUCTION))
by_hand.show()

page.write_link()
