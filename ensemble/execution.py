"""Where runs execute: always on Dask workers, embedded by default, on a cluster if ``SOFTMAX_LAB_SCHEDULER`` names one.

``submit(config, dataset, owner)`` gives a Job at once; everything that happens to it later arrives from the workers in the
background. The web process never loads TensorFlow.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal
from weakref import WeakValueDictionary

from ensemble.config import EnsembleConfig
from ensemble.datasets import Dataset
from ensemble.errors import InputError
from ensemble.run import Run
from ensemble.wire import with_news
from ensemble.worker import TOPIC, build_keras_file, stop_job, train_job

State = Literal["starting", "queued", "compiling", "training", "done", "stopped", "failed"]

MAX_SECONDS = 600
WATCHER_TIMEOUT = 60
OBEY_SECONDS = 0.7
TICK_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One training run on its way.

    Attributes
    ----------
    id : str
        Cannot be guessed, so that it may stand in a link.
    owner : str
        The session that it belongs to.
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
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    run: Run | None = field(default=None, repr=False)
    error: str = ""
    note: str = ""
    phase: Literal["waiting", "compiling", "training", "done", "stopped", "failed"] = "waiting"
    worker: str = ""
    losses: int = 0
    future: Any = field(default=None, repr=False)
    seen_at: float = field(default_factory=time.monotonic)
    phase_at: float = field(default_factory=time.monotonic)
    began_at: float = 0.0
    first_epochs: int = 0
    first_epochs_at: float = 0.0
    cancelled_at: float = 0.0
    series: Series | None = field(default=None, repr=False)

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
class Series:
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
        self.jobs.append(Job(self.owner, config, dataset, None, self.service, series=self))
        return self.jobs[-1]


class Service:
    """The web process's side of training: one for all sessions."""

    def __init__(
        self, scheduler: str | None = None, watcher_timeout: float = WATCHER_TIMEOUT, max_seconds: float = MAX_SECONDS
    ):
        self.scheduler = scheduler
        self.watcher_timeout = watcher_timeout
        self.max_seconds = max_seconds
        self.workers: set[str] = set()
        self.cluster: Any = None
        self._client: Any = None
        self._live: dict[str, Job] = {}
        self._jobs: WeakValueDictionary[str, Job] = WeakValueDictionary()
        self._durations: deque[float] = deque(maxlen=20)
        self._changed = threading.Condition(threading.RLock())
        self._closed = threading.Event()
        # What waits for the scheduler's answer runs in the service's thread: under the lock it would block the answer.
        self._errands: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="training-service")

    def start(self) -> None:
        """Connect in the background; the embedded cluster is started if no scheduler is named."""
        with self._changed:
            if not self._thread.ident:
                self._thread.start()

    def close(self) -> None:
        """Stop every job and end what ``start`` began."""
        if self._closed.is_set():
            return
        self._closed.set()
        atexit.unregister(self.close)
        if self._thread.ident:
            self._thread.join()
        if self._client:
            self._client.unsubscribe_topic("all")
            self._client.close()
        if self.cluster:
            self.cluster.close()

    def submit(self, config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None) -> Job:
        """Ask for a run; it replaces the owner's live one. See the module's ``submit``."""
        if epochs_per_second is not None and not epochs_per_second > 0:
            raise InputError("The speed has to be a positive number of epochs per second.")
        job = Job(owner, config, dataset, epochs_per_second, self)
        with self._changed:
            self._stop_all_of(owner)
            self._enqueue(job)
        self.start()
        return job

    def submit_series(self, plan: Sequence[tuple[EnsembleConfig, Dataset]], owner: str) -> Series:
        """Ask for several runs; they replace the owner's live one. See the module's ``submit_series``."""
        if not plan:
            raise InputError("A series needs at least one run.")
        series = Series(owner, plan, self)
        with self._changed:
            self._stop_all_of(owner)
            self._enqueue(series.begin_next())
        self.start()
        return series

    def reopened(self, run: Run, dataset: Dataset, owner: str) -> Job:
        """The job of a run that was trained before, such as one from a file: it is over."""
        job = Job(owner, run.config, dataset, None, self, run=run, phase="stopped" if run.status == "stopped" else "done")
        with self._changed:
            self._jobs[job.id] = job
        return job

    def keras_file(self, run: Run, seconds: float = 60) -> bytes:
        """The run as a ``.keras`` file. See the module's ``keras_file``."""
        self.start()
        deadline = time.monotonic() + seconds
        if not self.wait_until(lambda: bool(self._client and self.workers), seconds):
            raise InputError(_NO_KERAS_YET)
        try:
            # Ahead of the runs that wait; the one that trains goes on first.
            future = self._client.submit(build_keras_file, run.config, run.weights, pure=False, priority=1)
            return future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            future.cancel()
            raise InputError(_NO_KERAS_YET) from None
        except Exception:
            log.exception("The Keras file of %s failed.", run.config)
            raise InputError(_NO_KERAS) from None

    def job(self, job_id: str) -> Job | None:
        """The job of that id, while somebody holds it."""
        return self._jobs.get(job_id)

    def cancel(self, job: Job) -> None:
        with self._changed:
            if not job.live or job.cancelled_at:
                return
            job.cancelled_at = time.monotonic()
            if job.worker:
                self._stop_on_worker(job.id, job.worker)
            elif job.future:
                self._errands.put(job.future.cancel)
            if job.phase != "training":
                self._end(job, "stopped", job.run)

    def cancel_series(self, series: Series) -> None:
        # Under the lock, so that the run that is cancelled is not one that ends meanwhile and lets the next begin.
        with self._changed:
            self.cancel(series.jobs[-1])

    def _stop_all_of(self, owner: str) -> None:
        for earlier in [one for one in self._live.values() if one.owner == owner]:
            self.cancel(earlier)

    def _enqueue(self, job: Job) -> None:
        self._live[job.id] = self._jobs[job.id] = job
        if self._client:
            self._errands.put(partial(self._send, job))

    def position(self, job: Job) -> int:
        with self._changed:
            if job.phase != "waiting":
                return 0
            waiting = [one for one in self._live.values() if one.phase == "waiting"]
            return waiting.index(job) + 1

    def wait_seconds(self, job: Job) -> float | None:
        with self._changed:
            if not self._durations or not self.workers:
                return None
            return self.position(job) * sum(self._durations) / len(self._durations) / len(self.workers)

    def wait_until(self, condition: Any, seconds: float) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(condition, seconds))

    def _serve(self) -> None:
        """Connect, then look after jobs and the worker until closed."""
        while not self._closed.is_set() and not self._connect():
            self._closed.wait(2)
        while not self._closed.is_set():
            try:
                self._run_errands(TICK_SECONDS)
                if self.cluster:
                    self.cluster.restart_dead_worker()
                self._look_after_jobs()
            except Exception:  # one job's trouble must not leave the others without care
                log.exception("The training service goes on after an error.")
        with self._changed:
            for job in list(self._live.values()):
                self._end(job, "stopped", job.run)

    def _run_errands(self, seconds: float) -> None:
        """Run what has been asked for; wait so long for the first."""
        with contextlib.suppress(queue.Empty):
            self._errands.get(timeout=seconds)()
            while True:
                self._errands.get_nowait()()

    def _connect(self) -> bool:
        from distributed import Client  # here, because the first page should not wait for it

        try:
            if not self.scheduler and not self.cluster:
                from ensemble.local_cluster import EmbeddedCluster

                self.cluster = EmbeddedCluster()
            client = Client(self.scheduler or self.cluster.address, timeout=10, set_as_default=False)
        except (OSError, TimeoutError):
            log.warning("No Dask scheduler answers at %s; trying again.", self.scheduler)
            return False
        client.subscribe_topic("all", self._on_cluster_event)
        client.subscribe_topic(TOPIC, self._on_job_event)
        with self._changed:
            self.workers |= set(client.scheduler_info(n_workers=-1)["workers"])
            self._client = client
            self._changed.notify_all()
            waiting = list(self._live.values())
        for job in waiting:
            self._send(job)
        # Now and not earlier: handlers run last in, first out, and Dask's own would close the scheduler under the client.
        atexit.register(self.close)
        return True

    def _send(self, job: Job) -> None:
        if not job.live:
            return
        try:
            future = self._client.submit(
                train_job, job.id, job.config, job.dataset, job.epochs_per_second, key=f"train-{job.id}", pure=False
            )
        except Exception:
            log.exception("The scheduler takes no job.")
            self._end(job, "failed", None, error=_DISCONNECTED)
            return
        job.future = future
        future.add_done_callback(lambda future: self._on_done(job, future))

    def _stop_on_worker(self, job_id: str, worker: str) -> None:
        if worker in self.workers:
            self._errands.put(partial(self._client.run, stop_job, job_id, workers=[worker], on_error="ignore"))

    def _on_cluster_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self._changed:
            if message.get("action") == "add-worker":
                self.workers.add(message["worker"])
            elif message.get("action") == "remove-worker":
                self.workers.discard(message["worker"])
                for job in [one for one in self._live.values() if one.worker == message["worker"]]:
                    self._worker_lost(job)
            self._changed.notify_all()

    def _worker_lost(self, job: Job) -> None:
        job.losses += 1
        if job.cancelled_at:
            self._end(job, "stopped", job.run)
        elif job.losses > 1:
            self._end(job, "failed", job.run, error=_LOST_TWICE)
        else:
            epoch = f" in epoch {job.run.epochs}" if job.run else ""
            job.note = f"The training process was lost{epoch}. The run starts again from the beginning."
            job.run, job.worker, job.began_at = None, "", 0.0
            self._enter(job, "waiting")

    def _on_job_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self._changed:
            job = self._jobs.get(message["job"])
            if job is None or not job.live:
                if message["event"] != "progress":
                    self._stop_on_worker(message["job"], message["worker"])
                return
            job.worker = message["worker"]
            if message["event"] == "progress":
                run = job.run or Run.before_training(job.config, job.dataset, ())
                job.run = with_news(run, message["news"])
                if job.phase == "compiling":
                    job.first_epochs, job.first_epochs_at = job.run.epochs, time.monotonic()
                self._enter(job, "training")
            else:
                self._enter(job, message["event"])
                job.began_at = job.first_epochs_at = job.phase_at
                job.first_epochs = 0
            self._changed.notify_all()

    def _on_done(self, job: Job, future: Any) -> None:
        if future.status == "finished":
            run = future.result()
            self._end(job, "stopped" if run.status == "stopped" else "done", run)
        elif future.status == "error":
            log.error("Training %s failed: %r", job.config, future.exception())
            lost = type(future.exception()).__name__ == "KilledWorker"
            self._end(job, "failed", job.run, error=_LOST_TWICE if lost else _UNEXPECTED)
        else:
            self._end(
                job, "stopped" if job.cancelled_at else "failed", job.run, error="" if job.cancelled_at else _DISCONNECTED
            )

    def _end(self, job: Job, phase: Literal["done", "stopped", "failed"], run: Run | None, error: str = "") -> None:
        with self._changed:
            if not job.live:
                return
            if job.phase == "training" and phase == "done":
                self._durations.append(time.monotonic() - job.began_at)
            if run and run.status == "training":
                run = run.ended("stopped", error or f"Stopped after epoch {run.epochs} of {job.config.total_epochs}.")
            job.run, job.error = run, error
            self._enter(job, phase)
            # A future that is still held makes Dask train again when a worker is lost.
            job.future = None
            self._live.pop(job.id, None)
            if job.series:
                self._go_on_with(job.series, after=phase)
            self._changed.notify_all()

    def _go_on_with(self, series: Series, after: str) -> None:
        # A run may end by itself before it hears that the series is to stop.
        asked_to_stop = bool(series.jobs[-1].cancelled_at)
        series.live = after == "done" and not asked_to_stop and not series.complete and not self._closed.is_set()
        if series.live:
            self._enqueue(series.begin_next())

    def _enter(self, job: Job, phase: Any) -> None:
        job.phase, job.phase_at = phase, time.monotonic()

    def _look_after_jobs(self) -> None:
        with self._changed:
            for job in list(self._live.values()):
                self._look_after(job)

    def _look_after(self, job: Job) -> None:
        now = time.monotonic()
        if job.cancelled_at:
            if now - job.cancelled_at > OBEY_SECONDS:
                self._end(job, "stopped", job.run)
        elif now - job.seen_at > self.watcher_timeout:
            self.cancel(job)
        elif job.began_at and now - job.began_at > self._allowed_seconds(job):
            self._replace_worker_of(job)

    def _allowed_seconds(self, job: Job) -> float:
        return self.max_seconds + (job.config.total_epochs / job.epochs_per_second if job.epochs_per_second else 0)

    def _replace_worker_of(self, job: Job) -> None:
        self._end(job, "failed", job.run, error=_TOO_LONG.format(minutes=round(self.max_seconds / 60)))
        self._errands.put(partial(self._client.restart_workers, [job.worker], raise_for_error=False))


