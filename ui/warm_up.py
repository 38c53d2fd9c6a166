"""What the first visitor should not wait for: it starts once the first page is painted."""

import gc
import importlib
import os
import threading

import streamlit as st

from ensemble import execution, journal, metrics
from ui import compat

SECONDS_FOR_THE_FIRST_PAINT = 1.0
LATER_IMPORTS = (
    "ensemble.data_frames",
    "sklearn.datasets",
    "sklearn.preprocessing",
    "plotly.graph_objects",
    "scipy.stats",
    "sklearn.linear_model",
)


@st.cache_resource(show_spinner=False)
def in_background() -> threading.Thread:
    """Start the training service, the journal and the metrics, and load the heavier libraries: once per server."""
    compat.let_the_patient_take_turns()
    thread = threading.Thread(target=_warm_up, daemon=True, name="warm-up")
    thread.start()
    return thread


def _warm_up() -> None:
    threading.Event().wait(SECONDS_FOR_THE_FIRST_PAINT)
    execution.service().start()
    metrics.watch(execution.service())
    journal.begin(os.environ)
    for module in LATER_IMPORTS:
        importlib.import_module(module)
    # What is loaded now stays: later collections need not look at it again.
    gc.collect()
    gc.freeze()
