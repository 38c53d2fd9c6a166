"""The way from the web process to the workers: a Dask client that comes back when it is lost, and who may take part."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

from ensemble.execution import dask_settings, local_cluster
from ensemble.fingerprint import fingerprint
from ensemble.worker import LEFT, TOPIC, stop_job

SECONDS_TO_ANSWER = 10
SECONDS_TO_CLOSE = 1
SECONDS_BETWEEN_TRIES = 10
SECONDS_TO_STOP = 60
SECONDS_THAT_MATTER = 1.0
SECONDS_FOR_A_RESULT = 60
MIN_DEATHS_TO_REPORT = 3
MAX_REFUSALS = 5
SECONDS_TO_ASK_AGAIN = 0.5

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told what happens. Every call but ``connected`` holds the lock."""

    def connected(self) -> None:
        """A scheduler answers; what waits can be sent."""

    def disconnected(self) -> None:
        """The scheduler is gone, and with it all that was sent to it."""

    def worker_came(self) -> None:
        """A worker takes part from now on."""

    def worker_refused(self, sentence: str) -> None:
        """A worker of another version was sent away."""

    def worker_gone(self, worker: str) -> None:
        """A worker is lost with all that it was at."""

    def news(self, message: dict[str, Any]) -> None:
        """What a worker says of a job."""


