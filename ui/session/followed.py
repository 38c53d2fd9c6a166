"""What a session shows of the lecture that is led in its room."""

from __future__ import annotations

from typing import NamedTuple

from ensemble.execution.jobs import Job


class Followed(NamedTuple):
    """What a session shows of the lecture of its room.

    Attributes
    ----------
    plan : str
        A digest of the plan.
    step : int
        From 0.
    has_begun : bool
        Whether the first step has been opened; before that people come in.
    view : str
        Whose offered view is shown in place of the step, to the lecturer alone; empty for nobody's.
    """

    plan: str
    step: int
    has_begun: bool = False
    view: str = ""


class BeforeView(NamedTuple):
    """What the lecturer's page showed before somebody's view; ``link`` is empty for a page that is no view."""

    link: str
    job: Job | None
    has_own_rows: bool
