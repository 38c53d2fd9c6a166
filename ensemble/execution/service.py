"""The training service of the web process: runs always execute on Dask workers, embedded ones by default, those of a cluster if
``SOFTMAX_LAB_SCHEDULER`` names its scheduler.

``submit(config, dataset, owner)`` returns a ``Job`` at once, which changes in the background as its workers report. The web
process never loads TensorFlow.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ensemble.config import EnsembleConfig
from ensemble.datasets.table import Dataset, Table
from ensemble.errors import InputError
from ensemble.execution import sentences
from ensemble.execution.connection import Connection
from ensemble.execution.jobs import Job, RunGroup
from ensemble.execution.metrics import Load, memory_of_workers
from ensemble.execution.run_service import RunService
from ensemble.execution.run_store import RunStore
from ensemble.execution.sweep import Sweep
from ensemble.execution.sweep_service import SweepService
from ensemble.limits import Limits, limits
from ensemble.runs.run import Run
from ensemble.sweeps.results import RunSpec
from ensemble.worker import CHUNK, build_keras_file

MAX_SECONDS = 600
WATCHER_TIMEOUT = 60
TICK_SECONDS, IDLE_TICK_SECONDS = 0.2, 0.5
SECONDS_TO_RECONNECT = 1
SECONDS_TO_CLOSE = 1

log = logging.getLogger(__name__)


class Service:
    """One connection with the runs and the sweeps of all sessions, and the thread that serves them.

    Parameters
    ----------
    scheduler : str, optional
        Address of a scheduler; without one, an embedded cluster is started.
    watcher_timeout : float
        Seconds without a heartbeat after which a run is stopped and a sweep pauses.
    max_seconds : float
        How long a run or a chunk of a sweep may train.
    limits : Limits, optional
        What the host allows.
    """

    def __init__(
        self,
        scheduler: str | None = None,
        watcher_timeout: float = WATCHER_TIMEOUT,
        max_seconds: float = MAX_SECONDS,
        limits: Limits | None = None,
    ):
        self.limits = limits or Limits()
        self.connection = Connection(scheduler, self.limits.workers, self)
        self.store = RunStore(self.limits.store_megabytes * 10**6)
        self.runs = RunService(self.connection, self.limits, watcher_timeout, max_seconds, self.store)
        self.sweeps = SweepService(self.connection, self.limits, watcher_timeout, max_seconds, self.store, self.runs)
        self.runs.busy_sessions = self.sweeps.busy_sessions
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="training-service")

    def start(self) -> None:
        """Connect in the background; the embedded cluster is started if no scheduler is named."""
        with self.connection.lock:
            if not self._thread.ident:
                self._thread.start()

    def close(self) -> None:
        """Stop every run and sweep and end what ``start`` began, within 5 s; a second call does nothing."""
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
        """Submit a run; it replaces the owner's live one. See the module's ``submit``."""
        job = self.runs.submit(config, dataset, owner, epochs_per_second, address)
        self.start()
        return job

    def submit_group(
        self,
        plan: Sequence[tuple[EnsembleConfig, Dataset]],
        owner: str,
        address: str = "",
        background: bool = False,
        given: Sequence[Job] = (),
    ) -> RunGroup:
        """Submit several runs; they replace the owner's live ones. See the module's ``submit_group``."""
        group = self.runs.submit_group(plan, owner, address, background, given)
        self.start()
        return group

    def submit_sweep(
        self,
        specs: Sequence[RunSpec],
        table: Table,
        test_share: float,
        owner: str,
        address: str = "",
        background: bool = False,
    ) -> Sweep:
        """Submit many runs; they replace the owner's live sweep. See the module's ``submit_sweep``."""
        sweep = self.sweeps.submit(specs, table, test_share, owner, address, self.classic_seconds, background)
        self.start()
        return sweep

    def reopened(self, run: Run, dataset: Dataset, owner: str) -> Job:
        """The job of a run that was trained before, such as one from a file: it has ended."""
        return self.runs.reopened(run, dataset, owner)

    def job(self, job_id: str) -> Job | None:
        """The job of that id, as long as it is referenced elsewhere."""
        return self.runs.job(job_id)

    def keras_file(self, run: Run, seconds: float = 60) -> bytes:
        """The run as a ``.keras`` file. See the module's ``keras_file``."""
        self.start()
        deadline = time.monotonic() + seconds
        if not self.wait_until(lambda: bool(self.connection.client and self.workers), seconds):
            raise InputError(sentences.NO_KERAS_YET)
        try:
            # Before the runs that wait; the one that is trained ends first.
            future = self.connection.client.submit(build_keras_file, run.config, run.weights, pure=False, priority=1)
            return future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            future.cancel()
            raise InputError(sentences.NO_KERAS_YET) from None
        except Exception:
            log.exception("The Keras file of %s failed.", run.config)
            raise InputError(sentences.NO_KERAS) from None

    @property
    def workers(self) -> set[str]:
        """Addresses of the accepted workers."""
        return self.connection.workers

    @property
    def live(self) -> int:
        """How many single runs are trained or are to be."""
        return self.runs.live

    @property
    def watched(self) -> int:
        """How many live runs people wait for; one that is trained for several people counts for each of them."""
        return self.runs.watched

    @property
    def waiting(self) -> int:
        """How many single runs wait for a worker."""
        return self.runs.waiting

    @property
    def classic_seconds(self) -> float:
        """How long a classic run takes here, from the last runs that have ended; an estimate before there are any."""
        return self.runs.classic_seconds

    @property
    def trouble(self) -> str:
        """A sentence for a person on why there is no worker; empty if there is one, or one is starting."""
        return self.connection.trouble

    def load(self) -> Load:
        """What the service has to do at this moment, for the host."""
        memory = memory_of_workers(self.connection.client)  # without the lock, which the thread that receives the answer takes
        with self.connection.lock:
            return Load(
                workers=len(self.workers),
                waiting=self.waiting,
                training=self.live - self.waiting,
                sweeps=self.sweeps.live,
                store_bytes=self.store.bytes,
                worker_bytes=memory,
                trouble=self.trouble,
            )

    def wait_until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait for the condition, at most so many seconds; returns whether it came true."""
        return self.connection.wait_until(condition, seconds)

    def connected(self) -> None:
        self.runs.dispatch()
        # Now and not earlier: handlers run last in, first out, and Dask's own would close the scheduler under the client.
        atexit.unregister(self.close)
        atexit.register(self.close)

    def disconnected(self) -> None:
        self.runs.disconnected()
        self.sweeps.disconnected()

    def worker_added(self) -> None:
        self.runs.worker_added()
        self.sweeps.worker_added()

    def worker_refused(self, sentence: str) -> None:
        self.sweeps.worker_refused(sentence)

    def worker_removed(self, worker: str) -> None:
        was_replaced = self.connection.was_replaced(worker)
        self.runs.worker_removed(worker, was_replaced)
        self.sweeps.worker_removed(worker, was_replaced)

    def worker_event(self, message: dict[str, Any]) -> None:
        if message["event"] == CHUNK:
            self.sweeps.worker_event(message)
        else:
            self.runs.worker_event(message)

    def _serve(self) -> None:
        """Keep a connection, and supervise runs and sweeps, until closed."""
        while not self._closed.is_set():
            try:
                if not self.connection.serve(TICK_SECONDS if self.runs.live or self.sweeps.live else IDLE_TICK_SECONDS):
                    self._closed.wait(SECONDS_TO_RECONNECT)
                self.runs.supervise()
                self.sweeps.supervise()
            except Exception:  # the service must outlive an error in one run
                log.exception("The training service continues after an error.")
                self._closed.wait(SECONDS_TO_RECONNECT)
        with self.connection.lock:
            self.runs.close()
            self.sweeps.close()


_service: Service | None = None
_service_lock = threading.Lock()


def current() -> Service:
    """The service of this process, created by the first call."""
    global _service
    with _service_lock:
        if _service is None:
            _service = Service(os.environ.get("SOFTMAX_LAB_SCHEDULER", "").strip() or None, limits=limits())
        return _service


def close() -> None:
    """End the service of this process, if there is one; the next call of ``current`` creates another."""
    global _service
    with _service_lock:
        ended, _service = _service, None
    if ended:
        ended.close()


def submit(
    config: EnsembleConfig, dataset: Dataset, owner: str, epochs_per_second: float | None = None, address: str = ""
) -> Job:
    """Submit a training run.

    A run on built-in rows that was trained before on this server is found, and has finished at once (``job.from_store``); so
    is the classic run, which came with the app, while no worker is ready. One that is trained for another session is trained
    once for both: the job goes through the same stages. A run that is slowed down is trained in any case.

    Parameters
    ----------
    config : EnsembleConfig
        What to train.
    dataset : Dataset
        Rows to train on and to test with.
    owner : str
        The session that submits it. It has one live run at a time: a second one replaces the first.
    epochs_per_second : float, optional
        Train no faster than this, if training is more than twice as fast; a slower run trains as any other.
    address : str, optional
        Network address of the session: addresses take turns in the queue. Without one, each session counts for itself.

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


