"""The run that a link names: it is shown if it is held here, and trained again if it is not."""

from __future__ import annotations

import re

from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution import service
from ensemble.limits import limits
from ensemble.runs import budget
from ui.server import streamlit_requests
from ui.session import rows, runs, settings
from ui.session.state import state

ID = re.compile("[0-9a-f]{32}")
SECONDS_TO_WAIT, SECONDS_TO_WAIT_IN_A_CROWD = 0.8, 4.0
TRAINED_AGAIN = (
    "The run of this link is no longer held here, so it is trained again: the same settings give the same numbers. If it was "
    "trained on an uploaded file, upload that file again and press Train."
)
IS_GONE = "The run of this link is no longer held here. Press Train, and the same numbers come back: that takes {takes}."
ON_A_FILE = (
    "The run of this link was trained on an uploaded file, which no link contains. Upload it again and choose its rows. Then "
    "press Train, and the same numbers come back."
)
NO_RUN = "This link names no run of this app. Press Train to begin one with its settings."
LESSON_TRAINS = "This link asks to train at once, which takes {takes}. Look at the settings, and press Train to begin."
TOO_MUCH = "This link asks to train more than this server allows. The page “Train” says what to lower."


def read_run(text: str) -> list[str]:
    """Find a run again, unless it is on uploaded rows: the link would give these rows to anybody who has it."""
    found = service.current().job(text)
    if found and found.dataset.name != UPLOADED:
        state().job = found
        return []
    if settings.lesson().train or _is_gone(text):
        return []
    return [ON_A_FILE if found or text == UPLOADED else NO_RUN]


def write_run() -> str:
    """The run's name; of one on uploaded rows, that it is: nobody would find it by its name."""
    present = runs.job()
    if not present:
        return ""
    return UPLOADED if present.dataset.name == UPLOADED else present.id


def train_on_arrival(run: str) -> list[str]:
    """Train where a lesson asks for it, or the run that the link names is gone; what takes long waits for a press of Train.

    Parameters
    ----------
    run : str
        The run that the link names, or nothing.

    Returns
    -------
    list of str
        A sentence for people, if there is something to say.
    """
    lesson_asks = settings.lesson().train
    if runs.job() or not (lesson_asks or _is_gone(run)):
        return []
    cost = budget.classic_runs(settings.config(), budget.Rows.of(rows.dataset()))
    if cost > limits().run_budget:
        return [TOO_MUCH]
    if cost > limits().arrival_budget:
        takes = budget.in_words(cost, service.current().classic_seconds)
        return [(LESSON_TRAINS if lesson_asks else IS_GONE).format(takes=takes)]
    _train_and_wait_a_little()
    return [] if lesson_asks else [TRAINED_AGAIN]


def _is_gone(text: str) -> bool:
    """Whether a run of this name is not held here: the host was started again, or another process of it has the run."""
    return bool(ID.fullmatch(text)) and not service.current().job(text)


def _train_and_wait_a_little() -> None:
    runs.train()
    if begun := runs.job():
        with streamlit_requests.release_turn():
            # Those who came before the crowd had come wait with it: their pages, too, would ask for news seldom.
            if not begun.wait(SECONDS_TO_WAIT) and runs.is_in_a_crowd():
                begun.wait(SECONDS_TO_WAIT_IN_A_CROWD - SECONDS_TO_WAIT)
