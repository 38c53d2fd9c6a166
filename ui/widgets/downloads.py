"""Downloads of a run, and opening a run file again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from ensemble import Dataset, InputError, Run
from ensemble.execution import service
from ensemble.execution.jobs import Job
from ensemble.limits import limits
from ensemble.sharing.script import history_csv, notebook, predictions_csv, script, table_csv
from ui import session
from ui.text.format import plain


def show_downloads(job: Job) -> None:
    """Offer all downloads of a run; each file is made when its button is pressed."""
    if (run := job.run) is None:
        return
    data, source = job.dataset, session.source_of(job)
    with st.container(horizontal=True):
        offer(
            "Report",
            "report.html",
            "text/html",
            partial(_report, run, data),
            "Everything on one page, to read or print offline.",
        )
        offer(
            "Run file",
            "run.npz",
            "application/octet-stream",
            run.to_bytes,
            "Opens again below. Holds settings, history, weights." if limits().uploads else "Settings, history, weights.",
        )
        offer(
            "Keras model",
            "ensemble.keras",
            "application/octet-stream",
            partial(service.keras_file, run),
            f"For keras.models.load_model: plain layers, one Input per member, so predict([x] * {run.config.members}).",
        )
        offer("Losses (CSV)", "history.csv", "text/csv", partial(history_csv, run), "Losses and accuracies, epoch by epoch.")
        offer(
            "Predictions (CSV)",
            "predictions.csv",
            "text/csv",
            partial(predictions_csv, run, data),
            "The test rows one by one; row counts the rows in use, from 1.",
        )
        if source:
            offer(
                "Python script",
                "ensemble.py",
                "text/x-python",
                partial(script, run.config, source, run),
                "Repeats the run in plain Keras.",
            )
            offer(
                "Notebook",
                "ensemble.ipynb",
                "application/x-ipynb+json",
                partial(notebook, run.config, source, run),
                "The script with explanations between its cells, for Jupyter.",
            )
            if source.needs_table_file:
                offer(
                    "Rows (CSV)",
                    "table.csv",
                    "text/csv",
                    partial(table_csv, source.table),
                    "The rows that script and notebook read.",
                )
    if source is None:
        st.caption("Script and notebook need the rows of this run: choose its data again, and they are offered here.")


def open_saved() -> None:
    """Let people open a run file."""
    problem = session.take_flash(session.Flash.RUN_FILE)
    st.file_uploader(
        "Open a run file",
        key="run_file",
        on_change=_open,
        max_upload_size=limits().upload_megabytes,
        help="A file that was saved here. Nothing in it is executed. It needs the data that it was trained on.",
    )
    if problem:
        st.error(plain(problem))


def _open() -> None:
    if file := session.uploaded("run_file"):
        try:
            session.open_run(file)
        except InputError as error:
            session.flash(session.Flash.RUN_FILE, str(error))


def offer(label: str, file_name: str, mime: str, make: Callable[[], str | bytes], help: str) -> None:
    st.download_button(
        label, make, file_name, mime, key=f"take_{file_name}", icon=":material/download:", on_click="ignore", help=help
    )


def _report(run: Run, data: Dataset) -> str:
    from ui.report.document import report  # here, because only a press of its button needs it

    return report(run, data, datetime.now(UTC))
