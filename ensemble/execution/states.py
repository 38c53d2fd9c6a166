"""The states of a submission, and the times of its changes of state."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum


class JobState(StrEnum):
    """The state of a run, a group of runs or a sweep. Only the last three are final."""

    STARTING = "starting"  # waits for the first worker
    QUEUED = "queued"
    COMPILING = "compiling"
    TRAINING = "training"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (JobState.FINISHED, JobState.STOPPED, JobState.FAILED)


@dataclass
class Timing:
    """Times of events, in seconds of ``time.monotonic``; None for events that have not happened.

    Attributes
    ----------
    submitted_at, last_heartbeat : float
    started_at : float or None
        When a worker took it.
    training_at : float or None
        When training began, after compilation.
    updated_at : float or None
        When its last progress arrived.
    cancelled_at, ended_at : float or None
    """

    submitted_at: float = field(default_factory=time.monotonic)
    last_heartbeat: float = field(default_factory=time.monotonic)
    started_at: float | None = None
    training_at: float | None = None
    updated_at: float | None = None
    cancelled_at: float | None = None
    ended_at: float | None = None

    def heartbeat(self) -> None:
        self.last_heartbeat = time.monotonic()

    def start(self, is_training: bool = True) -> None:
        """A worker took it, and trains or compiles."""
        self.started_at = time.monotonic()
        self.training_at = self.started_at if is_training else None
        self.updated_at = None

    def begin_training(self) -> None:
        """Compilation has ended."""
        self.training_at = time.monotonic()

    def update(self) -> None:
        """Progress has arrived."""
        self.updated_at = time.monotonic()

    def restart(self) -> None:
        """Reset to waiting for a worker."""
        self.started_at = self.training_at = self.updated_at = None

    def take_stages(self, other: Timing) -> None:
        """It goes through the stages of another, such as a run that is trained for several."""
        self.started_at, self.training_at, self.updated_at = other.started_at, other.training_at, other.updated_at

    def skip_to_end(self) -> None:
        """Mark it as ended at submission, since it was trained before."""
        self.started_at = self.training_at = self.ended_at = self.submitted_at

    def cancel(self) -> None:
        self.cancelled_at = time.monotonic()

    def end(self) -> None:
        self.ended_at = time.monotonic()

    @property
    def wait_seconds(self) -> float | None:
        """From submission to the start, or to the end of what never started; None while it waits."""
        until = self.ended_at if self.started_at is None else self.started_at
        return None if until is None else max(0.0, until - self.submitted_at)

    @property
    def compile_seconds(self) -> float | None:
        """How long its program was compiled; None if it was compiled before, or still is."""
        if self.started_at is None or self.training_at is None or self.training_at <= self.started_at:
            return None
        return self.training_at - self.started_at

    @property
    def training_seconds(self) -> float:
        """How long it has trained, without compilation; 0 before it trains."""
        began, until = self.training_at, self.ended_at or self.updated_at
        return 0.0 if began is None or until is None else until - began


@dataclass(eq=False, kw_only=True)
class Lifecycle:
    """Base class with a state, a ``Timing`` and messages.

    Attributes
    ----------
    note : str
        A sentence for a person on what happened meanwhile, such as a lost worker.
    error : str
        A sentence for a person if it failed.
    refusals : int
        How often a worker failed before it began to train.
    """

    note: str = ""
    error: str = ""
    refusals: int = 0
    timing: Timing = field(default_factory=Timing)
    _state: JobState = JobState.QUEUED

    @property
    def state(self) -> JobState:
        """The state."""
        return self._state

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return not self._state.is_final

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has stopped it; it may go on training for a moment."""
        return self.timing.cancelled_at is not None

    def count_refusal(self) -> None:
        """Count a worker that failed before it began to train, such as one of another version."""
        self.refusals += 1

    def enter_final(self, state: JobState, error: str = "") -> None:
        """Mark it as ended, in this state."""
        self._state, self.error = state, error
        self.timing.end()


def seconds_since(moment: float | None) -> float:
    """Seconds since a moment of ``time.monotonic``; 0 for a moment that has not come."""
    return 0.0 if moment is None else time.monotonic() - moment
