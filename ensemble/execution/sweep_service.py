"""SweepService: every sweep of the web process. It hands chunks of runs to the workers and takes their results home."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import count
from typing import Any

from ensemble.datasets.table import Table
from ensemble.errors import InputError
from ensemble.execution import job_log
from ensemble.execution.connection import MAX_REFUSALS, Connection, outcome
from ensemble.execution.fairness import has_room
from ensemble.execution.jobs import TOO_LONG, UNEXPECTED
from ensemble.execution.sweep import Chunk, Sweep
from ensemble.limits import Limits
from ensemble.runs.budget import CLASSIC_SECONDS, Rows, refuse_sweep_beyond
from ensemble.sweeps.results import RunSpec
from ensemble.worker import rows_of_sweep, train_chunk

CHUNKS_PER_WORKER = 2
SECONDS_TO_KEEP_A_SWEEP = 3600
MAX_SWEEPS_KEPT = 64
MAX_BYTES_KEPT = 128 * 2**20
MAX_BYTES_OF_TABLES = 2**30
BEHIND_SINGLE_RUNS = -1

log = logging.getLogger(__name__)


class SweepService:
    """The sweeps of all sessions.

    Parameters
    ----------
    connection : Connection
        The way to the workers.
    lock : threading.Condition
        The connection's own; who waits for a sweep is woken by it.
    limits : Limits
        What the host allows.
    watcher_timeout : float
        Seconds without a sign of life after which a sweep pauses.
    max_seconds : float
        How long the runs of a chunk may take.
    """

    def __init__(
        self, connection: Connection, lock: threading.Condition, limits: Limits, watcher_timeout: float, max_seconds: float
    ):
        self.connection = connection
        self.limits = limits
        self.watcher_timeout = watcher_timeout
        self.max_seconds = max_seconds
        self._changed = lock
        self._sweeps: dict[str, Sweep] = {}
        self._turns = count(1)

    def submit(
        self,
        specs: Sequence[RunSpec],
        table: Table,
        test_share: float,
        owner: str,
        address: str = "",
        classic_seconds: float = CLASSIC_SECONDS,
    ) -> Sweep:
        """Ask for many runs; they replace the owner's live sweep. See ``execution.submit_sweep``."""
        if not specs:
            raise InputError("A sweep needs at least one run.")
        self.limits.refuse_sweep_of(len(specs))
        refuse_sweep_beyond(self.limits, specs, Rows.of_table(table, test_share), classic_seconds)
        sweep = Sweep(owner, specs, table, test_share, self, address)
        with self._changed:
            self._refuse_if_full(sweep, table)
            for earlier in self._sweeps.values():
                if earlier.owner == owner:
                    self.cancel(earlier)
            self._sweeps[sweep.id] = sweep
            self._forget_old()
            self._hand_out()
        return sweep

    def find(self, sweep_id: str) -> Sweep | None:
        """The sweep of that id; the last one of each owner that has ended is kept for an hour, while there is room."""
        return self._sweeps.get(sweep_id)

    @property
    def live(self) -> int:
        """How many have not ended."""
        return sum(sweep.live for sweep in self._sweeps.values())

    def pause(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.paused = True

    def resume(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.paused = False
            self._go_on_with(sweep)

    def touch(self, sweep: Sweep) -> None:
        with self._changed:
            sweep.seen_at = time.monotonic()
            if sweep.unwatched:
                sweep.unwatched = False
                self._go_on_with(sweep)

    def cancel(self, sweep: Sweep) -> None:
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

    def close(self) -> None:
        """End every sweep."""
        for sweep in self._sweeps.values():
            self.cancel(sweep)

    def look_after(self) -> None:
        """Pause what nobody watches, give up what takes too long, and hand out what is still to come."""
        now = time.monotonic()
        with self._changed:
            self._forget_old()
            for sweep in self._sweeps.values():
                if now - sweep.seen_at > SECONDS_TO_KEEP_A_SWEEP:
                    self.cancel(sweep)
                if sweep.live and now - sweep.seen_at > self.watcher_timeout:
                    sweep.unwatched = True
                for chunk in list(sweep.out.values()):
                    if chunk.began_at and now - chunk.began_at > self.max_seconds:
                        self._give_up(sweep, chunk)
            self._hand_out()

    def disconnected(self) -> None:
        """What was under way waits for the next scheduler; what has come back stays."""
        for sweep in self._sweeps.values():
            if sweep.out:
                sweep.note = _CONNECTION_LOST
            for chunk in list(sweep.out.values()):
                sweep.came_back(chunk)
            sweep.rows = None
            sweep.forget_pace()

    def worker_came(self) -> None:
        self._hand_out()

    def worker_refused(self, sentence: str) -> None:
        for sweep in self._sweeps.values():
            if sweep.live:
                sweep.note = sentence

    def worker_gone(self, worker: str, replaced: bool = False) -> None:
        for sweep in self._sweeps.values():
            for chunk in [one for one in sweep.out.values() if one.worker == worker]:
                if replaced:
                    self.connection.errand(chunk.future.cancel)
                    sweep.came_back(chunk)
                else:
                    self._chunk_lost(sweep, chunk)
            sweep.forget_pace()
        self._hand_out()

    def chunk_begins(self, chunk_id: str, worker: str) -> None:
        """A worker says that it is at a chunk; one that nobody waits for any more is to end there."""
        for sweep in self._sweeps.values():
            if sweep.live and (chunk := sweep.out.get(chunk_id)):
                chunk.worker, chunk.began_at = worker, time.monotonic()
                return
        self.connection.stop_on_worker(chunk_id, worker)

    def _go_on_with(self, sweep: Sweep) -> None:
        sweep.forget_pace()
        self._hand_out()
        self._changed.notify_all()

    def _refuse_if_full(self, asked: Sweep, table: Table) -> None:
        others = [sweep for sweep in self._sweeps.values() if sweep.live and sweep.owner != asked.owner]
        if not has_room(asked.person, [sweep.person for sweep in others], self.limits.sweeps):
            raise InputError(
                f"The host is full: {len(others)} sweeps are under way already. Your settings are kept; try again in a few "
                "minutes."
            )
        tables = {id(held): held for held in [table, *(sweep.table for sweep in others)] if held}
        if len(tables) > 1 and sum(held.x.nbytes for held in tables.values()) > MAX_BYTES_OF_TABLES:
            raise InputError(
                "The host is full: sweeps hold as many rows as its memory allows. Your settings are kept; try again in a few "
                "minutes, or with fewer rows."
            )

    def _hand_out(self) -> None:
        """Send runs until every worker has some of them, and some more to go on with at once; people and sweeps take turns."""
        while self.connection.client and (sweep := self._next()) and (chunk := sweep.next_chunk()):
            sweep.turn = next(self._turns)
            self.connection.errand(self._send, sweep, chunk)

    def _next(self) -> Sweep | None:
        """Whose runs are sent next: of who has the fewest under way, and among equals of who was served longest ago."""
        under_way: Counter[str] = Counter()
        served: dict[str, int] = {}
        for sweep in self._sweeps.values():
            under_way[sweep.person] += len(sweep.out)
            served[sweep.person] = max(served.get(sweep.person, 0), sweep.turn)
        if under_way.total() >= CHUNKS_PER_WORKER * len(self.connection.workers):
            return None
        able = [sweep for sweep in self._sweeps.values() if sweep.has_more]
        return min(
            able, key=lambda sweep: (under_way[sweep.person], served[sweep.person], len(sweep.out), sweep.turn), default=None
        )

    def _send(self, sweep: Sweep, chunk: Chunk) -> None:
        table = sweep.table
        if not sweep.live or not table:
            # It has ended since: its place is another sweep's.
            with self._changed:
                sweep.came_back(chunk)
                self._hand_out()
            return
        if sweep.rows is None:
            sweep.rows = self.connection.submit(rows_of_sweep, table, key=f"rows-{sweep.id}")
        future = chunk.future = sweep.rows and self.connection.submit(
            train_chunk,
            chunk.id,
            [sweep.specs[place] for place in chunk.places],
            sweep.rows,
            sweep.test_share,
            chunk.together,
            self.connection.version,
            key=f"chunk-{chunk.id}",
            priority=BEHIND_SINGLE_RUNS,
        )
        if future:
            future.add_done_callback(partial(self._on_done, sweep, chunk))
            if not sweep.live:
                future.cancel()
        else:
            with self._changed:
                sweep.came_back(chunk)

    def _on_done(self, sweep: Sweep, chunk: Chunk, future: Any) -> None:
        results, problem = outcome(future)
        with self._changed:
            chunk.future = None
            if results:
                sweep.came_home(chunk, *results)
            elif isinstance(problem, InputError):
                sweep.came_back(chunk)
                sweep.error = str(problem)
            elif problem and (chunk.worker or sweep.strangers >= MAX_REFUSALS):
                log.error("Runs of a sweep failed: %r", problem)
                sweep.was_lost(chunk, UNEXPECTED)
            else:
                # The connection broke, or a worker took it that is not of this version.
                sweep.came_back(chunk)
                sweep.strangers += bool(problem)
                sweep.rows = None
            self._settle(sweep)
            self._hand_out()
            self._changed.notify_all()

    def _chunk_lost(self, sweep: Sweep, chunk: Chunk) -> None:
        sweep.note = (
            f"A training process was lost. What it was at, {len(chunk.places)} of {len(sweep.specs)} runs, is trained again."
        )
        chunk.worker, chunk.began_at, chunk.losses = "", 0.0, chunk.losses + 1
        if chunk.losses > 1:
            self.connection.errand(chunk.future.cancel)
            sweep.was_lost(chunk, _LOST_TWICE)
            self._settle(sweep)

    def _give_up(self, sweep: Sweep, chunk: Chunk) -> None:
        minutes = round(self.max_seconds / 60)
        alone = len(chunk.places) == 1
        sweep.note = (TOO_LONG if alone else _TOO_LONG_TOGETHER).format(minutes=minutes)
        self.connection.errand(chunk.future.cancel)
        self.connection.stop_on_worker(chunk.id, chunk.worker)
        chunk.worker, chunk.began_at = "", 0.0
        sweep.was_lost(chunk, TOO_LONG.format(minutes=minutes))
        self._settle(sweep)

    def _settle(self, sweep: Sweep) -> None:
        """Note the time at which a sweep has ended, and release its rows."""
        if not sweep.live and not sweep.ended_at:
            sweep.ended_at, sweep.rows, sweep.table = time.monotonic(), None, None
            job_log.sweep_ended(
                outcome="stopped" if sweep.stopped else "failed" if sweep.error else "done",
                sweep_id=sweep.id,
                owner=sweep.owner,
                done=sweep.done,
                failed=len(sweep.failures),
            )
            self._changed.notify_all()

    def _forget_old(self) -> None:
        now, ended = time.monotonic(), [sweep for sweep in self._sweeps.values() if not sweep.live]
        owners, held = set(), 0
        for place, sweep in enumerate(sorted(ended, key=lambda sweep: -sweep.ended_at)):
            held += sweep.bytes_held
            too_many = place >= MAX_SWEEPS_KEPT or (place and held > MAX_BYTES_KEPT) or sweep.owner in owners
            owners.add(sweep.owner)
            if too_many or now - sweep.ended_at > SECONDS_TO_KEEP_A_SWEEP:
                del self._sweeps[sweep.id]


_CONNECTION_LOST = (
    "The connection to the training processes was lost. Finished runs are kept; the others go on as soon as it is back."
)
_LOST_TWICE = "The training process was lost twice with this run, so it was given up."
_TOO_LONG_TOGETHER = "Some runs took longer than {minutes} minutes together. Each is tried again alone."
