"""Single runs that were submitted, and groups of runs that are trained one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.execution import sentences
from ensemble.execution.lifecycle import Dispatcher, Submission, Task
from ensemble.execution.states import JobState, Timing
from ensemble.runs.progress import with_progress
from ensemble.runs.run import Run
from ensemble.worker import PROGRESS


class RunQueue(Dispatcher, Protocol):
    """What a run asks of its service."""

    @property
    def live(self) -> int:
        """How many runs have not ended."""

    def position(self, job: Job) -> int:
        """Position of a run in the queue: 1 is trained next; 0 for one that does not wait."""

    def wait_seconds(self, job: Job) -> float | None:
        """Estimated seconds until a run starts; None before any run has ended."""

    def ended(self, job: Job) -> None:
        """A run has ended. Holds the connection's lock."""


@dataclass(eq=False, kw_only=True)
class Job(Submission, Task):
    """A run that was submitted.

    Attributes
    ----------
    config : EnsembleConfig
    dataset : Dataset
    epochs_per_second : float or None
        Train no faster than this.
    group : RunGroup or None
        The group that it belongs to.
    run : Run or None
        Grows while it trains; None before the first epochs.
    attempts : int
        How often it was to be sent again.
    """

    words: ClassVar = sentences.OF_A_RUN

    config: EnsembleConfig
    dataset: Dataset = field(repr=False)
    service: RunQueue = field(repr=False)
    epochs_per_second: float | None = None
    group: RunGroup | None = field(default=None, repr=False)
    run: Run | None = field(default=None, repr=False)
    attempts: int = 0
    _epochs_at_first: int = 0

    @classmethod
    def reopened(cls, run: Run, dataset: Dataset, owner: str, service: RunQueue) -> Job:
        """The job of a run that was trained before, such as one from a file: it has ended."""
        state = JobState.STOPPED if run.status == "stopped" else JobState.FINISHED
        return cls(owner=owner, config=run.config, dataset=dataset, service=service, run=run, _state=state)

    def __str__(self) -> str:
        return str(self.config)

    @property
    def position(self) -> int:
        """Position in the queue: 1 is trained next; 0 if it does not wait."""
        return self.service.position(self)

    @property
    def begins_at_once(self) -> bool:
        """Whether there is a worker, and no other run."""
        return self.state is not JobState.STARTING and self.service.live == 1

    @property
    def wait_seconds(self) -> float | None:
        """Estimated seconds until it starts, from the durations of earlier runs; None before any has ended."""
        return self.service.wait_seconds(self)

    @property
    def epochs_per_second_so_far(self) -> float | None:
        """Measured training speed; None before its second progress."""
        run, began, updated = self.run, self.timing.training_at, self.timing.updated_at
        if not run or began is None or updated is None or run.epochs <= self._epochs_at_first:
            return None
        return (run.epochs - self._epochs_at_first) / (updated - began)

    def cancel(self) -> None:
        """Stop it; the run keeps what was trained so far."""
        with self.service.connection.lock:
            if not self.live or self.is_cancelled:
                return
            self.timing.cancel()
            self.service.withdraw(self)
            if self._state is not JobState.TRAINING:
                self.stop()

    def wait_for_progress(self, seconds: float) -> bool:
        """Wait until it has trained epochs or has ended, at most so many seconds; returns whether it has."""
        return self.service.connection.wait_until(lambda: bool(self.run) or not self.live, seconds)

    def handle(self, message: dict[str, Any]) -> None:
        was_queued = self._state is JobState.QUEUED
        self.worker = message["worker"]
        if message["event"] == PROGRESS:
            self._update(message["progress"])
        else:
            self._state = JobState(message["event"])
            self.timing.start(is_training=self._state is JobState.TRAINING)
            self._epochs_at_first = 0
        if was_queued:
            self.service.dispatch()

    def complete(self, result: Run) -> None:
        self._end(JobState.STOPPED if result.status == "stopped" else JobState.FINISHED, result)

    def stop(self) -> None:
        self._end(JobState.STOPPED, self.run)

    def fail(self, sentence: str) -> None:
        self._end(JobState.FAILED, self.run, sentence)

    def requeue(self, note: str = "") -> None:
        if self.future:
            self._reset(note)
        self.future, self.attempts = None, self.attempts + 1
        self.service.dispatch()

    def restart(self) -> None:
        self._reset(self.words.lost)

    def time_out(self, minutes: int) -> None:
        self.fail(sentences.TOO_LONG.format(minutes=minutes))

    def _update(self, progress: dict[str, Any]) -> None:
        self.run = with_progress(self.run or Run.before_training(self.config, self.dataset, ()), progress)
        if self._state is JobState.COMPILING:
            self._epochs_at_first = self.run.epochs
            self.timing.begin_training()
        self._state = JobState.TRAINING
        self.timing.update()

    def _reset(self, note: str) -> None:
        if note:
            self.note = note.format(epoch=f" in epoch {self.run.epochs}" if self.run else "")
        self.run, self.worker = None, ""
        self.timing.restart()
        self._state = JobState.QUEUED

    def _end(self, state: JobState, run: Run | None, error: str = "") -> None:
        if not self.live:
            return
        if run and run.status == "training":
            stopped = sentences.STOPPED_AFTER.format(epochs=run.epochs, total=self.config.total_epochs)
            run = run.ended("stopped", error or stopped)
        self.run, self.error, self._state = run, error, state
        self.timing.end()
        self.service.ended(self)
        self.future = None


@dataclass(eq=False, kw_only=True)
class RunGroup(Submission):
    """Several runs that are trained one after the other, so that a single run of others waits for one of them at most.

    Attributes
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train.
    jobs : list of Job
        Those that were begun, in the order of the plan.
    """

    plan: Sequence[tuple[EnsembleConfig, Dataset]] = field(repr=False)
    service: RunQueue = field(repr=False)
    jobs: list[Job] = field(default_factory=list, repr=False)

    @property
    def state(self) -> JobState:
        """Where it is: that of its present run, until it ends."""
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
        self.jobs[-1].heartbeat()

    def cancel(self) -> None:
        """Stop its present run, and begin no other."""
        with self.service.connection.lock:  # so that the present run does not end meanwhile, and the next one begins
            self.jobs[-1].cancel()

    def begin_next(self) -> Job:
        """The next run of the plan as a job."""
        config, dataset = self.plan[len(self.jobs)]
        watched = Timing(last_heartbeat=self.jobs[-1].timing.last_heartbeat) if self.jobs else Timing()
        job = Job(
            owner=self.owner,
            config=config,
            dataset=dataset,
            service=self.service,
            address=self.address,
            group=self,
            timing=watched,
        )
        self.jobs.append(job)
        return job

    def advance(self) -> Job | None:
        """After its present run has ended: the next one, or None if the group has ended with it."""
        last = self.jobs[-1]
        # A run may finish by itself before its worker is told to stop.
        if last.state is JobState.FINISHED and not last.is_cancelled and not self.complete:
            return self.begin_next()
        self.error = last.error
        self._state = last.state if self.complete or last.state is not JobState.FINISHED else JobState.STOPPED
        self.timing.end()
        return None
