"""Sweep: many runs on their way. Which of them are done, which are out on a worker, and which are still to come."""

from __future__ import annotations

import time
import uuid
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ensemble.config import EnsembleConfig
from ensemble.datasets.digest import digest
from ensemble.datasets.table import Table
from ensemble.sweeps.results import TOGETHER, Result, RunSpec

if TYPE_CHECKING:
    from ensemble.execution.sweep_service import SweepService

SweepState = Literal["starting", "running", "paused", "done", "stopped", "failed"]

SECONDS_PER_CHUNK = 0.5
MAX_RUNS_IN_CHUNK = 64
MIN_RUNS_TO_COMPILE = 64
MAX_SECONDS_TOGETHER = 5.0
CHUNKS_TO_MEASURE = 40
BYTES_PER_RUN = 2_500
BYTES_PER_SCORES = 170


@dataclass(eq=False)
class Chunk:
    """Some runs of a sweep that a worker trains without asking in between.

    Attributes
    ----------
    places : list of int
        Which of the sweep's runs.
    together : int
        How many of them share a program along a leading axis.
    """

    places: list[int]
    together: int = 1
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    worker: str = ""
    began_at: float = 0.0
    losses: int = 0
    future: Any = field(default=None, repr=False)


@dataclass(eq=False)
class Sweep:
    """Many runs, spread over the workers in chunks; single runs of anybody go first.

    Attributes
    ----------
    specs : sequence of RunSpec
        What to train.
    table : Table or None
        The rows that are split for each run; None once it has ended.
    table_name, table_digest : str
        The table's name, and what tells its rows from all others.
    test_share : float
        Share of the rows that is held back, 0.1 to 0.5.
    id : str
        Cannot be guessed, so that it may stand in a link.
    owner : str
        The session that it belongs to.
    address : str
        Where that session comes from; empty if nothing is known.
    results : list of Result or None
        In the order of ``specs``; None where a run has not ended yet.
    failures : dict of str
        By place in ``specs``: a sentence for a person on each run that was given up.
    note : str
        A sentence for a person on what happened meanwhile, such as a lost worker.
    error : str
        A sentence for a person if the whole sweep failed.
    paused : bool
        Whether no further runs are begun for now.
    """

    owner: str
    specs: Sequence[RunSpec]
    table: Table | None = field(repr=False)
    test_share: float
    service: SweepService = field(repr=False)
    address: str = ""
    table_name: str = ""
    table_digest: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    results: list[Result | None] = field(default_factory=list, repr=False)
    failures: dict[int, str] = field(default_factory=dict)
    note: str = ""
    error: str = ""
    paused: bool = False
    unwatched: bool = False
    stopped: bool = False
    seen_at: float = field(default_factory=time.monotonic)
    ended_at: float = 0.0
    turn: int = 0
    rows: Any = field(default=None, repr=False)
    out: dict[str, Chunk] = field(default_factory=dict, repr=False)
    done: int = 0
    strangers: int = 0
    _to_come: deque[int] = field(default_factory=deque, repr=False)
    _alone: set[int] = field(default_factory=set, repr=False)
    _networks: list[EnsembleConfig] = field(default_factory=list, repr=False)
    _alike: Counter[EnsembleConfig] = field(default_factory=Counter, repr=False)
    _seconds: dict[EnsembleConfig, float] = field(default_factory=dict, repr=False)
    _pace: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=CHUNKS_TO_MEASURE), repr=False)

    def __post_init__(self) -> None:
        if self.table:
            self.table_name, self.table_digest = self.table.name, digest(self.table)
        self.results = [None] * len(self.specs)
        self._to_come.extend(range(len(self.specs)))
        without_seed = {spec.config: spec.config.model_copy(update={"seed": 0}) for spec in self.specs}
        self._networks = [without_seed[spec.config] for spec in self.specs]
        self._alike = Counter(self._networks)

    @property
    def person(self) -> str:
        """Whom the queue takes for one person: all of one address, or a session without one."""
        return self.address or self.owner.split("/")[0]

    @property
    def has_more(self) -> bool:
        """Whether there are runs that a free worker could begin now."""
        return self.live and not self.paused and not self.unwatched and bool(self._to_come)

    @cached_property
    def bytes_held(self) -> int:
        """About how much memory its results take."""
        return sum(BYTES_PER_RUN + BYTES_PER_SCORES * spec.config.members for spec in self.specs)

    @property
    def live(self) -> bool:
        """Whether something may still happen."""
        return not self.stopped and not self.error and self.done + len(self.failures) < len(self.specs)

    @property
    def state(self) -> SweepState:
        """Where it is: starting (no worker yet), running, paused, done, stopped or failed."""
        if self.live:
            return "paused" if self.paused or self.unwatched else "running" if self.service.connection.workers else "starting"
        return "stopped" if self.stopped else "failed" if self.error else "done"

    @property
    def workers(self) -> int:
        """How many processes there are to train its runs."""
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
        """How long the rest will take at this rate; None if nothing is known yet."""
        rate = self.runs_per_second
        return (len(self.specs) - self.done - len(self.failures)) / rate if rate else None

    def touch(self) -> None:
        """A sign of life from somebody who watches; without one for a minute it pauses, and goes on at the next."""
        self.service.touch(self)

    def pause(self) -> None:
        """Begin no further runs; those that are out come home."""
        self.service.pause(self)

    def resume(self) -> None:
        """Go on after a pause."""
        self.service.resume(self)

    def cancel(self) -> None:
        """Stop; the results so far stay."""
        self.service.cancel(self)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so long; whether it has."""
        return self.service.connection.wait_until(lambda: not self.live, seconds)

    def next_chunk(self) -> Chunk | None:
        """The runs that a free worker should train next; they count as out from now on."""
        if not self.has_more:
            return None
        chunk = self._chunk_of_network(self._networks[self._to_come[0]])
        taken = set(chunk.places)
        self._to_come = deque(place for place in self._to_come if place not in taken)
        self.out[chunk.id] = chunk
        return chunk

    def _chunk_of_network(self, network: EnsembleConfig) -> Chunk:
        alike = [place for place in self._to_come if self._networks[place] == network][:MAX_RUNS_IN_CHUNK]
        seconds = self._seconds.get(network, SECONDS_PER_CHUNK)
        count = max(1, round(SECONDS_PER_CHUNK / max(seconds, 1e-3)))
        if alike[0] in self._alone:
            return Chunk(alike[:1])
        pays = self._alike[network] >= MIN_RUNS_TO_COMPILE and network in self._seconds
        if pays and seconds * TOGETHER <= MAX_SECONDS_TOGETHER and len(alike) >= TOGETHER:
            groups = max(1, min(count, len(alike)) // TOGETHER)
            return Chunk(alike[: groups * TOGETHER], TOGETHER)
        return Chunk(alike[:count])

    def came_home(self, chunk: Chunk, results: Sequence[Result], seconds: float) -> None:
        """Take a chunk's results; runs that it was stopped before come again."""
        if self.out.pop(chunk.id, None) is None:
            return
        now = time.monotonic()
        if not self._pace:
            self._pace.append((now - seconds, self.done))
        for place, result in zip(chunk.places, results, strict=False):
            self.done += self.results[place] is None
            self.results[place] = result
        self._to_come.extendleft(reversed(chunk.places[len(results) :]))
        self._pace.append((now, self.done))
        if results:
            self._seconds[self._networks[chunk.places[0]]] = seconds / len(results)

    def was_lost(self, chunk: Chunk, sentence: str) -> None:
        """Train a chunk's runs again, each alone, so that none takes others with it; one that was alone is given up."""
        if self.out.pop(chunk.id, None) is None:
            return
        if len(chunk.places) == 1:
            self.failures[chunk.places[0]] = sentence
        else:
            self._alone |= set(chunk.places)
            self._to_come.extendleft(reversed(chunk.places))

    def came_back(self, chunk: Chunk) -> None:
        """Take back a chunk that no worker can be blamed for, such as one whose scheduler is gone."""
        if self.out.pop(chunk.id, None) is not None:
            self._to_come.extendleft(reversed(chunk.places))

    def forget_pace(self) -> None:
        """Measure the rate anew, as after a pause."""
        self._pace.clear()
