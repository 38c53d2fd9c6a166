"""The connection from the web process to the workers: a Dask client that reconnects, and the workers that are accepted."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from ensemble.execution import dask_settings, sentences
from ensemble.execution.local import cluster as local_cluster
from ensemble.fingerprint import fingerprint
from ensemble.worker import LEFT, TOPIC, stop_job

SECONDS_TO_ANSWER = 10
SECONDS_TO_CLOSE = 1
SECONDS_BETWEEN_TRIES = 10
SECONDS_TO_STOP = 60
MAX_SECONDS_SET_BACK = 1.0
SECONDS_FOR_A_RESULT = 60
MIN_DEATHS_TO_REPORT = 3
MAX_REFUSALS = 5
SECONDS_TO_ASK_AGAIN = 0.5

log = logging.getLogger(__name__)


class Listener(Protocol):
    """The callbacks of a connection. All but ``connected`` are called with the connection's lock held."""

    def connected(self) -> None:
        """A scheduler answers; what waits can be sent."""

    def disconnected(self) -> None:
        """The scheduler is lost, and with it all that was sent to it."""

    def worker_added(self) -> None:
        """A worker was accepted."""

    def worker_refused(self, sentence: str) -> None:
        """A worker of another version was refused."""

    def worker_removed(self, worker: str) -> None:
        """A worker is lost with all that it was training."""

    def worker_event(self, message: dict[str, Any]) -> None:
        """A worker reports on a task; see ``ensemble.worker``."""


