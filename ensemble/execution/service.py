"""Where runs execute: always on Dask workers, embedded by default, on a cluster if ``SOFTMAX_LAB_SCHEDULER`` names one.

``submit(config, dataset, owner)`` gives a Job at once; everything that happens to it later arrives from the workers in the
background. The web process never loads TensorFlow.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from statistics import median
from typing import Any, Literal
from weakref import WeakValueDictionary

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError
from ensemble.execution import job_log
from ensemble.execution.connection import MAX_REFUSALS, Connection, outcome
from ensemble.execution.fairness import has_room, round_robin
from ensemble.execution.jobs import TOO_LONG, UNEXPECTED, Job, RunGroup
from ensemble.execution.metrics import Load, memory_of_workers
from ensemble.execution.sweep import Sweep
from ensemble.execution.sweep_service import SweepService
from ensemble.limits import Limits, limits
from ensemble.runs.budget import CLASSIC_SECONDS, Rows, classic_runs, refuse_group_beyond, refuse_run_beyond
from ensemble.runs.progress import with_progress
from ensemble.runs.run import Run
from ensemble.sweeps.results import RunSpec
from ensemble.worker import build_keras_file, train_job

MAX_SECONDS = 600
WATCHER_TIMEOUT = 60
OBEY_SECONDS = 0.7
TICK_SECONDS = 0.2
SECONDS_TO_RECONNECT = 1
SECONDS_TO_CLOSE = 1
RUNS_AHEAD_PER_WORKER = 2
MIN_COST_TO_MEASURE = 1.0

log = logging.getLogger(__name__)


class Service:
    """The web process's side of training: one for all sessions."""

    def __init__(
        self,
        scheduler: str | None = None,
        watcher_timeout: float = WATCHER_TIMEOUT,
        max_seconds: float = MAX_SECONDS,
        limits: Limits | None = None,
    ):
        self.watcher_timeout = watcher_timeout
        self.max_seconds = max_seconds
        self.limits = limits or Limits()
        self._live: dict[str, Job] = {}
        self._jobs: WeakValueDictionary[str, Job] = WeakValueDictionary()
        self._durations: deque[float] = deque(maxlen=20)
        self._classic_seconds: deque[float] = deque(maxlen=20)
        self._turns = count(1)
        self._changed = threading.Condition(threading.RLock())
        self._closed = threading.Event()
        self.connection = Connection(scheduler, self.limits.workers, self._changed, self)
        self.sweeps = SweepService(self.connection, self._changed, self.limits, watcher_timeout, max_seconds)
        self._thread = threading.Thread(target=self._serve, daemon=True, name="training-service")

    def start(self) -> None:
        """Connect in the background; the embedded cluster is started if no scheduler is named."""
        with self._changed:
            if not self._thread.ident:
                self._thread.start()

    def close(self) -> None:
        """Stop every job and end what ``start`` began, within 5 s; a second call does nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        atexit.unregister(self.close)
        if self._thread.ident:
            self._thread.join(SECONDS_TO_CLOSE)
        self.connection.close()

    def submit(
        self,
        config: EnsembleConfig,
        dataset: Dataset,
        owner: str,
        epochs_per_second: float | None = None,
        address: str = "",
    ) -> Job:
        """Ask for a run; it replaces the owner's live one. See the module's ``submit``."""
        if epochs_per_second is not None and not epochs_per_second > 0:
            raise InputError("The speed has to be a positive number of epochs per second.")
        refuse_run_beyond(self.limits, config, Rows.of(dataset), self.classic_seconds)
        job = Job(owner, config, dataset, epochs_per_second, self, address)
        with self._changed:
            self._refuse_if_full(job)
            self._stop_all_of(owner)
            self._enqueue(job)
        self.start()
        return job

    def submit_group(self, plan: Sequence[tuple[EnsembleConfig, Dataset]], owner: str, address: str = "") -> RunGroup:
        """Ask for several runs; they replace the owner's live one. See the module's ``submit_group``."""
        if not plan:
            raise InputError("A series needs at least one run.")
        refuse_group_beyond(self.limits, plan, self.classic_seconds)
        series = RunGroup(owner, plan, self, address)
        first = series.begin_next()
        with self._changed:
            self._refuse_if_full(first)
            self._stop_all_of(owner)
            self._enqueue(first)
        self.start()
        return series

    def submit_sweep(self, specs: Sequence[RunSpec], table: Table, test_share: float, owner: str, address: str = "") -> Sweep:
        """Ask for many runs; they replace the owner's live sweep. See the module's ``submit_sweep``."""
        sweep = self.sweeps.submit(specs, table, test_share, owner, address, self.classic_seconds)
        self.start()
        return sweep

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
        if not self.wait_until(lambda: bool(self.connection.client and self.workers), seconds):
            raise InputError(_NO_KERAS_YET)
        try:
            # Ahead of the runs that wait; the one that trains goes on first.
            future = self.connection.client.submit(build_keras_file, run.config, run.weights, pure=False, priority=1)
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

    @property
    def workers(self) -> set[str]:
        """Addresses of the training processes that take part."""
        return self.connection.workers

    @property
    def live(self) -> int:
        """How many single runs have not ended."""
        return len(self._live)

    @property
    def waiting(self) -> int:
        """How many single runs wait to be begun."""
        with self._changed:
            return sum(job.phase == "waiting" for job in self._live.values())

    @property
    def classic_seconds(self) -> float:
        """How long a classic run takes here, from the last runs that have ended; an estimate before there are any."""
        with self._changed:
            return median(self._classic_seconds) if self._classic_seconds else CLASSIC_SECONDS

    def load(self) -> Load:
        """What there is to do at this moment, for the host."""
        memory = memory_of_workers(self.connection.client)  # before the lock: the answer comes by a thread that may want it
        with self._changed:
            return Load(
                workers=len(self.workers),
                waiting=self.waiting,
                training=len(self._live) - self.waiting,
                sweeps=self.sweeps.live,
                worker_bytes=memory,
                trouble=self.trouble,
            )

    @property
    def trouble(self) -> str:
        """A sentence for a person on why no worker is there; empty if one is, or is on its way."""
        return self.connection.trouble

    def cancel(self, job: Job) -> None:
        with self._changed:
            if not job.live or job.cancelled_at:
                return
            job.cancelled_at = time.monotonic()
            if job.worker:
                self.connection.stop_on_worker(job.id, job.worker)
            elif job.future:
                self.connection.errand(job.future.cancel)
            if job.phase != "training":
                self._end(job, "stopped", job.run)

    def cancel_series(self, series: RunGroup) -> None:
        # Under the lock, so that the run that is cancelled is not one that ends meanwhile and lets the next begin.
        with self._changed:
            self.cancel(series.jobs[-1])

    def _refuse_if_full(self, asked: Job) -> None:
        waiting = [job.person for job in self._live.values() if job.phase == "waiting" and job.owner != asked.owner]
        if not has_room(asked.person, waiting, self.limits.waiting):
            minutes = round((self._seconds_for(len(waiting)) or 0) / 60)
            when = f"in about {minutes} min" if minutes > 1 else "in a minute"
            raise InputError(
                f"The host is full: {len(waiting)} runs wait already. Your settings are kept; press Train again {when}."
            )

    def _seconds_for(self, runs: int) -> float | None:
        """How long so many single runs are likely to take."""
        if not self._durations or not self.workers:
            return None
        return runs * sum(self._durations) / len(self._durations) / len(self.workers)

    def _stop_all_of(self, owner: str) -> None:
        for earlier in [one for one in self._live.values() if one.owner == owner]:
            self.cancel(earlier)

    def _enqueue(self, job: Job) -> None:
        self._live[job.id] = self._jobs[job.id] = job
        self.connection.errand(self._hand_out)

    def position(self, job: Job) -> int:
        with self._changed:
            if job.phase != "waiting":
                return 0
            sent = sorted((one for one in self._live.values() if one.future), key=lambda one: one.turn)
            ahead = [one for one in (*sent, *self._to_send()) if one.phase == "waiting"]
            return ahead.index(job) + 1 if job in ahead else 0

    def wait_seconds(self, job: Job) -> float | None:
        with self._changed:
            return self._seconds_for(self.position(job))

    def wait_until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait for the condition, at most so long; whether it came true."""
        return self.connection.wait_until(condition, seconds)

    def _serve(self) -> None:
        """Keep a connection, and look after jobs and sweeps, until closed."""
        while not self._closed.is_set():
            try:
                if not self.connection.serve(TICK_SECONDS):
                    self._closed.wait(SECONDS_TO_RECONNECT)
                self._look_after_jobs()
                self.sweeps.look_after()
            except Exception:  # one job's trouble must not leave the others without care
                log.exception("The training service goes on after an error.")
                self._closed.wait(SECONDS_TO_RECONNECT)
        with self._changed:
            for job in list(self._live.values()):
                self._end(job, "stopped", job.run)
            self.sweeps.close()

    def connected(self) -> None:
        self._hand_out()
        # Now and not earlier: handlers run last in, first out, and Dask's own would close the scheduler under the client.
        atexit.unregister(self.close)
        atexit.register(self.close)

    def disconnected(self) -> None:
        """What was under way waits for the next scheduler; what has come back stays."""
        for job in list(self._live.values()):
            if job.cancelled_at:
                self._end(job, "stopped", job.run)
            else:
                self._send_again(job, _CONNECTION_LOST)
        self.sweeps.disconnected()

    def worker_came(self) -> None:
        self.connection.errand(self._hand_out)
        self.sweeps.worker_came()

    def worker_refused(self, sentence: str) -> None:
        self.sweeps.worker_refused(sentence)

    def worker_gone(self, worker: str) -> None:
        replaced = self.connection.was_replaced(worker)
        for job in [one for one in self._live.values() if one.worker == worker]:
            self._worker_lost(job, replaced)
        self.sweeps.worker_gone(worker, replaced)

    def news(self, message: dict[str, Any]) -> None:
        if message["event"] == "chunk":
            self.sweeps.chunk_begins(message["job"], message["worker"])
            return
        job = self._jobs.get(message["job"])
        if job is None or not job.live:
            if message["event"] != "progress":
                self.connection.stop_on_worker(message["job"], message["worker"])
            return
        job.worker = message["worker"]
        if job.phase == "waiting":
            self.connection.errand(self._hand_out)
        if message["event"] == "progress":
            run = job.run or Run.before_training(job.config, job.dataset, ())
            job.run = with_progress(run, message["progress"])
            if job.phase == "compiling":
                job.first_epochs, job.first_epochs_at = job.run.epochs, time.monotonic()
            self._enter(job, "training")
        else:
            self._enter(job, message["event"])
            job.began_at = job.first_epochs_at = job.phase_at
            job.first_epochs = 0

    def _hand_out(self) -> None:
        """Send runs until every worker has one to go on with at once; the others wait here, where they cost nothing."""
        while (job := self._next_to_send()) and self._send(job):
            pass

    def _next_to_send(self) -> Job | None:
        with self._changed:
            ahead = sum(bool(job.future) and job.phase == "waiting" for job in self._live.values())
            if ahead >= RUNS_AHEAD_PER_WORKER * len(self.workers):
                return None
            slow = sum(bool(job.future and job.epochs_per_second) for job in self._live.values())
            room_for_slow = slow < self.limits.slow_runs * len(self.workers)
            return next((job for job in self._to_send() if room_for_slow or not job.epochs_per_second), None)

    def _to_send(self) -> list[Job]:
        """Runs that no scheduler has been given, in the order in which they are served."""
        # Whatever their phase: a worker may go on with a run whose connection is lost, and tell of it to the next.
        jobs = [job for job in self._live.values() if not job.future and not job.cancelled_at]
        served = [job.person for job in self._live.values() if job.future]
        return [jobs[place] for place in round_robin([job.person for job in jobs], served)]

    def _send(self, job: Job) -> bool:
        """Hand a run to the scheduler; whether it took it."""
        future = job.future = self.connection.submit(
            train_job,
            job.id,
            job.config,
            job.dataset,
            job.epochs_per_second,
            self.limits.slow_runs,
            self.connection.version,
            key=f"train-{job.id}-{job.sent}",
        )
        if future:
            job.turn = next(self._turns)
            future.add_done_callback(partial(self._on_done, job))
            if not job.live:
                future.cancel()
        return bool(future)

    def _worker_lost(self, job: Job, replaced: bool) -> None:
        """A run starts again elsewhere. It is no loss of its own if its worker was ended because of another run."""
        epoch = f" in epoch {job.run.epochs}" if job.run else ""
        if replaced and not job.cancelled_at:
            # Sent anew, since the scheduler counts each lost worker against the task that it was at.
            if job.future:
                self.connection.errand(job.future.cancel)
            self._send_again(job, _REPLACED.format(epoch=epoch))
            return
        job.losses += 1
        if job.cancelled_at:
            self._end(job, "stopped", job.run)
        elif job.losses > 1:
            self.connection.errand(job.future.cancel)
            self._end(job, "failed", job.run, error=_LOST_TWICE)
        else:
            # Dask itself trains it again elsewhere.
            self._wait_again(job, f"The training process was lost{epoch}. The run starts again from the beginning.")

    def _wait_again(self, job: Job, note: str) -> None:
        job.note = note or job.note
        job.run, job.worker, job.began_at = None, "", 0.0
        self._enter(job, "waiting")

    def _send_again(self, job: Job, note: str) -> None:
        if job.future:
            self._wait_again(job, note)
        job.future, job.sent = None, job.sent + 1
        self.connection.errand(self._hand_out)

    def _on_done(self, job: Job, future: Any) -> None:
        run, problem = outcome(future)
        with self._changed:
            if job.future is not future or not job.live:
                return
            if run:
                self._end(job, "stopped" if run.status == "stopped" else "done", run)
            elif job.cancelled_at:
                self._end(job, "stopped", job.run)
            elif problem and (job.worker or job.sent >= MAX_REFUSALS):
                log.error("Training %s failed: %r", job.config, problem)
                self._end(job, "failed", job.run, error=UNEXPECTED)
            else:
                # The connection broke, or a worker took it that is not of this version.
                self._send_again(job, "" if problem else _CONNECTION_LOST)

    def _end(self, job: Job, phase: Literal["done", "stopped", "failed"], run: Run | None, error: str = "") -> None:
        with self._changed:
            if not job.live:
                return
            if job.phase == "training" and phase == "done":
                self._durations.append(time.monotonic() - job.began_at)
                cost = classic_runs(job.config, Rows.of(job.dataset))
                if cost >= MIN_COST_TO_MEASURE and not job.epochs_per_second:
                    self._classic_seconds.append(job.training_seconds / cost)
            if run and run.status == "training":
                run = run.ended("stopped", error or f"Stopped after epoch {run.epochs} of {job.config.total_epochs}.")
            job.run, job.error = run, error
            self._enter(job, phase)
            job_log.ended(
                kind="series" if job.series else "run",
                outcome="diverged" if run and run.status == "diverged" else phase,
                job_id=job.id,
                owner=job.owner,
                worker=job.worker,
                epochs=run.epochs if run else 0,
                wait_seconds=(job.began_at or job.phase_at) - job.asked_at,
                compile_seconds=job.compiling_seconds,
                train_seconds=job.training_seconds if run else None,
            )
            # A future that is still held makes Dask train again when a worker is lost.
            if phase == "stopped" and job.future:
                self.connection.errand(job.future.cancel)
            job.future = None
            self._live.pop(job.id, None)
            self.connection.errand(self._hand_out)
            if job.series:
                self._go_on_with(job.series, after=phase)
            self._changed.notify_all()

    def _go_on_with(self, series: RunGroup, after: str) -> None:
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
            self._give_up(job)

    def _allowed_seconds(self, job: Job) -> float:
        return self.max_seconds + (job.config.total_epochs / job.epochs_per_second if job.epochs_per_second else 0)

    def _give_up(self, job: Job) -> None:
        """End a run that takes too long; its worker, which may hold runs of others, is replaced only if it does not obey."""
        self.connection.errand(job.future.cancel)
        self.connection.stop_on_worker(job.id, job.worker)
        self._end(job, "failed", job.run, error=TOO_LONG.format(minutes=round(self.max_seconds / 60)))