_LOST_TWICE = "The training process was lost twice, so this run was given up. Try a smaller ensemble, or press Train again."
_UNEXPECTED = "Training failed for a reason that the app did not expect; its log says more. Press Train to try again."
_DISCONNECTED = "The connection to the training process was lost. Press Train to try again."
_TOO_LONG = "Training took longer than {minutes} minutes and was stopped. Choose fewer epochs or a smaller ensemble."
_NO_KERAS_YET = "The training process is busy or still starting, so the Keras file could not be built; try again in a minute."
_NO_KERAS = "The training process could not build the Keras file; try again."

_service: Service | None = None
_service_lock = threading.Lock()


def service() -> Service:
    """The service of this process, made when it is first asked for."""
    global _service
    with _service_lock:
        if _service is None:
            _service = Service(os.environ.get("SOFTMAX_LAB_SCHEDULER"))
        return _service


def submit(config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None) -> Job:
    """Ask for a training run.

    Parameters
    ----------
    config : EnsembleConfig
        What to train.
    dataset : Dataset
        Rows to train on and to test with.
    owner : str
        The session that asks. It has one live run at a time: a second one replaces the first.
    epochs_per_second : float, optional
        Train no faster than this.

    Returns
    -------
    Job
        Returned at once; ``job.state`` and ``job.run`` change as the run proceeds.

    Raises
    ------
    InputError
        If the speed is not positive.
    """
    return service().submit(config, dataset, owner, epochs_per_second)


def submit_series(plan: Sequence[tuple[EnsembleConfig, Dataset]], owner: str) -> Series:
    """Ask for several training runs, one after the other.

    Parameters
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train, at least one.
    owner : str
        As for ``submit``: a later run or series of this owner replaces it.

    Returns
    -------
    Series
        Returned at once; ``series.runs`` grows as runs end.

    Raises
    ------
    InputError
        If the plan is empty.
    """
    return service().submit_series(plan, owner)


def keras_file(run: Run, seconds: float = 60) -> bytes:
    """Build a run's functional Keras model in a training process, where TensorFlow is.

    Parameters
    ----------
    run : Run
        With any status; its weights as they stand.
    seconds : float, default 60
        How long to wait at most for a training process, which first ends the run that it is at.

    Returns
    -------
    bytes
        What ``keras.models.load_model`` reads from a file whose name ends in ``.keras``; it needs nothing of this app.

    Raises
    ------
    InputError
        If no process was there in time, or it was lost.
    """
    return service().keras_file(run, seconds)
