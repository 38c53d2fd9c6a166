"""How sure an ensemble is of rows that are moved out of the training range, one feature at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ensemble.datasets.table import Dataset
from ensemble.runs.run import Run

SURE = 0.9
BEYOND = 1.0
MAX_NUMBERS = 2_000_000


class FarWalks(NamedTuple):
    """Counts of sure forecasts, where rows are and where walks end.

    Attributes
    ----------
    rows, sure_rows : int
        Test rows, and how many of them have a top probability above the mark.
    walks, sure_walks : int
        Two for each row and feature, and how many of them end so.
    """

    rows: int
    sure_rows: int
    walks: int
    sure_walks: int


def far_walks(run: Run, data: Dataset, sure: float = SURE) -> FarWalks:
    """Move each feature of each test row one training range beyond all training rows, down and up.

    Parameters
    ----------
    run : Run
    data : Dataset
        What it was trained on. Of large data the first test rows are walked from; they are shuffled.
    sure : float, default 0.9
        The mark, 0..1.

    Returns
    -------
    FarWalks
    """
    x = data.x_test[: max(1, MAX_NUMBERS // (2 * data.features**2))]
    ends = np.where(data.high > data.low, 1.0, 0.0) + BEYOND  # on the scale of the training rows, which begins at 0
    sure_walks = 0
    for feature, end in enumerate(ends):
        for place in (-BEYOND, end):
            moved = np.array(x)
            moved[:, feature] = place
            sure_walks += int((run.predict_proba(moved).max(axis=1) > sure).sum())
    at_home = int((run.predict_proba(x).max(axis=1) > sure).sum())
    return FarWalks(len(x), at_home, 2 * data.features * len(x), sure_walks)
