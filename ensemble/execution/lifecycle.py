"""Submissions of sessions, and the tasks that workers train for them.

A ``Submission`` is a run, a group of runs or a sweep. A ``Task`` is what one worker trains without interruption: a run, or a
chunk of a sweep. ``task_service`` calls a task's methods at each event, and only these methods set its fields.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from ensemble.execution.connection import Connection
from ensemble.execution.sentences import TaskSentences
from ensemble.execution.states import JobState, Lifecycle, Timing


class Dispatcher(Protocol):
    """The part of the service that a submission uses. Both methods are called with the connection's lock held."""

    @property
    def connection(self) -> Connection:
        """The connection to the workers; its lock guards the submission's fields."""

    def dispatch(self) -> None:
        """Send what waits, as far as the workers have room; soon, not at once."""

    def withdraw(self, task: Task) -> None:
        """Have a worker stop training for a task, or take it back from the scheduler."""


@dataclass(eq=False, kw_only=True)
class Submission(Lifecycle, ABC):
    """A submission of a session.

    Attributes
    ----------
    id : str
        122 random bits, so that it may stand in a link.
    owner : str
        The session that it belongs to.
    address : str
        Network address of that session; empty if it is not known.
    """

    owner: str
    service: Dispatcher = field(repr=False)
    address: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def state(self) -> JobState:
        """The state; ``STARTING`` as long as it waits and there is no worker."""
        if self._state is JobState.QUEUED and not self.service.connection.workers:
            return JobState.STARTING
        return self._state

    @property
    def session(self) -> str:
        """The session that it belongs to, without the name of the experiment."""
        return self.owner.split("/")[0]

    @property
    def person(self) -> str:
        """The person in the queue: an address with all its sessions, or a session whose address is unknown."""
        return self.address or self.session

    def heartbeat(self) -> None:
        """Record that somebody watches it. Without a heartbeat for a minute a run is stopped, and a sweep pauses."""
        self.timing.heartbeat()

    @abstractmethod
    def cancel(self) -> None:
        """Stop it; what was trained so far is kept."""

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so many seconds; returns whether it has."""
        return self.service.connection.wait_until(lambda: not self.live, seconds)


@dataclass(eq=False, kw_only=True)
class Task(ABC):
    """A run or a chunk of a sweep, which one worker trains without interruption.

    Attributes
    ----------
    id : str
        By which workers report on it.
    worker : str
        Address of the worker that trains it; empty if none does.
    losses : int
        How many workers were lost while they trained it.
    turn : int
        Its number in the order in which tasks were sent; 0 before.
    future : distributed.Future or None
        None before it is sent and after it has ended: a future that is held makes Dask train again when a worker is lost.
    """

    words: ClassVar[TaskSentences]

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    worker: str = ""
    losses: int = 0
    turn: int = 0
    future: Any = field(default=None, repr=False)
    timing: Timing = field(default_factory=Timing)

    @property
    @abstractmethod
    def live(self) -> bool:
        """Whether its result is still waited for."""

    @property
    @abstractmethod
    def is_cancelled(self) -> bool:
        """Whether it is to be stopped."""

    @property
    @abstractmethod
    def refusals(self) -> int:
        """How often a worker failed before it began to train."""

    def dispatched(self, future: Any, turn: int) -> None:
        """It was sent to the scheduler."""
        self.future, self.turn = future, turn

    def release(self) -> None:
        """Its future has ended."""
        self.future = None

    @abstractmethod
    def handle(self, message: dict[str, Any]) -> None:
        """A worker reports on it; see ``ensemble.worker``."""

    @abstractmethod
    def complete(self, result: Any) -> None:
        """A worker has returned its result."""

    @abstractmethod
    def stop(self) -> None:
        """It was cancelled and no longer trains."""

    @abstractmethod
    def fail(self, sentence: str) -> None:
        """Give it up, with a sentence for those who have submitted it."""

    def reject(self, sentence: str) -> None:
        """Its settings cannot be trained with its rows; the sentence says why."""
        self.fail(sentence)

    @abstractmethod
    def count_refusal(self) -> None:
        """A worker failed before it began to train, such as one of another version."""

    @abstractmethod
    def requeue(self, note: str = "") -> None:
        """It is to be sent again."""

    def lose(self) -> None:
        """Its worker was lost."""
        self.losses += 1

    @abstractmethod
    def restart(self) -> None:
        """Its worker was lost, and Dask trains it again on another."""

    @abstractmethod
    def time_out(self, minutes: int) -> None:
        """It has trained for longer than so many minutes."""
