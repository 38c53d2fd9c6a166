"""What has been asked for and is on its way: one run, several runs one after the other."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.runs.run import Run

if TYPE_CHECKING:
    from ensemble.execution.service import Service

UNEXPECTED = "Training failed for a reason that the app did not expect; its log says more. Press Train to try again."
TOO_LONG = "Training took longer than {minutes} minutes and was stopped. Choose fewer epochs or a smaller ensemble."

State = Literal["starting", "queued", "compiling", "training", "done", "stopped", "failed"]


@dataclass(eq=False)
class Job:
    """One training run on its way.

    Attributes
    ----------
    id : str
        Cannot be guessed, so that it may stand in a link.
    owner : str
        The session that it belongs to.
    address : str
        Where that session comes from; empty if nothing is known.
    run : Run or None
        Grows while it trains; None before the first epochs.
    error : str
        A sentence for a person if it failed.
    note : str
        A sentence for a person on what happened meanwhile, such as a lost worker.
    """

    owner: str
    config: EnsembleConfig
    dataset: Dataset
    epochs_per_second: float | None
    service: Service = field(repr=False)
    address: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    run: Run | None = field(default=None, repr=False)
    error: str = ""
    note: str = ""
    phase: Literal["waiting", "compiling", "training", "done", "stopped", "failed"] = "waiting"
    worker: str = ""
    losses: int = 0
    sent: int = 0
    turn: int = 0
    future: Any = field(default=None, repr=False)
    asked_at: float = field(default_factory=time.monotonic)
    seen_at: float = field(default_factory=time.monotonic)
    phase_at: float = field(default_factory=time.monotonic)
    began_at: float = 0.0
    first_epochs: int = 0
    first_epochs_at: float = 0.0
    cancelled_at: float = 0.0
    series: RunGroup | None = field(default=None, repr=False)

    @property
    def person(self) -> str:
        """Whom the queue takes for one person: all of one address, or a session without one."""
        return self.address or self.owner.split("/")[0]

    @property
    def state(self) -> State:
        """Where it is: starting (no worker yet), queued, compiling, training, done, stopped or failed."""
        if self.phase == "waiting":
            return "queued" if self.service.workers else "starting"
        return self.phase

    @property
    def live(self) -> bool:
        """Whether something may still happen to it."""
        return self.phase in ("waiting", "compiling", "training")

    @property
    def position(self) -> int:
        """Place in the queue: 1 is served next; 0 once it is in work or has ended."""
        return self.service.position(self)

    @property
    def begins_at_once(self) -> bool:
        """Whether a process is there for it, and nobody else asks for one."""
        return self.state != "starting" and self.service.live == 1

    @property
    def wait_seconds(self) -> float | None:
        """Estimated seconds until it starts, from how long earlier jobs took; None if nothing is known yet."""
        return self.service.wait_seconds(self)

    @property
    def epochs_per_second_so_far(self) -> float | None:
        """Measured training speed; None before there are two news of it."""
        if not self.run or self.run.epochs <= self.first_epochs:
            return None
        return (self.run.epochs - self.first_epochs) / (self.phase_at - self.first_epochs_at)

    @property
    def training_seconds(self) -> float:
        """How long it has trained, compilation not counted."""
        return self.phase_at - (self.first_epochs_at or self.phase_at)

    @property
    def compiling_seconds(self) -> float | None:
        """How long its program was compiled; None if it was there already."""
        return self.first_epochs_at - self.began_at if self.first_epochs_at > self.began_at else None

    def touch(self) -> None:
        """A sign of life from somebody who watches; a job without one for a minute is stopped."""
        self.seen_at = time.monotonic()

    def cancel(self) -> None:
        """Stop it; the run keeps what was trained so far."""
        self.service.cancel(self)

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until it has epochs to show or has ended, at most so long; whether it has."""
        return self.service.wait_until(lambda: bool(self.run) or not self.live, seconds)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so long; whether it has."""
        return self.service.wait_until(lambda: not self.live, seconds)


@dataclass(eq=False)
class RunGroup:
    """Several runs, one after the other: whoever asks for a single run meanwhile waits for one of them at most.

    Attributes
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train.
    id : str
        Another one for every series.
    jobs : list of Job
        What has been submitted so far, in this order.
    live : bool
        Whether something may still happen.
    """

    owner: str
    plan: Sequence[tuple[EnsembleConfig, Dataset]]
    service: Service = field(repr=False)
    address: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    jobs: list[Job] = field(default_factory=list, repr=False)
    live: bool = True

    @property
    def runs(self) -> list[Run]:
        """The runs that have ended well, in the order of the plan; a diverged one keeps its last good state."""
        return [job.run for job in self.jobs if job.phase == "done" and job.run]

    @property
    def complete(self) -> bool:
        """Whether every run of the plan has ended well."""
        return len(self.runs) == len(self.plan)

    @property
    def error(self) -> str:
        """A sentence for a person if it failed."""
        return self.jobs[-1].error

    def touch(self) -> None:
        """A sign of life from somebody who watches; as for a job."""
        self.jobs[-1].touch()

    def cancel(self) -> None:
        """Stop the run that is on its way, and begin no other."""
        self.service.cancel_series(self)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so long; whether it has."""
        return self.service.wait_until(lambda: not self.live, seconds)

    def begin_next(self) -> Job:
        """The job of the next run of the plan."""
        config, dataset = self.plan[len(self.jobs)]
        job = Job(self.owner, config, dataset, None, self.service, self.address, series=self)
        if self.jobs:
            job.seen_at = self.jobs[-1].seen_at
        self.jobs.append(job)
        return job
