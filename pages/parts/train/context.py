"""What the sections of the page have in common."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import Job


@dataclass(frozen=True)
class Context:
    """What each section is given.

    Attributes
    ----------
    config : EnsembleConfig
        The settings that the controls show.
    data : Dataset
        The split that they ask for.
    ended : Job or None
        The session's run, once nothing happens to it any more.
    notices : list of str
        What could not be taken as the link has it.
    too_much : str
        Why the host does not train these settings; empty if it does.
    """

    config: EnsembleConfig
    data: Dataset
    ended: Job | None
    notices: list[str]
    too_much: str
