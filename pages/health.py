from ui.page import begin

page = begin("health")

import streamlit as st

from pages.parts.health import report
from pages.parts.health.units import versions

report.show()
st.caption(versions())
