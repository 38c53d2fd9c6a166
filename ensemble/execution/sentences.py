"""Sentences for people on what happens to runs and sweeps; those of a page's own are in ``ui``."""

from __future__ import annotations

from typing import NamedTuple

NO_SCHEDULER = "The scheduler of the training cluster does not answer. The run waits, and starts as soon as it does."
NO_START = (
    "The training process cannot be started on this server at the moment; its log says why. The run waits, and starts as soon "
    "as it can."
)
NO_WORKERS = "The training cluster has no worker at the moment. The run waits for one."
OTHER_VERSION = (
    "The worker at {worker} was refused: it runs another version of Softmax Lab ({found}; the app is {own}). "
    "Update it and start it again."
)

UNEXPECTED = "Training failed for a reason that the app did not expect; its log says more. Press Train to try again."
TOO_LONG = "Training took longer than {minutes} minutes and was stopped. Choose fewer epochs or a smaller ensemble."
TOO_LONG_TOGETHER = "Some runs took longer than {minutes} minutes together. Each is tried again alone."
STOPPED_AFTER = "Stopped after epoch {epochs} of {total}."

FULL_OF_RUNS = "The host is full: {waiting} runs wait already. Your settings are kept; press Train again {when}."
FULL_OF_SWEEPS = "The host is full: {sweeps} sweeps are under way already. Your settings are kept; try again in a few minutes."
FULL_OF_ROWS = (
    "The host is full: sweeps hold as many rows as its memory allows. Your settings are kept; try again in a few minutes, or "
    "with fewer rows."
)
SPEED_NOT_POSITIVE = "The speed has to be a positive number of epochs per second."
EMPTY_GROUP = "A group needs at least one run."
EMPTY_SWEEP = "A sweep needs at least one run."
NO_KERAS_YET = "The training process is busy or still starting, so the Keras file could not be built; try again in a minute."
NO_KERAS = "The training process could not build the Keras file; try again."


class TaskSentences(NamedTuple):
    """What a person reads about a task that does not go as planned.

    Attributes
    ----------
    lost : str
        Its worker was lost for the first time.
    lost_twice : str
        Its worker was lost for the second time.
    replaced : str
        Its worker was ended because of another task; empty if nothing needs to be said.
    disconnected : str
        The connection to the scheduler was lost.
    """

    lost: str
    lost_twice: str
    replaced: str
    disconnected: str


OF_A_RUN = TaskSentences(
    lost="The training process was lost{epoch}. The run starts again from the beginning.",
    lost_twice="The training process was lost twice, so this run was given up. Try a smaller ensemble, or press Train again.",
    replaced="The training process was replaced{epoch}, because of another run. Yours starts again from the beginning.",
    disconnected="The connection to the training processes was lost. The run starts again as soon as they are back.",
)
OF_A_CHUNK = TaskSentences(
    lost="A training process was lost. What it was at, {runs} of {total} runs, is trained again.",
    lost_twice="The training process was lost twice with this run, so it was given up.",
    replaced="",
    disconnected=(
        "The connection to the training processes was lost. Finished runs are kept; the others go on as soon as it is back."
    ),
)
