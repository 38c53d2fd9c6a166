"""The data that the sections of the page share."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, EnsembleConfig
from ensemble.execution.jobs import Job


@dataclass(frozen=True)
class Context:
    """The chosen settings and the session's run, as each section gets them.

    Attributes
    ----------
    config : EnsembleConfig
        The settings of the controls.
    data : Dataset
        The chosen split.
    ended : Job or None
        The session's run, if it has ended.
    notices : list of str
        Messages on parts of the link that could not be used.
    too_much : str
        Why the host does not train these settings; empty if it does.
    """

    config: EnsembleConfig
    data: Dataset
    ended: Job | None
    notices: list[str]
    too_much: str
