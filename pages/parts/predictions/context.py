"""What the sections of the page are given."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, Run


@dataclass(frozen=True)
class Context:
    """A run with weights, and what it was trained on.

    Attributes
    ----------
    run : Run
    data : Dataset
    run_id : str
        Changes when the run changes.
    ghost : Run or None
        The run before it, if both judge the same test rows.
    """

    run: Run
    data: Dataset
    run_id: str
    ghost: Run | None
