"""The web process: startup, memory, the queue of page updates, updates of rooms, and Streamlit's internals."""
