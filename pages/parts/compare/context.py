"""What the sections of the page have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ensemble import Dataset, Run
from ensemble.probability.vectors import Floats
from ui.session.state import Pinned

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Context:
    """What each section is given.

    Attributes
    ----------
    jobs : mapping of str to Pinned
        What is pinned, by what it is called here, in the order of the pins.
    runs : mapping of str to Run
        Their runs, under the same names.
    data : Dataset
        What the first one was trained on; where all had the same split, what all were.
    rng : Generator
        Draws intervals.
    """

    jobs: Mapping[str, Pinned]
    runs: Mapping[str, Run]
    data: Dataset
    rng: Generator


@dataclass(frozen=True)
class SameRows:
    """Forecasts of the same rows, by runs or by the models of a file.

    Attributes
    ----------
    log_probas : mapping of str to ndarray of shape (n, classes)
        Log-probabilities (nats) by name, two to four.
    data : Dataset
        The rows are its test rows.
    numbers : ndarray of shape (n,), int
        Those that people know the rows by.
    rng : Generator
        Draws intervals.
    what : str
        What is compared: a run or a model.
    """

    log_probas: Mapping[str, Floats]
    data: Dataset
    numbers: NDArray[np.int64]
    rng: Generator
    what: str = "run"
