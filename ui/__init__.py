"""What pages share: only ``ui`` and ``pages`` import streamlit or plotly."""
