"""Submitted runs, and groups of runs that are trained one after another."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.execution.lifecycle import Submission
from ensemble.execution.states import JobState, Timing
from ensemble.execution.training import RunToTrain, Training, TrainingQueue
from ensemble.runs.run import Run


class RunQueue(TrainingQueue, Protocol):
    """The part of the service that a run uses."""

    def is_alone(self, job: Job) -> bool:
        """Whether nobody waits for any other run."""

    def position(self, job: Job) -> int:
        """Position of a run in the queue: 1 is trained next; 0 for one that does not wait."""

    def wait_seconds(self, job: Job) -> float | None:
        """Estimated seconds until a run starts; None before any run has ended."""

    def find_trained(self, config: EnsembleConfig, dataset: Dataset) -> Run | None:
        """The run of this configuration and these rows that is held here. Holds the connection's lock."""

    def ended(self, job: Job) -> None:
        """A run has ended. Holds the connection's lock."""

    def reorder(self) -> None:
        """Another group is preferred."""


@dataclass(eq=False, kw_only=True)
class Job(RunToTrain, Submission):
    """A run that was submitted. Equal ones of several sessions share a training.

    Attributes
    ----------
    group : RunGroup or None
        The group that it belongs to.
    training : Training or None
        None for a run that was trained before.
    from_store : bool
        Whether it was trained before on this server, or came with the app, and was found.
    came_first : bool
        Whether its run began for it, not for an earlier job that asked for the same.
    """

    service: RunQueue = field(repr=False)
    group: RunGroup | None = field(default=None, repr=False)
    training: Training | None = field(default=None, repr=False)
    from_store: bool = False
    came_first: bool = True

    @classmethod
    def reopened(cls, run: Run, dataset: Dataset, owner: str, service: RunQueue, **fields: Any) -> Job:
        """The job of a run that was trained before, such as one from a file: it has ended."""
        state = JobState.STOPPED if run.status == "stopped" else JobState.FINISHED
        return cls(owner=owner, config=run.config, dataset=dataset, service=service, run=run, _state=state, **fields)

    @classmethod
    def found(cls, run: Run, dataset: Dataset, owner: str, service: RunQueue, **fields: Any) -> Job:
        """The job of a run that was trained before on this server: it has finished as soon as it was submitted."""
        job = cls.reopened(run, dataset, owner, service, from_store=True, **fields)
        job.timing.skip_to_end()
        return job

    @property
    def in_background(self) -> bool:
        """Whether its group trains behind what people ask for by a press."""
        return self.group is not None and self.group.background

    @property
    def losses(self) -> int:
        """How many workers were lost while they trained it."""
        return self.training.losses if self.training else 0

    @property
    def position(self) -> int:
        """Position in the queue: 1 is trained next; 0 if it does not wait."""
        return self.service.position(self)

    @property
    def begins_at_once(self) -> bool:
        """Whether there is a worker, and nobody waits for another run."""
        return self.state is not JobState.STARTING and self.service.is_alone(self)

    @property
    def wait_seconds(self) -> float | None:
        """Estimated seconds until it starts, from the durations of earlier runs; None before any has ended."""
        return self.service.wait_seconds(self)

    @property
    def epochs_per_second_so_far(self) -> float | None:
        """Measured training speed; None before its second progress."""
        return self.training.epochs_per_second_so_far if self.training else None

    def cancel(self) -> None:
        """Stop it; the run keeps its epochs so far. The training goes on if other sessions need the same run."""
        with self.service.connection.lock:
            if self.training and self.live and not self.is_cancelled:
                self.timing.cancel()
                self.training.leave(self)

    def wait_for_progress(self, seconds: float) -> bool:
        """Wait until it has trained epochs or has ended, at most so many seconds; returns whether it has."""
        return self.service.connection.wait_until(lambda: bool(self.run) or not self.live, seconds)

    def follow(self) -> None:
        """Update from its training."""
        if self.training:
            self._state, self.run = self.training.state, self.training.run
            self.note, self.refusals = self.training.note, self.training.refusals
            self.timing.take_stages(self.training.timing)

    def end(self, state: JobState, run: Run | None, error: str = "") -> None:
        """Mark it as ended, with its training or without it."""
        self.run = run
        self.enter_final(state, error)
        self.service.ended(self)


@dataclass(eq=False, kw_only=True)
class RunGroup(Submission):
    """Several runs that are trained one after the other, so that a single run of others waits for one of them at most.

    Attributes
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train.
    jobs : list of Job
        Those that were begun or found, in the order of the plan.
    background : bool
        Whether it trains only while nobody waits for a run that was asked for by a press.
    given : mapping of int to Run
        By position in the plan: runs that need no training.
    preferred_at : float
        When it was preferred last, in seconds of ``time.monotonic``; 0 for never.
    """

    plan: Sequence[tuple[EnsembleConfig, Dataset]] = field(repr=False)
    service: RunQueue = field(repr=False)
    jobs: list[Job] = field(default_factory=list, repr=False)
    background: bool = False
    given: Mapping[int, Run] = field(default_factory=dict, repr=False)
    preferred_at: float = 0.0

    @property
    def state(self) -> JobState:
        """The state of its present run, until the group ends."""
        if not self.live:
            return self._state
        present = self.jobs[-1].state
        return JobState.TRAINING if present.is_final else present

    @property
    def runs(self) -> list[Run]:
        """The runs that have finished, in the order of the plan; a diverged one keeps its last good state."""
        return [job.run for job in self.jobs if job.state is JobState.FINISHED and job.run]

    @property
    def complete(self) -> bool:
        """Whether every run of the plan has finished."""
        return len(self.runs) == len(self.plan)

    def heartbeat(self) -> None:
        super().heartbeat()
        self.jobs[-1].heartbeat()

    def prefer(self) -> None:
        """Train it before the other groups of its session, such as when its page is opened."""
        self.preferred_at = time.monotonic()
        self.service.reorder()

    def cancel(self) -> None:
        """Stop its present run, and begin no other."""
        with self.service.connection.lock:  # so that the present run does not end meanwhile, and the next one begins
            self.jobs[-1].cancel()

    def begin_next(self) -> Job | None:
        """The next run of the plan that has to be trained, after those that are found; None if all have finished."""
        while len(self.jobs) < len(self.plan):
            position = len(self.jobs)
            config, dataset = self.plan[position]
            run = self.given.get(position) or self.service.find_trained(config, dataset)
            if not run:
                watched = Timing(last_heartbeat=self.timing.last_heartbeat)
                job = Job(config=config, dataset=dataset, timing=watched, **self._shared())
                self.jobs.append(job)
                return job
            self.jobs.append(Job.found(run, dataset, **self._shared()))
        self.enter_final(JobState.FINISHED)
        return None

    def advance(self) -> Job | None:
        """After its present run has ended: the next one to train, or None if the group has ended."""
        last = self.jobs[-1]
        # A run may finish by itself before its worker is told to stop.
        if last.state is JobState.FINISHED and (self.complete or not last.is_cancelled):
            return self.begin_next()
        self.enter_final(JobState.STOPPED if last.state is JobState.FINISHED else last.state, last.error)
        return None

    def _shared(self) -> dict[str, Any]:
        return {"owner": self.owner, "service": self.service, "address": self.address, "group": self}
