"""Presentation that pages share: the only place besides pages that imports streamlit or plotly."""