def submit_group(
    plan: Sequence[tuple[EnsembleConfig, Dataset]],
    owner: str,
    address: str = "",
    background: bool = False,
    given: Sequence[Job] = (),
) -> RunGroup:
    """Submit several training runs, which are trained one after the other; those that are found need no training.

    Parameters
    ----------
    plan : sequence of (EnsembleConfig, Dataset)
        What to train, at least one.
    owner : str
        As for ``submit``: a later run or group of this owner replaces it.
    address : str, optional
        As for ``submit``.
    background : bool, default False
        Train only while no run waits that was asked for by a press, and make room for one that comes meanwhile.
    given : sequence of Job, optional
        Where finished ones are equal to runs of the plan, these need no training.

    Returns
    -------
    RunGroup
        Returned at once; ``group.runs`` grows as runs end. It has finished already if all were found.

    Raises
    ------
    InputError
        If the plan is empty or takes more computing than the host allows, or the host is full.
    """
    return current().submit_group(plan, owner, address, background, given)


def submit_sweep(
    specs: Sequence[RunSpec],
    table: Table,
    test_share: float,
    owner: str,
    address: str = "",
    background: bool = False,
) -> Sweep:
    """Submit many runs, of each of which a few numbers are kept.

    The same on built-in rows, from whatever session, is one sweep: the one that is under way, or that has finished and is kept.

    Parameters
    ----------
    specs : sequence of RunSpec
        What to train, at least one.
    table : Table
        The rows that are split for each run.
    test_share : float
        Fraction of the rows that is held back, 0.1 to 0.5.
    owner : str
        The session that submits it. It has one live sweep at a time: a second one replaces the first.
    address : str, optional
        As for ``submit``.
    background : bool, default False
        Train only while nothing else waits, until somebody submits the same by a press.

    Returns
    -------
    Sweep
        Returned at once; ``sweep.results`` fills as runs end. ``current().sweeps.find(sweep.id)`` finds it again.

    Raises
    ------
    InputError
        If there are no runs, or more runs or computing than the host allows, or the host is full.
    """
    return current().submit_sweep(specs, table, test_share, owner, address, background)


def keras_file(run: Run, seconds: float = 60) -> bytes:
    """Build a run's functional Keras model on a worker, where TensorFlow is.

    Parameters
    ----------
    run : Run
        With any status; its present weights are taken.
    seconds : float, default 60
        How long to wait for a worker at most, which first ends its present run.

    Returns
    -------
    bytes
        For ``keras.models.load_model``, from a file whose name ends in ``.keras``; nothing of this app is needed.

    Raises
    ------
    InputError
        If there was no worker in time, or it was lost.
    """
    return current().keras_file(run, seconds)
