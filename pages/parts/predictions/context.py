"""The data that the sections of the page share."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, Run


@dataclass(frozen=True)
class Context:
    """A run with weights, and its split.

    Attributes
    ----------
    run : Run
    data : Dataset
    run_id : str
        A key that changes when the run changes.
    ghost : Run or None
        The previous run, if both have the same rows.
    """

    run: Run
    data: Dataset
    run_id: str
    ghost: Run | None
