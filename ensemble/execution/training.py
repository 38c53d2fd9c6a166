"""The training of a run on a worker, for all jobs that have asked for that run."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.execution import sentences
from ensemble.execution.lifecycle import Dispatcher, Task
from ensemble.execution.run_store import RunKey
from ensemble.execution.states import JobState, Lifecycle
from ensemble.runs.progress import with_progress
from ensemble.runs.run import Run
from ensemble.worker import PROGRESS

if TYPE_CHECKING:
    from ensemble.execution.jobs import Job

_in_background = attrgetter("in_background")


class TrainingQueue(Dispatcher, Protocol):
    """The part of the service that a training uses."""

    def training_ended(self, training: Training) -> None:
        """A training has ended, and its jobs with it. Holds the connection's lock."""


@dataclass(eq=False, kw_only=True)
class RunToTrain(Lifecycle):
    """A run from its settings to its end: as one session has submitted it, or as a worker trains it for several.

    Attributes
    ----------
    config : EnsembleConfig
    dataset : Dataset
    epochs_per_second : float or None
        Train no faster than this.
    run : Run or None
        Grows while it trains; None before the first epochs.
    """

    config: EnsembleConfig
    dataset: Dataset = field(repr=False)
    epochs_per_second: float | None = None
    run: Run | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return str(self.config)


@dataclass(eq=False, kw_only=True)
class Training(RunToTrain, Task):
    """A run that is trained once for all jobs that ask for it, and goes on while there is one.

    Attributes
    ----------
    key : RunKey or None
        By which equal runs are found; None if it is not shared.
    jobs : list of Job
        Those that ask for it, at least one; first come first.
    attempts : int
        How often it was to be sent again.
    """

    words: ClassVar = sentences.OF_A_RUN

    service: TrainingQueue = field(repr=False)
    key: RunKey | None = field(default=None, repr=False)
    jobs: list[Job] = field(default_factory=list, repr=False)
    attempts: int = 0
    _epochs_at_first: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a worker."""
        return self.state is JobState.QUEUED

    @property
    def is_running(self) -> bool:
        """Whether a worker compiles or trains it."""
        return self.state in (JobState.COMPILING, JobState.TRAINING)

    @property
    def in_background(self) -> bool:
        """Whether nobody has asked for it by a press."""
        return all(map(_in_background, self.jobs))

    @property
    def asked_by(self) -> Job:
        """Whose turn in the queue it takes: that of the first job that was asked for by a press, or of the first of all."""
        return next(filterfalse(_in_background, self.jobs), self.jobs[0])

    @property
    def person(self) -> str:
        """See ``Submission``."""
        return self.asked_by.person

    @property
    def preferred_at(self) -> float:
        """When the page of one of its groups was opened last; 0 for none."""
        return max(job.group.preferred_at if job.group else 0.0 for job in self.jobs)

    @property
    def epochs_per_second_so_far(self) -> float | None:
        """Measured speed; None before its second progress."""
        run, began, updated = self.run, self.timing.training_at, self.timing.updated_at
        if not run or began is None or updated is None or run.epochs <= self._epochs_at_first:
            return None
        return (run.epochs - self._epochs_at_first) / (updated - began)

    def join(self, job: Job) -> None:
        """Train for this job too."""
        job.came_first = not self.jobs
        self.jobs.append(job)
        job.training = self
        job.follow()

    def leave(self, job: Job) -> None:
        """Remove a cancelled job, which keeps its epochs so far; without jobs the training is cancelled."""
        if len(self.jobs) > 1:
            self.jobs.remove(job)
            job.end(JobState.STOPPED, self._stopped())
            return
        self.timing.cancel()
        self.service.withdraw(self)
        if self.state is not JobState.TRAINING:
            self.stop()

    def take_back(self, task_id: str) -> None:
        """It was stopped on its worker for another one and is sent again, under this id: late reports on it do not count."""
        self.id, self.future, self.attempts = task_id, None, self.attempts + 1
        self._reset("")
        self.service.dispatch()

    def handle(self, message: dict[str, Any]) -> None:
        was_waiting = self.is_waiting
        self.worker = message["worker"]
        if message["event"] == PROGRESS:
            self._update(message["progress"])
        else:
            self._state = JobState(message["event"])
            self.timing.start(is_training=self.state is JobState.TRAINING)
            self._epochs_at_first = 0
        self._update_jobs()
        if was_waiting:
            self.service.dispatch()

    def complete(self, result: Run) -> None:
        self._end(JobState.STOPPED if result.status == "stopped" else JobState.FINISHED, result)

    def stop(self) -> None:
        self._end(JobState.STOPPED, self._stopped())

    def fail(self, sentence: str) -> None:
        self._end(JobState.FAILED, self._stopped(sentence), sentence)

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
        if self.state is JobState.COMPILING:
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
        self._update_jobs()

    def _stopped(self, reason: str = "") -> Run | None:
        """The epochs so far as a stopped run."""
        if not self.run or self.run.status != "training":
            return self.run
        stopped = sentences.STOPPED_AFTER.format(epochs=self.run.epochs, total=self.config.total_epochs)
        return self.run.ended("stopped", reason or stopped)

    def _update_jobs(self) -> None:
        for job in self.jobs:
            job.follow()

    def _end(self, state: JobState, run: Run | None, error: str = "") -> None:
        if not self.live:
            return
        self.run = run
        self.enter_final(state, error)
        self.service.training_ended(self)
        self.future = None
