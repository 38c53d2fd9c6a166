"""The lecture in a session's room, as the session shows it."""

from __future__ import annotations

from typing import NamedTuple

from ensemble.execution.jobs import Job


class Followed(NamedTuple):
    """The lecture in a session's room, as the session shows it.

    Attributes
    ----------
    plan : str
        A digest of the plan.
    step : int
        From 0.
    has_begun : bool
        Whether the first step has been opened; until then the invitation is shown.
    view : str
        The name of the offered view that the lecturer sees instead of the step; empty for none.
    """

    plan: str
    step: int
    has_begun: bool = False
    view: str = ""


class BeforeView(NamedTuple):
    """The lecturer's page before an offered view was shown; ``link`` is empty if that page had no view."""

    link: str
    job: Job | None
    has_own_rows: bool
