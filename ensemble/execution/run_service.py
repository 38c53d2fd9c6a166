"""All single runs of the web process, those of groups among them: their queue, and what is measured of them."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Collection, Sequence
from itertools import count
from statistics import median
from typing import Any
from weakref import WeakValueDictionary

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset
from ensemble.errors import InputError
from ensemble.execution import already_trained, dispatch_order, job_log, metrics, sentences
from ensemble.execution.connection import Connection
from ensemble.execution.fairness import has_room
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.run_store import RunKey, RunStore, bytes_of, key_of_run
from ensemble.execution.states import JobState, seconds_since
from ensemble.execution.task_service import TaskService
from ensemble.execution.training import Training
from ensemble.limits import Limits
from ensemble.runs.budget import CLASSIC_SECONDS, Rows, classic_runs, refuse_group_beyond, refuse_run_beyond
from ensemble.runs.run import Run
from ensemble.worker import train_job

SECONDS_TO_STOP = 0.7
TIMES_FOR_OPEN_PAGES = 5
RUNS_TO_MEASURE = 20
MIN_COST_TO_MEASURE = 1.0
PRIORITY_OF_SWEEPS = -1

Plan = Sequence[tuple[EnsembleConfig, Dataset]]


class RunService(TaskService[Training]):
    """The queue of single runs. See ``TaskService`` for the other parameters.

    A run waits here until it is among the next two for a worker; only then is it sent to the scheduler. Equal runs are trained
    once: a job finds the run in the store, or joins the training that is under way.

    Parameters
    ----------
    store : RunStore
        Keeps runs that have ended by themselves.
    """

    def __init__(
        self, connection: Connection, limits: Limits, watcher_timeout: float, max_seconds: float, store: RunStore | None = None
    ):
        super().__init__(connection, limits, watcher_timeout, max_seconds)
        self.store = store or RunStore(0)
        self._live: dict[str, Training] = {}
        self._shared: dict[RunKey | None, Training] = {}
        self._jobs: WeakValueDictionary[str, Job] = WeakValueDictionary()
        self._order = count(1)
        self._positions = dispatch_order.QueuePositions()
        self._durations: deque[float] = deque(maxlen=RUNS_TO_MEASURE)
        self._classic_seconds: deque[float] = deque(maxlen=RUNS_TO_MEASURE)
        self._closed = False
        self.busy_sessions: Callable[[], Collection[str]] = tuple
        self.is_open: Callable[[str], bool] = lambda owner: False
        """Whether the page of an owner is open, as far as is known: a busy server may be late to hear from it."""

    def submit(
        self, config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None, address: str = ""
    ) -> Job:
        """Submit a run; it replaces the owner's live one. See ``execution.submit``."""
        if epochs_per_second is not None and not epochs_per_second > 0:
            raise InputError(sentences.SPEED_NOT_POSITIVE)
        refuse_run_beyond(self.limits, config, Rows.of(dataset), self.classic_seconds)
        key = self._key(config, dataset)  # without the lock, since a digest of many rows takes a moment
        with self.connection.lock:
            run = self._find(key) if epochs_per_second is None else None
            if run is None and epochs_per_second is None and not self.connection.workers:
                run = already_trained.whole_run_of_the_example(config, dataset)
            if run:
                job = Job.found(run, dataset, owner, self, address=address)
                self._jobs[job.id] = job
            else:
                job = Job(
                    owner=owner,
                    config=config,
                    dataset=dataset,
                    epochs_per_second=epochs_per_second,
                    service=self,
                    address=address,
                )
                self._refuse_if_full(job)
                self._enqueue(job)
            self._replace_earlier(job)
        return job

    def submit_group(
        self, plan: Plan, owner: str, address: str = "", background: bool = False, given: Sequence[Job] = ()
    ) -> RunGroup:
        """Submit several runs; they replace the owner's live ones. See ``execution.submit_group``."""
        if not plan:
            raise InputError(sentences.EMPTY_GROUP)
        refuse_group_beyond(self.limits, plan, self.classic_seconds)
        for config, dataset in plan:
            self._key(config, dataset)  # so that no digest is computed while the lock is held
        group = RunGroup(
            owner=owner,
            plan=plan,
            service=self,
            address=address,
            background=background,
            given=already_trained.runs_of(plan, given),
        )
        with self.connection.lock:
            job = group.begin_next()
            if job:
                self._refuse_if_full(job)
                self._enqueue(job)
            self._keep_jobs_of(group)
            self._replace_earlier(group.jobs[-1])
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
        """How many runs are trained or are to be."""
        return len(self._live)

    @property
    def watched(self) -> int:
        """How many live runs people wait for; one that is trained for several people counts for each of them."""
        with self.connection.lock:
            return sum(len(one.jobs) for one in self._live.values() if not one.in_background)

    @property
    def waiting(self) -> int:
        """How many runs wait for a worker."""
        with self.connection.lock:
            return len(self._waiting())

    @property
    def has_pressed_waiting(self) -> bool:
        """Whether a run waits that was asked for by a press."""
        with self.connection.lock:
            return any(not one.in_background for one in self._waiting())

    @property
    def classic_seconds(self) -> float:
        """How long a classic run takes here, from the last runs that have ended; an estimate before there are any."""
        with self.connection.lock:
            return median(self._classic_seconds) if self._classic_seconds else CLASSIC_SECONDS

    def is_alone(self, job: Job) -> bool:
        """Whether nobody waits for any other run."""
        with self.connection.lock:
            return [one for one in self._live.values() if not one.in_background] == [job.training]

    def position(self, job: Job) -> int:
        """Position of a run in the queue: 1 is trained next; 0 for one that does not wait."""
        with self.connection.lock:
            return self._positions.of(job.training, self._live.values()) if job.training else 0

    def wait_seconds(self, job: Job) -> float | None:
        """Estimated seconds until a run starts; None before any run has ended."""
        with self.connection.lock:
            return self._seconds_for(self.position(job))

    def find_trained(self, config: EnsembleConfig, dataset: Dataset) -> Run | None:
        return self._find(self._key(config, dataset))

    def supervise(self) -> None:
        """End cancelled runs that do not stop soon, stop those that nobody watches, and give up those that take too long."""
        with self.connection.lock:
            for training in list(self._live.values()):
                if training.is_cancelled and seconds_since(training.timing.cancelled_at) > SECONDS_TO_STOP:
                    training.stop()
            for job in self._live_jobs():
                unwatched = seconds_since(job.timing.last_heartbeat)
                if unwatched <= self.watcher_timeout:
                    continue
                if unwatched > self.watcher_timeout * (TIMES_FOR_OPEN_PAGES if self.is_open(job.owner) else 1):
                    job.cancel()
            self.time_out_tasks()

    def close(self) -> None:
        """End every run."""
        with self.connection.lock:
            self._closed = True
            for training in list(self._live.values()):
                training.stop()

    def training_ended(self, training: Training) -> None:
        """A training has ended, and its jobs with it."""
        run, timing = training.run, training.timing
        if training.state is JobState.FINISHED:
            self._measure(training)
            if run and training.key:
                self.store.put(training.key, run, bytes_of(run))
        first = training.jobs[0]
        job_log.ended(
            kind="series" if first.group else "run",
            outcome="diverged" if run and run.status == "diverged" else job_log.OUTCOMES[training.state],
            job_id=first.id,
            owner=first.owner,
            worker=training.worker,
            epochs=run.epochs if run else 0,
            wait_seconds=timing.wait_seconds,
            compile_seconds=timing.compile_seconds,
            train_seconds=timing.training_seconds if run else None,
        )
        if training.state is JobState.STOPPED:
            self.drop(training)
        self._live.pop(training.id, None)
        if self._shared.get(training.key) is training:
            del self._shared[training.key]
        self._positions.forget()
        # Forgotten by the training: a session that holds its job must not keep those of others alive.
        jobs, training.jobs = training.jobs, []
        for job in jobs:
            job.end(training.state, run, training.error)
        self.dispatch()
        self.connection.lock.notify_all()

    def ended(self, job: Job) -> None:
        """A run has ended; its group goes on with the next one."""
        if job.group and (following := job.group.advance()):
            self._enqueue(following)
            if self._closed:
                following.cancel()
        if job.group:
            self._keep_jobs_of(job.group)
        self.connection.lock.notify_all()

    def tasks(self) -> Collection[Training]:
        return self._live.values()

    def find_task(self, task_id: str) -> Training | None:
        return self._live.get(task_id)

    def reorder(self) -> None:
        self._positions.forget()
        self.dispatch()

    def dispatch(self) -> None:
        self.connection.call_soon(self.send_waiting)

    def send_waiting(self) -> None:
        """Send runs, without the lock, until every worker has enough ahead; the others wait here, where they cost nothing."""
        while training := self._next_to_send():
            self._make_room(0 if training.in_background else 1)
            if not self.send(training):
                break
        self._make_room(0)

    def submit_task(self, task: Training) -> Any:
        # Dask would sort what is sent within a tenth of a second by key. Runs keep their order, above 0; sweeps are below, and
        # share the workers with runs in the background.
        priority = PRIORITY_OF_SWEEPS if task.in_background else 1 / (1 + next(self._order))
        return self.connection.submit(
            train_job,
            task.id,
            task.config,
            task.dataset,
            task.epochs_per_second,
            self.limits.slow_runs,
            self.connection.version,
            self.connection.topic,
            key=f"train-{task.id}-{task.attempts}",
            priority=priority,
        )

    def allowed_seconds(self, task: Training) -> float:
        slowed_down = task.config.total_epochs / task.epochs_per_second if task.epochs_per_second else 0.0
        return self.max_seconds + slowed_down

    def _key(self, config: EnsembleConfig, dataset: Dataset) -> RunKey | None:
        return key_of_run(config, dataset) if self.store.max_bytes else None

    def _find(self, key: RunKey | None) -> Run | None:
        run = self.store.get(key) if key else None
        if run:
            metrics.count_shared("store")
        return run

    def _enqueue(self, job: Job) -> None:
        """Have a job join the training of an equal one, or begin its own."""
        self._jobs[job.id] = job
        training = self._live_training(job)
        if training is None:
            training = Training(
                id=job.id,
                config=job.config,
                dataset=job.dataset,
                epochs_per_second=job.epochs_per_second,
                service=self,
                key=self._key(job.config, job.dataset),
            )
            training.join(job)
            self._live[training.id] = training
            if training.key and not training.epochs_per_second:
                self._shared[training.key] = training
        else:
            metrics.count_shared("training")
            was_in_background = training.in_background
            training.join(job)
            if was_in_background and not training.in_background and training.future and training.is_waiting:
                self.drop(training)
                self._take_back(training)  # and send it again in front of the others
        self.dispatch()

    def _live_training(self, job: Job) -> Training | None:
        """The training that a job may join: of an equal run, both at full speed."""
        key = None if job.epochs_per_second else self._key(job.config, job.dataset)
        training = self._shared.get(key)
        return None if training is None or training.is_cancelled else training

    def _live_jobs(self) -> list[Job]:
        return [job for training in self._live.values() for job in training.jobs]

    def _keep_jobs_of(self, group: RunGroup) -> None:
        self._jobs.update((job.id, job) for job in group.jobs)

    def _replace_earlier(self, job: Job) -> None:
        """Cancel what the owner of a job has asked for before."""
        for earlier in self._live_jobs():
            if earlier.owner == job.owner and earlier is not job:
                earlier.cancel()

    def _refuse_if_full(self, asked: Job) -> None:
        if len(self._live) < self.limits.waiting or self._live_training(asked):
            return
        others = [one for one in self._waiting() if one.asked_by.owner != asked.owner]
        waiting = [one.person for one in others if one.in_background is asked.in_background]
        if not has_room(asked.person, waiting, self.limits.waiting):
            minutes = round((self._seconds_for(len(waiting)) or 0) / 60)
            when = f"in about {minutes} min" if minutes > 1 else "in a minute"
            raise InputError(sentences.FULL_OF_RUNS.format(waiting=len(waiting), when=when))

    def _waiting(self) -> list[Training]:
        return [one for one in self._live.values() if one.is_waiting]

    def _next_to_send(self) -> Training | None:
        with self.connection.lock:
            workers, busy = len(self.connection.workers), self.busy_sessions()
            return dispatch_order.next_to_send(self._live.values(), workers, self.limits.slow_runs, busy)

    def _make_room(self, sent_now: int) -> None:
        """Stop a run in the background where all workers are busy with such runs and another one waits."""
        with self.connection.lock:
            training = dispatch_order.to_stop(self._live.values(), self.connection.workers, sent_now)
            if training is None:
                return
            future = training.future
            self.connection.stop_on_worker(training.id, training.worker)
            self._take_back(training)
        if future:
            # Before another one is sent, so that the scheduler knows which worker is about to be free.
            future.cancel()

    def _take_back(self, training: Training) -> None:
        """Send a training again, under another id: what its worker still reports on it does not count."""
        del self._live[training.id]
        training.take_back(uuid.uuid4().hex)
        self._live[training.id] = training

    def _seconds_for(self, runs: int) -> float | None:
        """Estimated seconds for so many runs; None before any run has ended, or without a worker."""
        workers = len(self.connection.workers)
        return runs * sum(self._durations) / len(self._durations) / workers if self._durations and workers else None

    def _measure(self, training: Training) -> None:
        if training.timing.started_at is None or training.timing.training_at is None:
            return
        self._durations.append(seconds_since(training.timing.started_at))
        cost = classic_runs(training.config, Rows.of(training.dataset))
        if cost >= MIN_COST_TO_MEASURE and not training.epochs_per_second:
            self._classic_seconds.append(training.timing.training_seconds / cost)
