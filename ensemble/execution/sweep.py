"""Sweeps: many runs that were submitted together; which of them have ended, which are being trained, and which wait."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Protocol

from ensemble.config import EnsembleConfig
from ensemble.datasets.digest import digest
from ensemble.datasets.table import Table
from ensemble.execution import sentences
from ensemble.execution.lifecycle import Dispatcher, Submission, Task
from ensemble.execution.run_store import SweepKey
from ensemble.execution.states import JobState
from ensemble.sweeps.results import TOGETHER, Result, RunSpec

SECONDS_PER_CHUNK = 0.5
MAX_RUNS_IN_CHUNK = 64
# The program for several takes as long to compile as forty runs to train. It saves up to a third of a run with few members,
# whose calls cost as much as their arithmetic; runs with more are faster alone.
MIN_RUNS_TO_COMPILE = 256
MAX_MEMBERS_TOGETHER = 4
MAX_SECONDS_TOGETHER = 5.0
CHUNKS_TO_MEASURE = 40
BYTES_PER_RUN = 2_500
BYTES_PER_SCORES = 170


class SweepQueue(Dispatcher, Protocol):
    """The part of the service that a sweep uses."""

    def ended(self, sweep: Sweep) -> None:
        """A sweep has ended. Holds the connection's lock."""


@dataclass(eq=False, kw_only=True)
class Chunk(Task):
    """Some runs of a sweep that a worker trains without interruption.

    Attributes
    ----------
    sweep : Sweep
    indices : list of int
        Which of the sweep's runs.
    together : int
        How many of them share a program along a leading axis.
    is_stopping : bool
        Whether its worker was asked to stop and to return what it has.
    """

    words: ClassVar = sentences.OF_A_CHUNK

    sweep: Sweep = field(repr=False)
    indices: list[int]
    together: int = 1
    is_stopping: bool = False

    def __str__(self) -> str:
        return f"{len(self.indices)} runs of a sweep"

    @property
    def live(self) -> bool:
        return self.id in self.sweep.out

    @property
    def is_cancelled(self) -> bool:
        return not self.sweep.live

    @property
    def refusals(self) -> int:
        return self.sweep.refusals

    def handle(self, message: dict[str, Any]) -> None:
        self.worker = message["worker"]
        self.timing.start()

    def complete(self, result: tuple[Sequence[Result], float]) -> None:
        self.sweep.complete(self, *result)

    def stop(self) -> None:
        self.sweep.requeue(self)

    def fail(self, sentence: str) -> None:
        self.sweep.fail(self, sentence)

    def reject(self, sentence: str) -> None:
        self.sweep.requeue(self)
        self.sweep.give_up(sentence)

    def count_refusal(self) -> None:
        self.sweep.count_refusal()

    def requeue(self, note: str = "") -> None:
        self.sweep.requeue(self, note)
        self.sweep.forget_rows()

    def restart(self) -> None:
        self.worker = ""
        self.timing.restart()
        self.sweep.annotate(self.words.lost.format(runs=len(self.indices), total=len(self.sweep.specs)))

    def time_out(self, minutes: int) -> None:
        too_long = sentences.TOO_LONG.format(minutes=minutes)
        self.sweep.annotate(too_long if len(self.indices) == 1 else sentences.TOO_LONG_TOGETHER.format(minutes=minutes))
        self.fail(too_long)


