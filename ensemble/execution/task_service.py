"""The life of a task between the web process and the workers: sent, started, lost, sent again, timed out, ended."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import partial
from itertools import count
from typing import Any, Generic, TypeVar

from ensemble.errors import InputError
from ensemble.execution import sentences
from ensemble.execution.connection import Connection, outcome
from ensemble.execution.lifecycle import Task
from ensemble.execution.states import seconds_since
from ensemble.limits import Limits
from ensemble.worker import PROGRESS

MAX_LOSSES = 1
MAX_REFUSALS = 5

log = logging.getLogger(__name__)

AnyTask = TypeVar("AnyTask", bound=Task)


class TaskService(ABC, Generic[AnyTask]):
    """Sends tasks of one kind, and calls their methods at each event.

    Parameters
    ----------
    connection : Connection
        To the workers. Its lock guards all tasks.
    limits : Limits
        What the host allows.
    watcher_timeout : float
        Seconds without a heartbeat after which nobody is taken to watch.
    max_seconds : float
        How long a worker may train a task, without the time that a slow run waits.
    """

    def __init__(self, connection: Connection, limits: Limits, watcher_timeout: float, max_seconds: float):
        self.connection = connection
        self.limits = limits
        self.watcher_timeout = watcher_timeout
        self.max_seconds = max_seconds
        self._turns = count(1)

    @abstractmethod
    def tasks(self) -> Collection[AnyTask]:
        """The tasks that are to be sent, were sent, or are being trained."""

    @abstractmethod
    def find_task(self, task_id: str) -> AnyTask | None:
        """The task that a worker may go on training; None if it is to stop."""

    @abstractmethod
    def dispatch(self) -> None:
        """Send what waits, as far as the workers have room; soon, not at once."""

    @abstractmethod
    def submit_task(self, task: AnyTask) -> Any:
        """Submit a task to the scheduler, without the lock; its future, or None if the scheduler cannot be reached."""

    def send(self, task: AnyTask) -> bool:
        """Send a task, without the lock; returns whether the scheduler took it."""
        future = self.submit_task(task)
        if not future:
            return False
        task.dispatched(future, next(self._turns))
        future.add_done_callback(partial(self._on_done, task))
        if task.is_cancelled or not task.live:
            future.cancel()
        return True

    def withdraw(self, task: Task) -> None:
        """Have a worker stop training for a task, or take it back from the scheduler."""
        if task.worker:
            self.connection.stop_on_worker(task.id, task.worker)
        else:
            self.drop(task)

    def drop(self, task: Task) -> None:
        """Have the scheduler forget a task."""
        if task.future:
            self.connection.call_soon(task.future.cancel)

    def worker_event(self, message: dict[str, Any]) -> None:
        """A worker reports on a task; one that is no longer wanted is stopped there."""
        task = self.find_task(message["job"])
        if task:
            task.handle(message)
        elif message["event"] != PROGRESS:
            self.connection.stop_on_worker(message["job"], message["worker"])

    def worker_added(self) -> None:
        self.dispatch()

    def worker_removed(self, worker: str, was_replaced: bool) -> None:
        """A worker is lost; its tasks are not blamed if it was replaced because of another one."""
        for task in [one for one in self.tasks() if one.worker == worker]:
            self._lose(task, was_replaced)
        self.dispatch()

    def disconnected(self) -> None:
        """What was sent is sent again to the next scheduler; results that have arrived are kept."""
        for task in list(self.tasks()):
            if task.is_cancelled:
                task.stop()
            else:
                task.requeue(task.words.disconnected)

    def time_out_tasks(self) -> None:
        """Give up the tasks that take too long. Their workers are replaced only if they do not stop: others use them too."""
        for task in list(self.tasks()):
            if not task.is_cancelled and seconds_since(task.timing.started_at) > self.allowed_seconds(task):
                self.drop(task)
                self.connection.stop_on_worker(task.id, task.worker)
                task.time_out(round(self.max_seconds / 60))

    def allowed_seconds(self, task: AnyTask) -> float:
        """How long a worker may train a task."""
        return self.max_seconds

    def _lose(self, task: AnyTask, was_replaced: bool) -> None:
        if task.is_cancelled:
            self.drop(task)
            task.stop()
        elif was_replaced:
            # Sent as a new task, since the scheduler counts each lost worker against the tasks that it had.
            self.drop(task)
            task.requeue(task.words.replaced)
        else:
            task.lose()
            if task.losses > MAX_LOSSES:
                self.drop(task)
                task.fail(task.words.lost_twice)
            else:
                task.restart()

    def _on_done(self, task: AnyTask, future: Any) -> None:
        result, problem = outcome(future)
        with self.connection.lock:
            if task.future is not future or not task.live:
                return
            if result:
                task.complete(result)
            elif task.is_cancelled:
                task.stop()
            elif isinstance(problem, InputError):
                task.reject(str(problem))
            elif problem and (task.worker or task.refusals >= MAX_REFUSALS):
                log.error("Training of %s failed: %r", task, problem)
                task.fail(sentences.UNEXPECTED)
            elif problem:
                task.count_refusal()
                task.requeue()
            else:
                task.requeue(task.words.disconnected)
            task.release()
            self.dispatch()
            self.connection.lock.notify_all()
