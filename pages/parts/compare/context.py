"""What the sections of the page have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ensemble import Dataset, Run
from ui.session.state import Pinned

if TYPE_CHECKING:
    from numpy.random import Generator


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