@dataclass(eq=False, kw_only=True)
class Sweep(Submission):
    """Many runs, sent to the workers in chunks; single runs of anybody go first.

    Attributes
    ----------
    specs : sequence of RunSpec
        What to train.
    table : Table or None
        The rows that are split for each run; None once it has ended.
    table_name, table_digest : str
        The table's name, and a digest of its rows.
    test_share : float
        Fraction of the rows that is held back, 0.1 to 0.5.
    results : list of Result or None
        In the order of ``specs``; None where a run has not ended yet.
    failures : dict of str
        By index in ``specs``: a sentence for a person on each run that was given up.
    done : int
        How many runs have a result.
    paused : bool
        Whether somebody has paused it.
    unwatched : bool
        Whether it pauses because nobody watches it.
    background : bool
        Whether it trains only while nobody waits for anything else.
    owners : list of str
        The sessions that take part. The first of them, ``owner``, may stop it.
    key : SweepKey or None
        Sessions that submit the same take part in it; None if none may.
    turn : int
        Increases with each chunk that is sent of any sweep.
    rows : distributed.Future or None
        The rows on the workers.
    out : dict of Chunk
        By id: the chunks that were sent, or are about to be.
    """

    specs: Sequence[RunSpec]
    table: Table | None = field(repr=False)
    test_share: float
    service: SweepQueue = field(repr=False)
    table_name: str = ""
    table_digest: str = ""
    results: list[Result | None] = field(default_factory=list, repr=False)
    failures: dict[int, str] = field(default_factory=dict)
    done: int = 0
    paused: bool = False
    unwatched: bool = False
    background: bool = False
    owners: list[str] = field(default_factory=list)
    key: SweepKey | None = field(default=None, repr=False)
    turn: int = 0
    rows: Any = field(default=None, repr=False)
    out: dict[str, Chunk] = field(default_factory=dict, repr=False)
    _waiting: deque[int] = field(default_factory=deque, repr=False)
    _alone: set[int] = field(default_factory=set, repr=False)
    _networks: list[EnsembleConfig] = field(default_factory=list, repr=False)
    _alike: Counter[EnsembleConfig] = field(default_factory=Counter, repr=False)
    _seconds: dict[EnsembleConfig, float] = field(default_factory=dict, repr=False)
    _pace: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=CHUNKS_TO_MEASURE), repr=False)

    def __post_init__(self) -> None:
        self.owners = [self.owner]
        if self.table:
            self.table_name, self.table_digest = self.table.name, digest(self.table)
        self.results = [None] * len(self.specs)
        self._waiting.extend(range(len(self.specs)))
        one_of_each: dict[EnsembleConfig, EnsembleConfig] = {}  # so that equal networks are one object
        networks = (spec.config.model_copy(update={"seed": 0}) for spec in self.specs)
        self._networks = [one_of_each.setdefault(network, network) for network in networks]
        self._alike = Counter(self._networks)

    @classmethod
    def reopened(
        cls,
        specs: Sequence[RunSpec],
        results: Sequence[Result | None],
        table_name: str,
        table_digest: str,
        test_share: float,
        service: SweepQueue,
    ) -> Sweep:
        """The sweep of runs that were trained before, such as those that come with the app: it has finished."""
        sweep = cls(
            owner="",
            specs=specs,
            table=None,
            test_share=test_share,
            service=service,
            table_name=table_name,
            table_digest=table_digest,
            _state=JobState.FINISHED,
        )
        sweep.results, sweep.done = list(results), sum(result is not None for result in results)
        sweep.timing.skip_to_end()
        sweep._waiting.clear()
        return sweep

    @property
    def state(self) -> JobState:
        """The state: starting (there is no worker), training, paused, finished, stopped or failed."""
        if not self.live:
            return self._state
        if self.paused or self.unwatched:
            return JobState.PAUSED
        return JobState.TRAINING if self.workers else JobState.STARTING

    @property
    def has_more(self) -> bool:
        """Whether there are runs that could be sent now."""
        return self.live and not self.paused and not self.unwatched and bool(self._waiting)

    @cached_property
    def bytes_held(self) -> int:
        """About how much memory its results take, in bytes."""
        return sum(BYTES_PER_RUN + BYTES_PER_SCORES * spec.config.members for spec in self.specs)

    @property
    def workers(self) -> int:
        """How many workers there are."""
        return len(self.service.connection.workers)

    @property
    def runs_per_second(self) -> float | None:
        """Measured over the last chunks; None before there are two."""
        if len(self._pace) < 2:
            return None
        (began, before), (ended, after) = self._pace[0], self._pace[-1]
        return (after - before) / (ended - began) if ended > began else None

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds for the rest at this rate; None if nothing is known yet."""
        rate = self.runs_per_second
        return (len(self.specs) - self.done - len(self.failures)) / rate if rate else None

    def heartbeat(self) -> None:
        """Record that somebody watches it. Without a heartbeat for a minute it pauses, and resumes at the next one."""
        with self.service.connection.lock:
            super().heartbeat()
            if self.unwatched:
                self.unwatched = False
                self._go_on()

    def leave_unwatched(self) -> None:
        """Pause until the next heartbeat."""
        self.unwatched = True

    def pause(self) -> None:
        """Send no further runs; those that were sent are trained."""
        with self.service.connection.lock:
            self.paused = True

    def resume(self) -> None:
        """Go on after a pause."""
        with self.service.connection.lock:
            self.paused = False
            self._go_on()

    @property
    def is_shared(self) -> bool:
        """Whether more than one session takes part."""
        return len(self.owners) > 1

    def join(self, owner: str, background: bool) -> None:
        """Another session submits the same sweep: it resumes if it was paused, and leaves the background if requested."""
        with self.service.connection.lock:
            if owner not in self.owners:
                self.owners.append(owner)
            self.background = self.background and background
            if self.live:
                self.heartbeat()
                if self.paused:
                    self.resume()

    def leave(self, owner: str) -> None:
        """A session leaves; the sweep is stopped if it was the last one."""
        with self.service.connection.lock:
            if self.owners == [owner]:
                self.cancel()
            elif owner in self.owners:
                self.owners.remove(owner)
                self.owner = self.owners[0]

    def cancel(self) -> None:
        """Stop it for all sessions that take part; the results so far are kept."""
        with self.service.connection.lock:
            if not self.live:
                return
            self.timing.cancel()
            for chunk in self.out.values():
                self.service.withdraw(chunk)
            self._end(JobState.STOPPED)

    def give_up(self, sentence: str) -> None:
        """Fail as a whole."""
        self._end(JobState.FAILED, sentence)

    def annotate(self, note: str) -> None:
        """Set a message for people; an empty note changes nothing."""
        self.note = note or self.note

    def next_chunk(self, turn: int = 0) -> Chunk | None:
        """The runs that a free worker should train next, as a chunk that counts as sent from now on; None if there are none."""
        if not self.has_more:
            return None
        self.turn = turn
        chunk = self._chunk_of_network(self._networks[self._waiting[0]])
        taken = set(chunk.indices)
        self._waiting = deque(index for index in self._waiting if index not in taken)
        self.out[chunk.id] = chunk
        return chunk

    def complete(self, chunk: Chunk, results: Sequence[Result], seconds: float) -> None:
        """Take a chunk's results; its runs without a result, after a stop, wait again."""
        if self.out.pop(chunk.id, None) is None:
            return
        now = time.monotonic()
        if not self._pace:
            self._pace.append((now - seconds, self.done))
        for index, result in zip(chunk.indices, results, strict=False):
            self.done += self.results[index] is None
            self.results[index] = result
        self._waiting.extendleft(reversed(chunk.indices[len(results) :]))
        self._pace.append((now, self.done))
        if results:
            self._seconds[self._networks[chunk.indices[0]]] = seconds / len(results)
        self._end_if_complete()

    def fail(self, chunk: Chunk, sentence: str) -> None:
        """Train a chunk's runs again, each alone, so that none fails because of another; give up one that was alone."""
        if self.out.pop(chunk.id, None) is None:
            return
        if len(chunk.indices) == 1:
            self.failures[chunk.indices[0]] = sentence
            self._end_if_complete()
        else:
            self._alone |= set(chunk.indices)
            self._waiting.extendleft(reversed(chunk.indices))

    def requeue(self, chunk: Chunk, note: str = "") -> None:
        """Train a chunk's runs again that did not fail, such as those of a lost scheduler."""
        if self.out.pop(chunk.id, None) is not None:
            self._waiting.extendleft(reversed(chunk.indices))
            self.annotate(note)

    def forget_pace(self) -> None:
        """Restart the measurement of the rate, as after a pause."""
        self._pace.clear()

    def keep_rows(self, rows: Any) -> None:
        """The rows were sent to the scheduler."""
        if self.live:
            self.rows = rows

    def forget_rows(self) -> None:
        """Send the rows again with the next chunk."""
        self.rows = None

    def _chunk_of_network(self, network: EnsembleConfig) -> Chunk:
        alike = list(islice((index for index in self._waiting if self._networks[index] is network), MAX_RUNS_IN_CHUNK))
        seconds = self._seconds.get(network, SECONDS_PER_CHUNK)
        count = max(1, round(SECONDS_PER_CHUNK / max(seconds, 1e-3)))
        if alike[0] in self._alone:
            return Chunk(sweep=self, indices=alike[:1])
        is_small = network.members <= MAX_MEMBERS_TOGETHER and network in self._seconds
        pays = is_small and self._alike[network] >= MIN_RUNS_TO_COMPILE
        if pays and seconds * TOGETHER <= MAX_SECONDS_TOGETHER and len(alike) >= TOGETHER:
            groups = max(1, min(count, len(alike)) // TOGETHER)
            return Chunk(sweep=self, indices=alike[: groups * TOGETHER], together=TOGETHER)
        return Chunk(sweep=self, indices=alike[:count])

    def _go_on(self) -> None:
        self.forget_pace()
        self.service.dispatch()
        self.service.connection.lock.notify_all()

    def _end_if_complete(self) -> None:
        if self.done + len(self.failures) == len(self.specs):
            self._end(JobState.FINISHED)

    def _end(self, state: JobState, error: str = "") -> None:
        if not self.live:
            return
        self.enter_final(state, error)
        self.table = self.rows = None
        self.service.ended(self)
