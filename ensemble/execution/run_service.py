"""All single runs of the web process, those of groups among them: their queue, and what is measured of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from itertools import count
from statistics import median
from typing import Any
from weakref import WeakValueDictionary

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.execution import job_log, sentences
from ensemble.execution.connection import Connection
from ensemble.execution.fairness import has_room, round_robin
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.states import JobState, seconds_since
from ensemble.execution.task_service import TaskService
from ensemble.limits import Limits
from ensemble.runs.budget import CLASSIC_SECONDS, Rows, classic_runs, refuse_group_beyond, refuse_run_beyond
from ensemble.runs.run import Run
from ensemble.worker import train_job

RUNS_AHEAD_PER_WORKER = 2
SECONDS_TO_STOP = 0.7
RUNS_TO_MEASURE = 20
MIN_COST_TO_MEASURE = 1.0


class RunService(TaskService[Job]):
    """The queue of single runs. See ``TaskService`` for the parameters.

    A run waits here until it is among the next two for a worker; only then is it sent to the scheduler.
    """

    def __init__(self, connection: Connection, limits: Limits, watcher_timeout: float, max_seconds: float):
        super().__init__(connection, limits, watcher_timeout, max_seconds)
        self._live: dict[str, Job] = {}
        self._jobs: WeakValueDictionary[str, Job] = WeakValueDictionary()
        self._order = count(1)
        self._durations: deque[float] = deque(maxlen=RUNS_TO_MEASURE)
        self._classic_seconds: deque[float] = deque(maxlen=RUNS_TO_MEASURE)
        self._closed = False

    def submit(
        self, config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None, address: str = ""
    ) -> Job:
        """Submit a run; it replaces the owner's live one. See ``execution.submit``."""
        if epochs_per_second is not None and not epochs_per_second > 0:
            raise InputError(sentences.SPEED_NOT_POSITIVE)
        refuse_run_beyond(self.limits, config, Rows.of(dataset), self.classic_seconds)
        job = Job(
            owner=owner, config=config, dataset=dataset, epochs_per_second=epochs_per_second, service=self, address=address
        )
        self._submit(job)
        return job

    def submit_group(self, plan: Sequence[tuple[EnsembleConfig, Dataset]], owner: str, address: str = "") -> RunGroup:
        """Submit several runs; they replace the owner's live one. See ``execution.submit_group``."""
        if not plan:
            raise InputError(sentences.EMPTY_GROUP)
        refuse_group_beyond(self.limits, plan, self.classic_seconds)
        group = RunGroup(owner=owner, plan=plan, service=self, address=address)
        self._submit(group.begin_next())
        return group

    def reopened(self, run: Run, dataset: Dataset, owner: str) -> Job:
        """The job of a run that was trained before, such as one from a file: it has ended."""
        job = Job.reopened(run, dataset, owner, self)
        with self.connection.lock:
            self._jobs[job.id] = job
        return job

    def job(self, job_id: str) -> Job | None:
        """The job of that id, as long as it is referenced elsewhere."""
        return self._jobs.get(job_id)

    @property
    def live(self) -> int:
        """How many runs have not ended."""
        return len(self._live)

    @property
    def waiting(self) -> int:
        """How many runs wait for a worker."""
        with self.connection.lock:
            return len(self._waiting())

    @property
    def classic_seconds(self) -> float:
        """How long a classic run takes here, from the last runs that have ended; an estimate before there are any."""
        with self.connection.lock:
            return median(self._classic_seconds) if self._classic_seconds else CLASSIC_SECONDS

    def position(self, job: Job) -> int:
        """Position of a run in the queue: 1 is trained next; 0 for one that does not wait."""
        with self.connection.lock:
            sent = sorted((one for one in self._live.values() if one.future), key=lambda one: one.turn)
            waiting = set(self._waiting())
            ahead = [one for one in (*sent, *self._to_send()) if one in waiting]
            return ahead.index(job) + 1 if job in ahead else 0

    def wait_seconds(self, job: Job) -> float | None:
        """Estimated seconds until a run starts; None before any run has ended."""
        with self.connection.lock:
            return self._seconds_for(self.position(job))

    def supervise(self) -> None:
        """End cancelled runs that do not stop soon, stop those that nobody watches, and give up those that take too long."""
        with self.connection.lock:
            for job in list(self._live.values()):
                if job.is_cancelled and seconds_since(job.timing.cancelled_at) > SECONDS_TO_STOP:
                    job.stop()
                elif seconds_since(job.timing.last_heartbeat) > self.watcher_timeout:
                    job.cancel()
            self.time_out_tasks()

    def close(self) -> None:
        """End every run."""
        with self.connection.lock:
            self._closed = True
            for job in list(self._live.values()):
                job.stop()

    def ended(self, job: Job) -> None:
        """A run has ended; its group goes on with the next one."""
        run, timing = job.run, job.timing
        if job.state is JobState.FINISHED:
            self._measure(job)
        job_log.ended(
            kind="series" if job.group else "run",
            outcome="diverged" if run and run.status == "diverged" else job_log.OUTCOMES[job.state],
            job_id=job.id,
            owner=job.owner,
            worker=job.worker,
            epochs=run.epochs if run else 0,
            wait_seconds=timing.wait_seconds,
            compile_seconds=timing.compile_seconds,
            train_seconds=timing.training_seconds if run else None,
        )
        if job.state is JobState.STOPPED:
            self.drop(job)
        self._live.pop(job.id, None)
        if job.group and (following := job.group.advance()):
            self._enqueue(following)
            if self._closed:
                following.stop()
        self.dispatch()
        self.connection.lock.notify_all()

    def tasks(self) -> Collection[Job]:
        return self._live.values()

    def find_task(self, task_id: str) -> Job | None:
        return self._live.get(task_id)

    def dispatch(self) -> None:
        self.connection.call_soon(self.send_waiting)

    def send_waiting(self) -> None:
        """Send runs, without the lock, until every worker has two ahead; the others wait here, where they cost nothing."""
        while (job := self._next_to_send()) and self.send(job):
            pass

    def submit_task(self, task: Job) -> Any:
        # Dask would sort what is sent within a tenth of a second by key. Runs keep their order; sweeps are below 0.
        return self.connection.submit(
            train_job,
            task.id,
            task.config,
            task.dataset,
            task.epochs_per_second,
            self.limits.slow_runs,
            self.connection.version,
            key=f"train-{task.id}-{task.attempts}",
            priority=1 / (1 + next(self._order)),
        )

    def allowed_seconds(self, task: Job) -> float:
        slowed_down = task.config.total_epochs / task.epochs_per_second if task.epochs_per_second else 0.0
        return self.max_seconds + slowed_down

    def _submit(self, job: Job) -> None:
        with self.connection.lock:
            self._refuse_if_full(job)
            for earlier in [one for one in self._live.values() if one.owner == job.owner]:
                earlier.cancel()
            self._enqueue(job)

    def _refuse_if_full(self, asked: Job) -> None:
        waiting = [job.person for job in self._waiting() if job.owner != asked.owner]
        if not has_room(asked.person, waiting, self.limits.waiting):
            minutes = round((self._seconds_for(len(waiting)) or 0) / 60)
            when = f"in about {minutes} min" if minutes > 1 else "in a minute"
            raise InputError(sentences.FULL_OF_RUNS.format(waiting=len(waiting), when=when))

    def _enqueue(self, job: Job) -> None:
        self._live[job.id] = self._jobs[job.id] = job
        self.dispatch()

    def _waiting(self) -> list[Job]:
        return [job for job in self._live.values() if job.state in (JobState.STARTING, JobState.QUEUED)]

    def _to_send(self) -> list[Job]:
        """Runs that were not sent, in the order in which they are to be."""
        # Whatever their state: a worker may go on with a run when its connection was lost, and report it to the next one.
        jobs = [job for job in self._live.values() if not job.future and not job.is_cancelled]
        sent = [job.person for job in self._live.values() if job.future]
        return [jobs[index] for index in round_robin([job.person for job in jobs], sent)]

    def _next_to_send(self) -> Job | None:
        with self.connection.lock:
            workers = len(self.connection.workers)
            if sum(bool(job.future) for job in self._waiting()) >= RUNS_AHEAD_PER_WORKER * workers:
                return None
            slow = sum(bool(job.future and job.epochs_per_second) for job in self._live.values())
            has_room_for_slow = slow < self.limits.slow_runs * workers
            return next((job for job in self._to_send() if has_room_for_slow or not job.epochs_per_second), None)

    def _seconds_for(self, runs: int) -> float | None:
        """Estimated seconds for so many runs; None before any run has ended, or without a worker."""
        workers = len(self.connection.workers)
        return runs * sum(self._durations) / len(self._durations) / workers if self._durations and workers else None

    def _measure(self, job: Job) -> None:
        if job.timing.started_at is None or job.timing.training_at is None:
            return
        self._durations.append(seconds_since(job.timing.started_at))
        cost = classic_runs(job.config, Rows.of(job.dataset))
        if cost >= MIN_COST_TO_MEASURE and not job.epochs_per_second:
            self._classic_seconds.append(job.timing.training_seconds / cost)
