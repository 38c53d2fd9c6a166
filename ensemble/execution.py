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
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal
from weakref import WeakValueDictionary

from ensemble import journal
from ensemble.config import EnsembleConfig
from ensemble.connection import Connection
from ensemble.datasets import Dataset, Table
from ensemble.errors import InputError
from ensemble.jobs import Job, Series
from ensemble.limits import Limits, limits
from ensemble.metrics import Load, memory_of_workers
from ensemble.run import Run
from ensemble.sweep import Spec
from ensemble.sweeping import Chunk, Sweep
from ensemble.wire import with_news
from ensemble.worker import build_keras_file, rows_of_sweep, train_chunk, train_job

MAX_SECONDS = 600
WATCHER_TIMEOUT = 60
OBEY_SECONDS = 0.7
TICK_SECONDS = 0.2
SECONDS_TO_RECONNECT = 1
SECONDS_FOR_A_RESULT = 60
DEATHS_TO_MENTION = 3
STRANGERS_TO_BEAR = 5
CHUNKS_PER_WORKER = 2
SECONDS_TO_KEEP_A_SWEEP = 3600
MOST_SWEEPS_KEPT = 64

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
        self._sweeps: dict[str, Sweep] = {}
        self._jobs: WeakValueDictionary[str, Job] = WeakValueDictionary()
        self._durations: deque[float] = deque(maxlen=20)
        self._changed = threading.Condition(threading.RLock())
        self._closed = threading.Event()
        self.connection = Connection(scheduler, self.limits.workers, self._changed, self)
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
        self.connection.close()

    def submit(self, config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None) -> Job:
        """Ask for a run; it replaces the owner's live one. See the module's ``submit``."""
        if epochs_per_second is not None and not epochs_per_second > 0:
            raise InputError("The speed has to be a positive number of epochs per second.")
        job = Job(owner, config, dataset, epochs_per_second, self)
        with self._changed:
            self._refuse_if_full(owner)
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
            self._refuse_if_full(owner)
            self._stop_all_of(owner)
            self._enqueue(series.begin_next())
        self.start()
        return series

    def submit_sweep(self, specs: Sequence[Spec], table: Table, test_share: float, owner: str) -> Sweep:
        """Ask for many runs; they replace the owner's live sweep. See the module's ``submit_sweep``."""
        if not specs:
            raise InputError("A sweep needs at least one run.")
        if len(specs) > self.limits.sweep_runs:
            raise InputError(
                f"{len(specs):,} runs are more than the {self.limits.sweep_runs:,} that this host allows at once. "
                "Choose fewer seeds or fewer values."
            )
        sweep = Sweep(owner, specs, table, test_share, self)
        with self._changed:
            for earlier in self._sweeps.values():
                if earlier.owner == owner:
                    self.cancel_sweep(earlier)
            self._sweeps[sweep.id] = sweep
            self._forget_old_sweeps()
            self._hand_out(sweep)
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

    def sweep(self, sweep_id: str) -> Sweep | None:
        """The sweep of that id; those that have ended are kept for an hour."""
        return self._sweeps.get(sweep_id)

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

    def load(self) -> Load:
        """What there is to do at this moment, for the host."""
        memory = memory_of_workers(self.connection.client)  # before the lock: the answer comes by a thread that may want it
        with self._changed:
            return Load(
                workers=len(self.workers),
                waiting=self.waiting,
                training=len(self._live) - self.waiting,
                sweeps=sum(sweep.live for sweep in self._sweeps.values()),
                worker_bytes=memory,
                trouble=self.trouble,
            )

    @property
    def trouble(self) -> str:
        """A sentence for a person on why no worker is there; empty if one is, or is on its way."""
        if self.workers:
            return ""
        cluster = self.connection.cluster
        if self.connection.failed or (cluster and cluster.deaths >= DEATHS_TO_MENTION):
            return _NO_SCHEDULER if self.connection.scheduler else _NO_START
        if not self.connection.scheduler:
            return ""
        if self.connection.client is None:
            return _NO_SCHEDULER
        return " ".join([_NO_WORKERS, *self.connection.refusals.values()])

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

    def cancel_series(self, series: Series) -> None:
        # Under the lock, so that the run that is cancelled is not one that ends meanwhile and lets the next begin.
        with self._changed:
            self.cancel(series.jobs[-1])

    def pause_sweep(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.paused = True

    def resume_sweep(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.paused = False
            self._go_on_with_sweep(sweep)

    def touch_sweep(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.seen_at = time.monotonic()
            if sweep.unwatched:
                sweep.unwatched = False
                self._go_on_with_sweep(sweep)

    def cancel_sweep(self, sweep: Sweep) -> None:
        with self._changed:
            if not sweep.live:
                return
            for chunk in sweep.out.values():
                if chunk.worker:
                    self.connection.stop_on_worker(chunk.id, chunk.worker)
                elif chunk.future:
                    self.connection.errand(chunk.future.cancel)
            sweep.stopped = True
            self._settle(sweep)

    def _refuse_if_full(self, owner: str) -> None:
        waiting = sum(job.phase == "waiting" and job.owner != owner for job in self._live.values())
        if waiting >= self.limits.waiting:
            minutes = round((self._seconds_for(waiting) or 0) / 60)
            when = f"in about {minutes} min" if minutes > 1 else "in a minute"
            raise InputError(
                f"The host is full: {waiting} runs wait already. Your settings are kept; press Train again {when}."
            )

    def _seconds_for(self, runs: int) -> float | None:
        """How long so many single runs are likely to take."""
        if not self._durations or not self.workers:
            return None
        return runs * sum(self._durations) / len(self._durations) / len(self.workers)

    def _forget_old_sweeps(self) -> None:
        now, ended = time.monotonic(), [sweep for sweep in self._sweeps.values() if not sweep.live]
        for place, sweep in enumerate(sorted(ended, key=lambda sweep: -sweep.ended_at)):
            if place >= MOST_SWEEPS_KEPT or now - sweep.ended_at > SECONDS_TO_KEEP_A_SWEEP:
                del self._sweeps[sweep.id]

    def _go_on_with_sweep(self, sweep: Sweep) -> None:
        sweep.forget_pace()
        self._hand_out(sweep)
        self._changed.notify_all()

    def _hand_out(self, sweep: Sweep) -> None:
        """Send runs of a sweep until every worker has some of them, and some more to go on with at once."""
        while (
            self.connection.client and len(sweep.out) < CHUNKS_PER_WORKER * len(self.workers) and (chunk := sweep.next_chunk())
        ):
            self.connection.errand(self._send_chunk, sweep, chunk)

    def _stop_all_of(self, owner: str) -> None:
        for earlier in [one for one in self._live.values() if one.owner == owner]:
            self.cancel(earlier)

    def _enqueue(self, job: Job) -> None:
        self._live[job.id] = self._jobs[job.id] = job
        self.connection.errand(self._send, job)

    def position(self, job: Job) -> int:
        with self._changed:
            if job.phase != "waiting":
                return 0
            waiting = [one for one in self._live.values() if one.phase == "waiting"]
            return waiting.index(job) + 1

    def wait_seconds(self, job: Job) -> float | None:
        with self._changed:
            return self._seconds_for(self.position(job))

    def wait_until(self, condition: Any, seconds: float) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(condition, seconds))

    def _serve(self) -> None:
        """Keep a connection, and look after jobs and sweeps, until closed."""
        while not self._closed.is_set():
            try:
                if not self.connection.serve(TICK_SECONDS):
                    self._closed.wait(SECONDS_TO_RECONNECT)
                self._look_after_jobs()
                self._look_after_sweeps()
            except Exception:  # one job's trouble must not leave the others without care
                log.exception("The training service goes on after an error.")
                self._closed.wait(SECONDS_TO_RECONNECT)
        with self._changed:
            for job in list(self._live.values()):
                self._end(job, "stopped", job.run)
            for sweep in self._sweeps.values():
                self.cancel_sweep(sweep)

    def connected(self) -> None:
        for job in list(self._live.values()):
            self._send(job)
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
        for sweep in self._sweeps.values():
            if sweep.out:
                sweep.note = _SWEEP_CONNECTION_LOST
            for chunk in list(sweep.out.values()):
                sweep.came_back(chunk)
            sweep.rows = None
            sweep.forget_pace()

    def worker_came(self) -> None:
        for sweep in self._sweeps.values():
            self._hand_out(sweep)

    def worker_refused(self, sentence: str) -> None:
        for sweep in self._sweeps.values():
            if sweep.live:
                sweep.note = sentence

    def worker_gone(self, worker: str) -> None:
        for job in [one for one in self._live.values() if one.worker == worker]:
            self._worker_lost(job)
        for sweep in self._sweeps.values():
            for chunk in [one for one in sweep.out.values() if one.worker == worker]:
                self._chunk_lost(sweep, chunk)
            sweep.forget_pace()

    def news(self, message: dict[str, Any]) -> None:
        if message["event"] == "chunk":
            self._chunk_begins(message)
            return
        job = self._jobs.get(message["job"])
        if job is None or not job.live:
            if message["event"] != "progress":
                self.connection.stop_on_worker(message["job"], message["worker"])
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

    def _send(self, job: Job) -> None:
        if not job.live or job.future:
            return
        job.future = self.connection.submit(
            train_job,
            job.id,
            job.config,
            job.dataset,
            job.epochs_per_second,
            self.connection.version,
            key=f"train-{job.id}-{job.sent}",
        )
        if job.future:
            job.future.add_done_callback(partial(self._on_done, job))
            if not job.live:
                job.future.cancel()

    def _send_chunk(self, sweep: Sweep, chunk: Chunk) -> None:
        if not sweep.live:
            return
        if sweep.rows is None:
            sweep.rows = self.connection.submit(rows_of_sweep, sweep.table, key=f"rows-{sweep.id}")
        chunk.future = sweep.rows and self.connection.submit(
            train_chunk,
            chunk.id,
            [sweep.specs[place] for place in chunk.places],
            sweep.rows,
            sweep.test_share,
            chunk.together,
            self.connection.version,
            key=f"chunk-{chunk.id}",
            priority=-1,
        )
        if chunk.future:
            chunk.future.add_done_callback(partial(self._on_chunk_done, sweep, chunk))
            if not sweep.live:
                chunk.future.cancel()
        else:
            with self._changed:
                sweep.came_back(chunk)

    def _chunk_lost(self, sweep: Sweep, chunk: Chunk) -> None:
        sweep.note = (
            f"A training process was lost. What it was at, {len(chunk.places)} of {len(sweep.specs)} runs, is trained again."
        )
        chunk.worker, chunk.began_at, chunk.losses = "", 0.0, chunk.losses + 1
        if chunk.losses > 1:
            self.connection.errand(chunk.future.cancel)
            sweep.was_lost(chunk, _RUN_LOST_TWICE)
            self._settle(sweep)

    def _worker_lost(self, job: Job) -> None:
        job.losses += 1
        if job.cancelled_at:
            self._end(job, "stopped", job.run)
        elif job.losses > 1:
            self.connection.errand(job.future.cancel)
            self._end(job, "failed", job.run, error=_LOST_TWICE)
        else:
            # Dask itself trains it again elsewhere.
            epoch = f" in epoch {job.run.epochs}" if job.run else ""
            self._wait_again(job, f"The training process was lost{epoch}. The run starts again from the beginning.")

    def _wait_again(self, job: Job, note: str) -> None:
        job.note = note or job.note
        job.run, job.worker, job.began_at = None, "", 0.0
        self._enter(job, "waiting")

    def _send_again(self, job: Job, note: str) -> None:
        if job.future:
            self._wait_again(job, note)
        job.future, job.sent = None, job.sent + 1
        self.connection.errand(self._send, job)

    def _chunk_begins(self, message: dict[str, Any]) -> None:
        for sweep in self._sweeps.values():
            if sweep.live and (chunk := sweep.out.get(message["job"])):
                chunk.worker, chunk.began_at = message["worker"], time.monotonic()
                return
        self.connection.stop_on_worker(message["job"], message["worker"])

    def _on_chunk_done(self, sweep: Sweep, chunk: Chunk, future: Any) -> None:
        results, problem = _outcome(future)
        with self._changed:
            chunk.future = None
            if results:
                sweep.came_home(chunk, *results)
            elif isinstance(problem, InputError):
                sweep.came_back(chunk)
                sweep.error = str(problem)
            elif problem and (chunk.worker or sweep.strangers >= STRANGERS_TO_BEAR):
                log.error("Runs of a sweep failed: %r", problem)
                sweep.was_lost(chunk, _UNEXPECTED)
            else:
                # The connection broke, or a worker took it that is not of this version.
                sweep.came_back(chunk)
                sweep.strangers += bool(problem)
                sweep.rows = None
            self._settle(sweep)
            self._hand_out(sweep)
            self._changed.notify_all()

    def _settle(self, sweep: Sweep) -> None:
        """Note the time at which a sweep has ended, and release its rows."""
        if not sweep.live and not sweep.ended_at:
            sweep.ended_at, sweep.rows = time.monotonic(), None
            journal.sweep_ended(
                outcome="stopped" if sweep.stopped else "failed" if sweep.error else "done",
                sweep_id=sweep.id,
                owner=sweep.owner,
                done=sweep.done,
                failed=len(sweep.failures),
            )
            self._changed.notify_all()

    def _on_done(self, job: Job, future: Any) -> None:
        run, problem = _outcome(future)
        with self._changed:
            if job.future is not future or not job.live:
                return
            if run:
                self._end(job, "stopped" if run.status == "stopped" else "done", run)
            elif job.cancelled_at:
                self._end(job, "stopped", job.run)
            elif problem and (job.worker or job.sent >= STRANGERS_TO_BEAR):
                log.error("Training %s failed: %r", job.config, problem)
                self._end(job, "failed", job.run, error=_UNEXPECTED)
            else:
                # The connection broke, or a worker took it that is not of this version.
                self._send_again(job, "" if problem else _CONNECTION_LOST)

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
            journal.ended(
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

    def _look_after_sweeps(self) -> None:
        now = time.monotonic()
        with self._changed:
            self._forget_old_sweeps()
            for sweep in self._sweeps.values():
                if now - sweep.seen_at > SECONDS_TO_KEEP_A_SWEEP:
                    self.cancel_sweep(sweep)
                if sweep.live and now - sweep.seen_at > self.watcher_timeout:
                    sweep.unwatched = True
                for chunk in list(sweep.out.values()):
                    if chunk.began_at and now - chunk.began_at > self.max_seconds:
                        self._give_up(sweep, chunk)
                self._hand_out(sweep)

    def _give_up(self, sweep: Sweep, chunk: Chunk) -> None:
        minutes = round(self.max_seconds / 60)
        alone = len(chunk.places) == 1
        sweep.note = (_TOO_LONG if alone else _TOO_LONG_TOGETHER).format(minutes=minutes)
        self.connection.errand(chunk.future.cancel)
        self.connection.replace(chunk.worker)
        chunk.worker, chunk.began_at = "", 0.0
        sweep.was_lost(chunk, _TOO_LONG.format(minutes=minutes))
        self._settle(sweep)

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
        self.connection.errand(job.future.cancel)
        self._end(job, "failed", job.run, error=_TOO_LONG.format(minutes=round(self.max_seconds / 60)))
        self.connection.replace(job.worker)


def _outcome(future: Any) -> tuple[Any, Exception | None]:
    """What a task gave, and what went wrong with it; neither if it was lost on the way."""
    try:
        if future.status == "finished":
            return future.result(SECONDS_FOR_A_RESULT), None
        if future.status == "error":
            return None, future.exception(SECONDS_FOR_A_RESULT)
    except Exception as error:  # whatever it is, the result did not come
        log.warning("A result was lost: %r", error)
    return None, None


_LOST_TWICE = "The training process was lost twice, so this run was given up. Try a smaller ensemble, or press Train again."
_UNEXPECTED = "Training failed for a reason that the app did not expect; its log says more. Press Train to try again."
_CONNECTION_LOST = "The connection to the training processes was lost. The run starts again as soon as they are back."
_SWEEP_CONNECTION_LOST = (
    "The connection to the training processes was lost. Finished runs are kept; the others go on as soon as it is back."
)
_NO_SCHEDULER = "The scheduler of the training cluster does not answer. The run waits, and starts as soon as it does."
_NO_START = (
    "The training process cannot be started on this server at the moment; its log says why. The run waits, and starts as soon "
    "as it can."
)
_NO_WORKERS = "The training cluster has no worker at the moment. The run waits for one."
_RUN_LOST_TWICE = "The training process was lost twice with this run, so it was given up."
_TOO_LONG = "Training took longer than {minutes} minutes and was stopped. Choose fewer epochs or a smaller ensemble."
_TOO_LONG_TOGETHER = "Some runs took longer than {minutes} minutes together. Each is tried again alone."
_NO_KERAS_YET = "The training process is busy or still starting, so the Keras file could not be built; try again in a minute."
_NO_KERAS = "The training process could not build the Keras file; try again."

_service: Service | None = None
_service_lock = threading.Lock()


def service() -> Service:
    """The service of this process, made when it is first asked for."""
    global _service
    with _service_lock:
        if _service is None:
            _service = Service(os.environ.get("SOFTMAX_LAB_SCHEDULER"), limits=limits())
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


def submit_sweep(specs: Sequence[Spec], table: Table, test_share: float, owner: str) -> Sweep:
    """Ask for many runs, of each of which a few numbers are kept.

    Parameters
    ----------
    specs : sequence of Spec
        What to train, at least one.
    table : Table
        The rows that are split for each run.
    test_share : float
        Share of the rows that is held back, 0.1 to 0.5.
    owner : str
        The session that asks. It has one live sweep at a time: a second one replaces the first.

    Returns
    -------
    Sweep
        Returned at once; ``sweep.results`` fills as runs end. It is found again by ``service().sweep(sweep.id)``.

    Raises
    ------
    InputError
        If there are no runs, or more than the host allows.
    """
    return service().submit_sweep(specs, table, test_share, owner)


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
