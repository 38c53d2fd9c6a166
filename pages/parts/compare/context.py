"""The data that the sections of the page share."""

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
    """The compared runs, as each section gets them.

    Attributes
    ----------
    jobs : mapping of str to Pinned
        The pinned runs by their names on this page, in the order of the pins.
    runs : mapping of str to Run
        The same runs without their rows.
    data : Dataset
        The split of the first run, and of all if they have the same split.
    rng : Generator
        Draws the intervals.
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
        A split with these rows as test rows.
    numbers : ndarray of shape (n,), int
        The displayed numbers of the rows.
    rng : Generator
        Draws the intervals.
    what : str
        The noun for what is compared: "run" or "model".
    """

    log_probas: Mapping[str, Floats]
    data: Dataset
    numbers: NDArray[np.int64]
    rng: Generator
    what: str = "run"