class Connection:
    """A connection to a scheduler and its workers.

    A call that waits for an answer of the scheduler must not hold the lock, because the thread that receives the answer needs
    it. ``call_soon`` passes such a call to the thread that runs ``serve``.

    Attributes
    ----------
    scheduler : str or None
        Its address; None for a scheduler and workers that are started here.
    lock : threading.Condition
        Guards what changes here and in what is submitted; notified of every change. Reentrant.
    topic : str
        Under which workers report on what is sent here: other web processes may use the same scheduler.
    workers : set of str
        Addresses of the accepted workers.
    refusals : dict of str
        By address: a sentence for a person on each worker that was refused.
    failed : bool
        Whether the last attempt to connect failed.
    """

    def __init__(self, scheduler: str | None, embedded_workers: int, listener: Listener):
        self.scheduler = scheduler
        self.embedded_workers = embedded_workers
        self.lock = threading.Condition(threading.RLock())
        self.topic = f"{TOPIC}-{uuid.uuid4().hex}"
        self.workers: set[str] = set()
        self.refusals: dict[str, str] = {}
        self.cluster: Any = None
        self.client: Any = None
        self.failed = False
        self._closed = False
        self._tries = 0
        self._next_try_at = 0.0
        self._clock = _Clock()
        self._added: set[str] = set()
        self._removed: set[str] = set()
        self._stopping: dict[str, _StopRequest] = {}
        self._replaced: set[str] = set()
        self._listener = listener
        self._calls: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()

    def serve(self, seconds: float) -> bool:
        """Keep the connection and make the calls that wait, for about so long; returns whether there is a connection."""
        if self.client is None:
            return self._connect()
        if self.client.status != "running":
            self._disconnect()
            return False
        if self._clock.was_set_back():
            self._disconnect()
            if self.cluster:
                _in_thread(self.cluster.close)
                self.cluster = None
            return False
        ends = time.monotonic() + seconds
        with contextlib.suppress(queue.Empty):
            while (left := ends - time.monotonic()) > 0:
                self._calls.get(timeout=left)()
        self._replace_workers_that_do_not_stop()
        return True

    def close(self) -> None:
        """Close the client, and end the embedded cluster if there is one."""
        self._closed = True
        if self.client:
            with contextlib.suppress(Exception):
                self.client.unsubscribe_topic("all")
                self.client.close(timeout=SECONDS_TO_CLOSE)
        if self.cluster:
            self.cluster.close()

    def wait_until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait for the condition, at most so many seconds; returns whether it came true."""
        with self.lock:
            return bool(self.lock.wait_for(condition, seconds))

    def call_soon(self, act: Callable[..., Any], *arguments: Any) -> None:
        """Call this in the thread that serves the connection, without the lock; dropped if there is no connection."""
        if self.client:
            self._calls.put(partial(act, *arguments))

    def submit(self, act: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Submit a task to the scheduler, without the lock; None if it cannot be reached."""
        try:
            return self.client.submit(act, *arguments, pure=False, **options)
        except Exception:  # the connection broke: the task is submitted again with the next one
            log.exception("The scheduler takes no task.")
            return None

    def stop_on_worker(self, job_id: str, worker: str) -> None:
        """Have a worker stop training for this task; it is replaced if it does not stop within a minute."""
        if worker in self.workers:
            self._stopping.setdefault(job_id, _StopRequest(worker, time.monotonic()))
            # In a thread of its own, since a worker that hangs does not answer even this.
            ask = partial(self.client.run, stop_job, job_id, topic=self.topic, workers=[worker], wait=False, on_error="ignore")
            self.call_soon(_in_thread, ask)

    def replace(self, worker: str) -> None:
        """End a worker that no longer answers; its nanny starts another."""
        if worker:
            self._replaced.add(worker)
            _in_thread(self.client.restart_workers, [worker], raise_for_error=False)

    def was_replaced(self, worker: str) -> bool:
        """Whether a lost worker was ended by ``replace``. True once only, since its address may be used again."""
        replaced = worker in self._replaced
        self._replaced.discard(worker)
        return replaced

    def _replace_workers_that_do_not_stop(self) -> None:
        with self.lock:
            for job, asked in list(self._stopping.items()):
                if time.monotonic() - asked.at > SECONDS_TO_STOP:
                    del self._stopping[job]
                    self.replace(asked.worker)

    @property
    def trouble(self) -> str:
        """A sentence for a person on why there is no worker; empty if there is one, or one is starting."""
        if self.workers:
            return ""
        cluster = self.cluster
        if self.failed or (cluster and cluster.deaths >= MIN_DEATHS_TO_REPORT):
            return sentences.NO_SCHEDULER if self.scheduler else sentences.NO_START
        if not self.scheduler:
            return ""
        if self.client is None:
            return sentences.NO_SCHEDULER
        return " ".join([sentences.NO_WORKERS, *self.refusals.values()])

    @property
    def version(self) -> str:
        """The version that workers must have; empty for those that are started here, which never have another."""
        return fingerprint() if self.scheduler else ""

    def _connect(self) -> bool:
        if time.monotonic() < self._next_try_at:
            return False
        client = None
        try:
            client = self._new_client()
            client.subscribe_topic("all", self._on_cluster_event)
            client.subscribe_topic(self.topic, self._on_worker_event)
            # Without the lock: the thread that receives the answer also delivers events, which take it.
            known = client.scheduler_info(n_workers=-1)["workers"]
        except Exception as error:  # whatever is wrong with the address, the certificates or the network
            if not self._closed:
                self._failed_to_connect(error)
            if client:
                _in_thread(client.close, timeout=SECONDS_TO_CLOSE)
            return False
        self.failed, self._tries = False, 0
        with self.lock:
            # Calls that were meant for the previous connection are dropped.
            self._calls = queue.SimpleQueue()
            self.client = client
            for worker in {*known, *self._added} - self._removed:
                self._admit(worker)
            self.lock.notify_all()
        if self._closed:
            self.close()
            return False
        self._listener.connected()
        return True

    def _new_client(self) -> Any:
        import dask  # here, so that the first page does not wait for it

        from ensemble.execution.dask_nodes import Client

        dask.config.set(dask_settings.CLIENT)
        if self.cluster and not self.cluster.running:
            self.cluster.close()
            self.cluster = None
        if not self.scheduler and not self.cluster:
            self.cluster = local_cluster.take(self.embedded_workers)
            if self._closed:
                self.cluster.close()
        self._added.clear()
        self._removed.clear()
        address, security = (self.scheduler, None) if self.scheduler else (self.cluster.address, self.cluster.security)
        return Client(address, security=security, timeout=SECONDS_TO_ANSWER, set_as_default=False)

    def _failed_to_connect(self, error: Exception) -> None:
        self.failed = True
        seconds = min(2**self._tries, SECONDS_BETWEEN_TRIES)
        self._tries, self._next_try_at = self._tries + 1, time.monotonic() + seconds
        what = f"No Dask scheduler answers at {self.scheduler}" if self.scheduler else "The training process cannot be started"
        log.warning("%s; trying again in %d s: %s: %s", what, seconds, type(error).__name__, error)

    def _disconnect(self) -> None:
        log.warning("The connection to the Dask scheduler was lost.")
        with self.lock:
            lost, self.client = self.client, None
            self.workers.clear()
            self.refusals.clear()
            self._stopping.clear()
            self._replaced.clear()
            self._listener.disconnected()
            self.lock.notify_all()
        _in_thread(lost.close, timeout=2)

    def _on_worker_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self.lock:
            if message["event"] == LEFT:
                self._stopping.pop(message["job"], None)
            else:
                self._listener.worker_event(message)
            self.lock.notify_all()

    def _on_cluster_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self.lock:
            if message.get("action") == "add-worker":
                self._removed.discard(message["worker"])
                self._added.add(message["worker"])
                if self.client:
                    self._admit(message["worker"])
            elif message.get("action") == "remove-worker":
                self._added.discard(message["worker"])
                self._removed.add(message["worker"])
                self.workers.discard(message["worker"])
                self._stopping = {job: asked for job, asked in self._stopping.items() if asked.worker != message["worker"]}
                self._listener.worker_removed(message["worker"])
            self.lock.notify_all()

    def _admit(self, worker: str) -> None:
        """Accept a worker, after its version was checked if it was not started here."""
        if self.scheduler:
            self.call_soon(_in_thread, self._ask_version, worker)
        else:
            self._accept(worker)

    def _ask_version(self, worker: str) -> None:
        client = self.client
        try:
            answer = client.run(fingerprint, workers=[worker], on_error="return").get(worker)
        except Exception as error:  # it broke on the way
            log.warning("The worker at %s could not be asked for its version and is asked again: %r", worker, error)
            time.sleep(SECONDS_TO_ASK_AGAIN)
            with self.lock:
                if client is self.client and worker not in self._removed:
                    self._admit(worker)
            return
        found = type(answer).__name__ if isinstance(answer, BaseException) else answer
        with self.lock:
            if client is not self.client or worker in self._removed:
                return
            if found == fingerprint():
                self._accept(worker)
            else:
                self._refuse(worker, found)
            self.lock.notify_all()

    def _accept(self, worker: str) -> None:
        self.workers.add(worker)
        self._listener.worker_added()

    def _refuse(self, worker: str, found: str) -> None:
        sentence = sentences.OTHER_VERSION.format(worker=worker, found=found, own=fingerprint())
        log.error(sentence)
        self.refusals[worker] = sentence
        self._listener.worker_refused(sentence)
        # Closed, not retired: a worker that alone holds some rows cannot be retired.
        _in_thread(self.client.run_on_scheduler, lambda dask_scheduler: dask_scheduler.close_worker(worker))


def outcome(future: Any) -> tuple[Any, Exception | None]:
    """Result of a task and exception of a task that failed; neither if the task was lost."""
    try:
        if future.status == "finished":
            return future.result(SECONDS_FOR_A_RESULT), None
        if future.status == "error":
            return None, future.exception(SECONDS_FOR_A_RESULT)
    except Exception as error:  # whatever it is, there is no result
        log.warning("A result was lost: %r", error)
    return None, None


class _StopRequest(NamedTuple):
    """The worker that was asked to stop, and when, in seconds of ``time.monotonic``."""

    worker: str
    at: float


class _Clock:
    """Detects that the system clock was set back: Dask would hold its messages until the clock has caught up."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def was_set_back(self) -> bool:
        """Whether it was set back since the last call."""
        before, self._offset = self._offset, time.time() - time.monotonic()
        return before - self._offset > MAX_SECONDS_SET_BACK


def _in_thread(act: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Call what may take long in a thread of its own."""

    def call() -> None:
        try:
            act(*arguments, **options)
        except Exception as error:  # mostly of a lost connection, which is noticed elsewhere
            log.warning("%s failed: %r", getattr(act, "__name__", act), error)

    threading.Thread(target=call, daemon=True).start()