_LOST_TWICE = "The training process was lost twice, so this run was given up. Try a smaller ensemble, or press Train again."
_REPLACED = "The training process was replaced{epoch}, because of another run. Yours starts again from the beginning."
_CONNECTION_LOST = "The connection to the training processes was lost. The run starts again as soon as they are back."
_NO_KERAS_YET = "The training process is busy or still starting, so the Keras file could not be built; try again in a minute."
_NO_KERAS = "The training process could not build the Keras file; try again."

_service: Service | None = None
_service_lock = threading.Lock()


def current() -> Service:
    """The service of this process, made when it is first asked for."""
    global _service
    with _service_lock:
        if _service is None:
            _service = Service(os.environ.get("SOFTMAX_LAB_SCHEDULER", "").strip() or None, limits=limits())
        return _service


def close() -> None:
    """End the service of this process, if it was ever asked for; who asks again gets another."""
    global _service
    with _service_lock:
        ended, _service = _service, None
    if ended:
        ended.close()


def submit(
    config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None, address: str = ""
) -> Job:
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
        Train no faster than this, if training is more than twice as fast; a slower run trains as any other.
    address : str, optional
        Whom the session belongs to: those of one address take turns with those of others. Without one, each session counts.

    Returns
    -------
    Job
        Returned at once; ``job.state`` and ``job.run`` change as the run proceeds.

    Raises
    ------
    InputError
        If the speed is not positive, the run takes more computing than the host allows, or the host is full.
    """
    return current().submit(config, dataset, owner, epochs_per_second, address)


def submit_group(plan: Sequence[tuple[EnsembleConfig, Dataset]], owner: str, address: str = "") -> RunGroup:
    """Ask for several training runs, one after the other.

    Parameters
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train, at least one.
    owner : str
        As for ``submit``: a later run or series of this owner replaces it.
    address : str, optional
        As for ``submit``.

    Returns
    -------
    RunGroup
        Returned at once; ``series.runs`` grows as runs end.

    Raises
    ------
    InputError
        If the plan is empty or takes more computing than the host allows, or the host is full.
    """
    return current().submit_group(plan, owner, address)


def submit_sweep(specs: Sequence[RunSpec], table: Table, test_share: float, owner: str, address: str = "") -> Sweep:
    """Ask for many runs, of each of which a few numbers are kept.

    Parameters
    ----------
    specs : sequence of RunSpec
        What to train, at least one.
    table : Table
        The rows that are split for each run.
    test_share : float
        Share of the rows that is held back, 0.1 to 0.5.
    owner : str
        The session that asks. It has one live sweep at a time: a second one replaces the first.
    address : str, optional
        As for ``submit``.

    Returns
    -------
    Sweep
        Returned at once; ``sweep.results`` fills as runs end. It is found again by ``current().sweeps.find(sweep.id)``.

    Raises
    ------
    InputError
        If there are no runs, or more runs or computing than the host allows, or the host is full.
    """
    return current().submit_sweep(specs, table, test_share, owner, address)


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
    return current().keras_file(run, seconds)
