"""An empty Streamlit app: the lower bound for all timings."""

import streamlit as st

st.title("Empty")
