"""The health of the training cluster and of this process."""

from __future__ import annotations

import streamlit as st

from ensemble.execution import metrics
from pages.parts.health.units import duration, megabytes

SECONDS_BETWEEN_LOOKS = 5


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def show() -> None:
    """Numbers on training, queue and memory, refreshed every few seconds."""
    report = metrics.report()
    load = report.load or metrics.Load()
    _show_state(report.load)
    now, since, memory = st.columns(3, gap="large")
    with now:
        st.header("Now")
        st.metric("Training processes", load.workers)
        st.metric("Runs in training", load.training)
        st.metric("Runs that wait", load.waiting)
        st.metric("Sweeps under way", load.sweeps)
    with since:
        st.header("Since the start")
        st.metric("Running for", duration(report.up_seconds))
        st.metric("Runs done", report.ended.get("done", 0) + report.ended.get("diverged", 0))
        st.metric("Runs failed", report.ended.get("failed", 0))
        st.metric("Mean wait", "none yet" if report.mean_wait_seconds is None else f"{report.mean_wait_seconds:.1f} s")
    with memory:
        st.header("Memory")
        st.metric("Web process", megabytes(report.web_bytes))
        st.metric("Largest training process", megabytes(max(load.worker_bytes, default=None)))
        st.metric("All training processes", megabytes(sum(load.worker_bytes) or None))


def _show_state(load: metrics.Load | None) -> None:
    if load is None:
        st.info("Training starts with the server: in a moment.", icon=":material/hourglass_empty:")
    elif load.trouble:
        st.error(load.trouble, icon=":material/error:")
    elif not load.workers:
        st.warning(
            "No training process is ready. Each loads TensorFlow for about ten seconds; if this stays, read the log.",
            icon=":material/hourglass_empty:",
        )
    else:
        st.success(f"All is well. Training processes ready: {load.workers}.", icon=":material/check_circle:")