class Connection:
    """A scheduler, its workers, and what has been asked of them.

    What waits for the scheduler's answer is an errand: it runs in the thread that calls ``serve``, since under the lock it
    would block the answer.

    Attributes
    ----------
    scheduler : str or None
        Its address; None for a scheduler and workers that are started here.
    workers : set of str
        Addresses of those who take part.
    refusals : dict of str
        By address: a sentence for a person on each worker that does not.
    failed : bool
        Whether the last attempt to get a connection did.
    """

    def __init__(self, scheduler: str | None, embedded_workers: int, lock: threading.Condition, listener: Listener):
        self.scheduler = scheduler
        self.embedded_workers = embedded_workers
        self.workers: set[str] = set()
        self.refusals: dict[str, str] = {}
        self.cluster: Any = None
        self.client: Any = None
        self.failed = False
        self._closed = False
        self._tries = 0
        self._next_try_at = 0.0
        self._clock = _Clock()
        self._came: set[str] = set()
        self._gone: set[str] = set()
        self._stopping: dict[str, _Asked] = {}
        self._replaced: set[str] = set()
        self._changed = lock
        self._listener = listener
        self._errands: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()

    def serve(self, seconds: float) -> bool:
        """Keep the connection and run errands, for about so long; whether there is a connection."""
        if self.client is None:
            return self._connect()
        if self.client.status != "running":
            self._lose()
            return False
        if self._clock.was_set_back():
            self._lose()
            if self.cluster:
                _apart(self.cluster.close)
                self.cluster = None
            return False
        with contextlib.suppress(queue.Empty):
            self._errands.get(timeout=seconds)()
            while True:
                self._errands.get_nowait()()
        self._replace_those_that_do_not_stop()
        return True

    def close(self) -> None:
        """End what was begun here."""
        self._closed = True
        if self.client:
            with contextlib.suppress(Exception):
                self.client.unsubscribe_topic("all")
                self.client.close(timeout=SECONDS_TO_CLOSE)
        if self.cluster:
            self.cluster.close()

    def wait_until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait for the condition, at most so long; whether it came true."""
        with self._changed:
            return bool(self._changed.wait_for(condition, seconds))

    def errand(self, act: Callable[..., Any], *arguments: Any) -> None:
        """Do this soon, if there is a connection then."""
        if self.client:
            self._errands.put(partial(act, *arguments))

    def submit(self, act: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Ask the scheduler for a task, to be called as an errand; None if it cannot be reached."""
        try:
            return self.client.submit(act, *arguments, pure=False, **options)
        except Exception:  # the connection broke: what was asked is asked again with the next one
            log.exception("The scheduler takes no task.")
            return None

    def stop_on_worker(self, job_id: str, worker: str) -> None:
        """Let a worker end what it does for this job."""
        if worker in self.workers:
            self._stopping.setdefault(job_id, _Asked(worker, time.monotonic()))
            # Apart, since a worker that hangs does not answer even this.
            ask = partial(self.client.run, stop_job, job_id, workers=[worker], wait=False, on_error="ignore")
            self.errand(_apart, ask)

    def replace(self, worker: str) -> None:
        """End a worker that can no longer be talked to, and let its nanny start another."""
        if worker:
            self._replaced.add(worker)
            _apart(self.client.restart_workers, [worker], raise_for_error=False)

    def was_replaced(self, worker: str) -> bool:
        """Whether a worker that is gone was ended from here; to be asked once, since its address may come again."""
        replaced = worker in self._replaced
        self._replaced.discard(worker)
        return replaced

    def _replace_those_that_do_not_stop(self) -> None:
        with self._changed:
            for job, asked in list(self._stopping.items()):
                if time.monotonic() - asked.at > SECONDS_TO_STOP:
                    del self._stopping[job]
                    self.replace(asked.worker)

    @property
    def trouble(self) -> str:
        """A sentence for a person on why no worker is there; empty if one is, or is on its way."""
        if self.workers:
            return ""
        cluster = self.cluster
        if self.failed or (cluster and cluster.deaths >= MIN_DEATHS_TO_REPORT):
            return _NO_SCHEDULER if self.scheduler else _NO_START
        if not self.scheduler:
            return ""
        if self.client is None:
            return _NO_SCHEDULER
        return " ".join([_NO_WORKERS, *self.refusals.values()])

    @property
    def version(self) -> str:
        """What workers have to be; empty for those that are started here, which are never another version."""
        return fingerprint() if self.scheduler else ""

    def _connect(self) -> bool:
        if time.monotonic() < self._next_try_at:
            return False
        client = None
        try:
            client = self._new_client()
            client.subscribe_topic("all", self._on_cluster_event)
            client.subscribe_topic(TOPIC, self._on_news)
            # Not under the lock: the answer comes by the thread that also brings events, which want it.
            known = client.scheduler_info(n_workers=-1)["workers"]
        except Exception as error:  # whatever is wrong with the address, the certificates or the network
            if not self._closed:
                self._failed_to_connect(error)
            if client:
                _apart(client.close, timeout=SECONDS_TO_CLOSE)
            return False
        self.failed, self._tries = False, 0
        with self._changed:
            # What was asked of an earlier connection is asked anew.
            self._errands = queue.SimpleQueue()
            self.client = client
            for worker in {*known, *self._came} - self._gone:
                self._meet(worker)
            self._changed.notify_all()
        if self._closed:
            self.close()
            return False
        self._listener.connected()
        return True

    def _new_client(self) -> Any:
        import dask  # here, because the first page should not wait for it

        from ensemble.execution.dask_nodes import Client

        dask.config.set(dask_settings.CLIENT)
        if self.cluster and not self.cluster.running:
            self.cluster.close()
            self.cluster = None
        if not self.scheduler and not self.cluster:
            self.cluster = local_cluster.take(self.embedded_workers)
            if self._closed:
                self.cluster.close()
        self._came.clear()
        self._gone.clear()
        address, security = (self.scheduler, None) if self.scheduler else (self.cluster.address, self.cluster.security)
        return Client(address, security=security, timeout=SECONDS_TO_ANSWER, set_as_default=False)

    def _failed_to_connect(self, error: Exception) -> None:
        self.failed = True
        seconds = min(2**self._tries, SECONDS_BETWEEN_TRIES)
        self._tries, self._next_try_at = self._tries + 1, time.monotonic() + seconds
        what = f"No Dask scheduler answers at {self.scheduler}" if self.scheduler else "The training process cannot be started"
        log.warning("%s; trying again in %d s: %s: %s", what, seconds, type(error).__name__, error)

    def _lose(self) -> None:
        log.warning("The connection to the Dask scheduler was lost.")
        with self._changed:
            lost, self.client = self.client, None
            self.workers.clear()
            self.refusals.clear()
            self._stopping.clear()
            self._replaced.clear()
            self._listener.disconnected()
            self._changed.notify_all()
        _apart(lost.close, timeout=2)

    def _on_news(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self._changed:
            if message["event"] == LEFT:
                self._stopping.pop(message["job"], None)
            else:
                self._listener.news(message)
            self._changed.notify_all()

    def _on_cluster_event(self, event: tuple[float, Any]) -> None:
        message = event[1]
        with self._changed:
            if message.get("action") == "add-worker":
                self._gone.discard(message["worker"])
                self._came.add(message["worker"])
                if self.client:
                    self._meet(message["worker"])
            elif message.get("action") == "remove-worker":
                self._came.discard(message["worker"])
                self._gone.add(message["worker"])
                self.workers.discard(message["worker"])
                self._stopping = {job: asked for job, asked in self._stopping.items() if asked.worker != message["worker"]}
                self._listener.worker_gone(message["worker"])
            self._changed.notify_all()

    def _meet(self, worker: str) -> None:
        """Let a worker take part once it has shown its version."""
        if self.scheduler:
            self.errand(_apart, self._ask_version, worker)
        else:
            self._welcome(worker)

    def _ask_version(self, worker: str) -> None:
        client = self.client
        try:
            answer = client.run(fingerprint, workers=[worker], on_error="return").get(worker)
        except Exception as error:  # it broke on the way
            log.warning("The worker at %s did not hear the question for its version and is asked again: %r", worker, error)
            time.sleep(SECONDS_TO_ASK_AGAIN)
            with self._changed:
                if client is self.client and worker not in self._gone:
                    self._meet(worker)
            return
        found = type(answer).__name__ if isinstance(answer, BaseException) else answer
        with self._changed:
            if client is not self.client or worker in self._gone:
                return
            if found == fingerprint():
                self._welcome(worker)
            else:
                self._refuse(worker, found)
            self._changed.notify_all()

    def _welcome(self, worker: str) -> None:
        self.workers.add(worker)
        self._listener.worker_came()

    def _refuse(self, worker: str, found: str) -> None:
        sentence = _OTHER_VERSION.format(worker=worker, found=found, own=fingerprint())
        log.error(sentence)
        self.refusals[worker] = sentence
        self._listener.worker_refused(sentence)
        # Not retired, since a worker that alone holds some rows would stay.
        _apart(self.client.run_on_scheduler, lambda dask_scheduler: dask_scheduler.close_worker(worker))


def outcome(future: Any) -> tuple[Any, Exception | None]:
    """What a task gave, and what went wrong with it; neither if it was lost on the way."""
    try:
        if future.status == "finished":
            return future.result(SECONDS_FOR_A_RESULT), None
        if future.status == "error":
            return None, future.exception(SECONDS_FOR_A_RESULT)
    except Exception as error:  # whatever it is, the result did not come
        log.warning("A result was lost: %r", error)
    return None, None


class _Asked(NamedTuple):
    """A worker that was asked to stop, and when."""

    worker: str
    at: float


class _Clock:
    """Tells when the clock on the wall is set back: Dask would then hold its messages until it has caught up."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def was_set_back(self) -> bool:
        """Whether it was since this was last asked."""
        before, self._ahead = self._ahead, time.time() - time.monotonic()
        return before - self._ahead > SECONDS_THAT_MATTER


_NO_SCHEDULER = "The scheduler of the training cluster does not answer. The run waits, and starts as soon as it does."
_NO_START = (
    "The training process cannot be started on this server at the moment; its log says why. The run waits, and starts as soon "
    "as it can."
)
_NO_WORKERS = "The training cluster has no worker at the moment. The run waits for one."
_OTHER_VERSION = (
    "The worker at {worker} was refused: it runs another version of Softmax Lab ({found}; the app is {own}). "
    "Update it and start it again."
)


def _apart(act: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Do what may take long in a thread of its own, so that nobody waits for it."""

    def do() -> None:
        try:
            act(*arguments, **options)
        except Exception as error:  # mostly of a connection that is gone, which is noticed elsewhere
            log.warning("%s came to nothing: %r", getattr(act, "__name__", act), error)

    threading.Thread(target=do, daemon=True).start()
