"""All sweeps of the web process: the order in which their chunks are sent, and how long they are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Protocol
from weakref import WeakValueDictionary

from ensemble.datasets.table import Table
from ensemble.errors import InputError
from ensemble.execution import job_log, metrics, sentences
from ensemble.execution.connection import Connection
from ensemble.execution.fairness import has_room
from ensemble.execution.run_store import RunStore, SweepKey, key_of_sweep
from ensemble.execution.states import JobState, seconds_since
from ensemble.execution.sweep import Chunk, Sweep
from ensemble.execution.task_service import TaskService
from ensemble.limits import Limits
from ensemble.runs.budget import CLASSIC_SECONDS, Rows, refuse_sweep_beyond
from ensemble.sweeps.results import Result, RunSpec
from ensemble.worker import rows_of_sweep, train_chunk

CHUNKS_PER_WORKER = 2
SECONDS_TO_KEEP_A_SWEEP = 3600
MAX_SWEEPS_KEPT = 64
MAX_BYTES_KEPT = 128 * 2**20
MAX_BYTES_OF_TABLES = 2**30
PRIORITY_BELOW_SINGLE_RUNS, PRIORITY_IN_BACKGROUND = -1, -2


class WaitingRuns(Protocol):
    """The part of the queue of single runs that sweeps use."""

    @property
    def waiting(self) -> int:
        """How many runs wait for a worker."""

    @property
    def has_pressed_waiting(self) -> bool:
        """Whether one of them is a requested run."""

    def dispatch(self) -> None:
        """Send what waits, as far as the workers have room; soon, not at once."""


class SweepService(TaskService[Chunk]):
    """The sweeps of all sessions. See ``TaskService`` for the other parameters.

    Parameters
    ----------
    store : RunStore
        Keeps sweeps that have finished.
    runs : WaitingRuns, optional
        Sweeps in the background leave the workers to runs that wait.
    """

    def __init__(
        self,
        connection: Connection,
        limits: Limits,
        watcher_timeout: float,
        max_seconds: float,
        store: RunStore | None = None,
        runs: WaitingRuns | None = None,
    ):
        super().__init__(connection, limits, watcher_timeout, max_seconds)
        self.store = store or RunStore(0)
        self._runs = runs
        self._sweeps: dict[str, Sweep] = {}
        self._kept: WeakValueDictionary[str, Sweep] = WeakValueDictionary()

    def submit(
        self,
        specs: Sequence[RunSpec],
        table: Table,
        test_share: float,
        owner: str,
        address: str = "",
        classic_seconds: float = CLASSIC_SECONDS,
        background: bool = False,
    ) -> Sweep:
        """Submit many runs; they replace the owner's live sweep. See ``execution.submit_sweep``."""
        if not specs:
            raise InputError(sentences.EMPTY_SWEEP)
        self.limits.refuse_sweep_of(len(specs))
        refuse_sweep_beyond(self.limits, [spec.config for spec in specs], Rows.of_table(table, test_share), classic_seconds)
        key = key_of_sweep(specs, table, test_share) if self.store.max_bytes else None
        with self.connection.lock:
            sweep = self._find_equal(key)
            if sweep:
                sweep.join(owner, background)
            else:
                sweep = Sweep(
                    owner=owner,
                    specs=specs,
                    table=table,
                    test_share=test_share,
                    service=self,
                    address=address,
                    background=background,
                    key=key,
                )
                self._refuse_if_full(sweep, table)
            for earlier in list(self._sweeps.values()):
                if earlier is not sweep:
                    earlier.leave(owner)
            self._sweeps[sweep.id] = sweep
            self._forget_old()
            self.dispatch()
        return sweep

    def reopened(
        self,
        specs: Sequence[RunSpec],
        results: Sequence[Result | None],
        table_name: str,
        table_digest: str,
        test_share: float,
    ) -> Sweep:
        """The sweep of runs that were trained before, such as those that come with the app: it has finished."""
        sweep = Sweep.reopened(specs, results, table_name, table_digest, test_share, self)
        with self.connection.lock:
            self._kept[sweep.id] = sweep
        return sweep

    def find(self, sweep_id: str) -> Sweep | None:
        """The sweep of that id. The last ended one of each owner is kept for an hour, and others as long as there is room."""
        return self._sweeps.get(sweep_id) or self._kept.get(sweep_id)

    @property
    def live(self) -> int:
        """How many have not ended."""
        return sum(sweep.live for sweep in self._sweeps.values())

    def supervise(self) -> None:
        """Pause sweeps that nobody watches, give up chunks that take too long, and send what waits."""
        with self.connection.lock:
            self._forget_old()
            for sweep in self._sweeps.values():
                unwatched_seconds = seconds_since(sweep.timing.last_heartbeat)
                if unwatched_seconds > SECONDS_TO_KEEP_A_SWEEP:
                    sweep.cancel()
                if sweep.live and unwatched_seconds > self.watcher_timeout:
                    sweep.leave_unwatched()
            self.time_out_tasks()
            self._make_room()
            self.dispatch()

    def close(self) -> None:
        """End every sweep."""
        for sweep in self._sweeps.values():
            sweep.cancel()

    def busy_sessions(self) -> set[str]:
        """Sessions that wait for a requested sweep."""
        asked_for = [sweep for sweep in self._sweeps.values() if sweep.has_more and not sweep.background]
        return {owner.split("/")[0] for sweep in asked_for for owner in sweep.owners}

    def ended(self, sweep: Sweep) -> None:
        """A sweep has ended."""
        job_log.sweep_ended(
            outcome=job_log.OUTCOMES[sweep.state],
            sweep_id=sweep.id,
            owner=sweep.owner,
            done=sweep.done,
            failed=len(sweep.failures),
        )
        if sweep.state is JobState.FINISHED and not sweep.failures and sweep.key:
            self.store.put(sweep.key, sweep, sweep.bytes_held)
            self._kept[sweep.id] = sweep
        self.connection.lock.notify_all()
        if self._runs:
            self._runs.dispatch()

    def disconnected(self) -> None:
        super().disconnected()
        for sweep in self._sweeps.values():
            sweep.forget_rows()
            sweep.forget_pace()

    def worker_refused(self, sentence: str) -> None:
        """A worker of another version was refused."""
        for sweep in self._sweeps.values():
            if sweep.live:
                sweep.annotate(sentence)

    def worker_removed(self, worker: str, was_replaced: bool) -> None:
        for sweep in self._sweeps.values():
            sweep.forget_pace()
        super().worker_removed(worker, was_replaced)

    def tasks(self) -> Collection[Chunk]:
        return [chunk for sweep in self._sweeps.values() for chunk in sweep.out.values()]

    def find_task(self, task_id: str) -> Chunk | None:
        return next((sweep.out[task_id] for sweep in self._sweeps.values() if sweep.live and task_id in sweep.out), None)

    def dispatch(self) -> None:
        """Choose chunks until every worker has two, and send them soon; people take turns, and sweeps of a person too."""
        while self.connection.client and (sweep := self._next()) and (chunk := sweep.next_chunk(next(self._turns))):
            self.connection.call_soon(self._send, chunk)

    def submit_task(self, task: Chunk) -> Any:
        sweep = task.sweep
        if sweep.rows is None:
            sweep.keep_rows(self.connection.submit(rows_of_sweep, sweep.table, key=f"rows-{sweep.id}"))
        return sweep.rows and self.connection.submit(
            train_chunk,
            task.id,
            [sweep.specs[index] for index in task.indices],
            sweep.rows,
            sweep.test_share,
            task.together,
            self.connection.version,
            self.connection.topic,
            key=f"chunk-{task.id}",
            priority=PRIORITY_IN_BACKGROUND if sweep.background else PRIORITY_BELOW_SINGLE_RUNS,
        )

    def _send(self, chunk: Chunk) -> None:
        if chunk.is_cancelled or not self.send(chunk):
            # Its sweep has ended, or the scheduler cannot be reached: workers have room for another chunk.
            with self.connection.lock:
                chunk.stop()
                if chunk.is_cancelled:
                    self.dispatch()

    def _find_equal(self, key: SweepKey | None) -> Sweep | None:
        """The sweep of that key that is under way or has finished."""
        if key is None:
            return None
        live = next((sweep for sweep in self._sweeps.values() if sweep.live and sweep.key == key), None)
        found: Sweep | None = live or self.store.get(key)
        if found:
            metrics.count_shared("training" if live else "store")
        return found

    def _next(self) -> Sweep | None:
        """The sweep of the person with the fewest chunks sent, among equals of the one who waits longest.

        Those in the background come last, and only while nothing else waits.
        """
        sent: Counter[str] = Counter()
        turns: dict[str, int] = {}
        for sweep in self._sweeps.values():
            sent[sweep.person] += len(sweep.out)
            turns[sweep.person] = max(turns.get(sweep.person, 0), sweep.turn)
        if sent.total() >= CHUNKS_PER_WORKER * len(self.connection.workers):
            return None
        able = [sweep for sweep in self._sweeps.values() if sweep.has_more and not sweep.background]
        if not able and sent.total() < len(self.connection.workers) and not (self._runs and self._runs.waiting):
            able = [sweep for sweep in self._sweeps.values() if sweep.has_more]
        return min(able, key=lambda sweep: (sent[sweep.person], turns[sweep.person], len(sweep.out), sweep.turn), default=None)

    def _make_room(self) -> None:
        """Stop chunks of sweeps in the background if a run waits that was asked for by a press; their other runs wait again."""
        if self._runs and self._runs.has_pressed_waiting:
            for chunk in self.tasks():
                if chunk.sweep.background and chunk.worker and not chunk.is_stopping:
                    chunk.is_stopping = True
                    self.connection.stop_on_worker(chunk.id, chunk.worker)

    def _refuse_if_full(self, asked: Sweep, table: Table) -> None:
        others = [sweep for sweep in self._sweeps.values() if sweep.live and sweep.owner != asked.owner]
        if not has_room(asked.person, [sweep.person for sweep in others], self.limits.sweeps):
            raise InputError(sentences.FULL_OF_SWEEPS.format(sweeps=len(others)))
        tables = {id(held): held for held in [table, *(sweep.table for sweep in others)] if held}
        if len(tables) > 1 and sum(held.x.nbytes for held in tables.values()) > MAX_BYTES_OF_TABLES:
            raise InputError(sentences.FULL_OF_ROWS)

    def _forget_old(self) -> None:
        ended = [sweep for sweep in self._sweeps.values() if not sweep.live]
        ended.sort(key=lambda sweep: sweep.timing.ended_at or 0.0, reverse=True)
        owners, held = set(), 0
        for index, sweep in enumerate(ended):
            held += sweep.bytes_held
            too_many = index >= MAX_SWEEPS_KEPT or (index and held > MAX_BYTES_KEPT) or sweep.owner in owners
            owners.add(sweep.owner)
            if too_many or seconds_since(sweep.timing.ended_at) > SECONDS_TO_KEEP_A_SWEEP:
                del self._sweeps[sweep.id]
