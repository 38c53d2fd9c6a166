"""The web process: its start, its memory, the order in which sessions draw, and Streamlit's internals."""
