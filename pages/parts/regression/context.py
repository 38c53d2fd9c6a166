"""The data that the parts of the page share: the rows, and the net trained with several seeds."""

from __future__ import annotations

from dataclasses import dataclass

from ensemble import Dataset, Run
from ensemble.execution.jobs import Job
from ui import caches
from ui.session.state import Related
from ui.widgets.experiment.related import show_what_is_missing


@dataclass(frozen=True)
class Context:
    """The rows and runs, as each part gets them.

    Attributes
    ----------
    data : Dataset
        The chosen split, for regressions, which need no trained net.
    shown : Job
        The run that the page shows.
    related : Related
        The same run with several seeds, as far as they are trained.
    """

    data: Dataset
    shown: Job
    related: Related


@dataclass(frozen=True)
class OverSeeds:
    """The net trained with several seeds of its weights and batches on one split.

    Attributes
    ----------
    runs : list of Run
    data : Dataset
        The split.
    key : str
        The id of these runs, for caches.
    """

    runs: list[Run]
    data: Dataset
    key: str


def over_seeds(context: Context) -> OverSeeds | None:
    """The net with several seeds; None, with a message on the page, until all of them are trained."""
    related = context.related
    if show_what_is_missing("seeds", related, related.plan.keys()) or not related.runs:
        return None
    data = context.shown.dataset
    return OverSeeds(list(related.runs.values()), data, caches.runs_key(related.runs, data))
