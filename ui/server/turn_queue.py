"""A queue of page updates: a server with one interpreter serves hundreds of simultaneous requests one after another."""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

SECONDS_UNTIL_PASSED_OVER = 0.1
MAX_SECONDS_ALONE = 2.0
SECONDS_BETWEEN_TURNS = 0.001
SECONDS_BETWEEN_LOOKS = 0.1
AHEAD_OF_A_LOOK = 20


class Turns:
    """A queue in which each thread waits for the one before it, up to a time limit.

    Threads that compute at the same time share the interpreter: all of them finish late, and the event loop, which reads
    messages of browsers, hardly runs. In a queue each request is answered as soon as it is served, and requests that need no
    turn run in between. Whoever can wait longer lets others pass.

    Parameters
    ----------
    seconds_until_passed_over : float
        How long a turn may take before the next begins beside it.
    """

    def __init__(self, seconds_until_passed_over: float = SECONDS_UNTIL_PASSED_OVER):
        self.seconds_until_passed_over = seconds_until_passed_over
        self._lock = threading.Lock()
        self._queue: list[_Place] = []  # the first is served, the others wait in the order in which they came
        self._served_since = 0.0
        self._arrivals = count()
        self._of_thread = threading.local()
        self._goes_first: int | None = None  # a thread, for which no turn begins until that time
        self._until = 0.0

    def go_first(self, seconds: float = MAX_SECONDS_ALONE) -> None:
        """Have no turn begin until this thread leaves ``take``, patient or not, or so many seconds are over."""
        with self._lock:
            self._goes_first, self._until = threading.get_ident(), time.monotonic() + seconds

    @contextmanager
    def take(
        self, is_patient: Callable[[], bool] = lambda: True, turns_that_pass: Callable[[], int] = lambda: 0
    ) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block; a thread that is not, or no longer, patient goes on at once.

        Parameters
        ----------
        is_patient : callable
            Asked again and again while the thread waits.
        turns_that_pass : callable
            Likewise: how many of those that come later may be served before.
        """
        mine = self._of_thread.place = _Place(next(self._arrivals), turns_that_pass) if is_patient() else None
        if mine:
            self._wait(mine, is_patient)
        try:
            yield
        finally:
            self._of_thread.place = None
            if mine:
                self._leave(mine)
            self._let_others_begin()

    @contextmanager
    def let_others(self, is_patient: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Give up this thread's turn during a block that only waits; it keeps its position in front of later threads."""
        mine: _Place | None = getattr(self._of_thread, "place", None)
        if mine is None:
            yield
            return
        self._leave(mine)
        try:
            yield
        finally:
            mine.is_served.clear()
            self._wait(mine, is_patient)

    def _wait(self, mine: _Place, is_patient: Callable[[], bool]) -> None:
        with self._lock:
            if self._queue:
                insort(self._queue, mine, lo=1, key=lambda place: place.number)
            else:
                self._queue.append(mine)
                self._serve_first()
        if mine.is_served.is_set():
            return
        while not mine.is_served.wait(self._seconds_until_next_look(mine)):
            self._pass_over_the_one_before(mine)
            if not is_patient():
                return
            self._move_up(mine)
        # Meanwhile the event loop runs.
        time.sleep(SECONDS_BETWEEN_TURNS)

    def _seconds_until_next_look(self, mine: _Place) -> float:
        """Longer for later positions: hundreds of threads that check ten times a second would take a tenth of the time."""
        ahead = min(max(0, mine.number - next(iter(self._queue), mine).number), len(self._queue))
        return min(self.seconds_until_passed_over, SECONDS_BETWEEN_LOOKS) * (1 + ahead / AHEAD_OF_A_LOOK)

    def _leave(self, mine: _Place) -> None:
        with self._lock:
            if self._queue[:1] == [mine]:
                self._serve_next()
            elif mine in self._queue:
                self._queue.remove(mine)

    def _pass_over_the_one_before(self, mine: _Place) -> None:
        with self._lock:
            if self._queue and not self._queue[0].is_served.is_set():
                self._serve_first()  # whoever went first is still there, and the time is over
                return
            served_for = time.monotonic() - self._served_since
            if self._queue[1:2] == [mine] and served_for >= self.seconds_until_passed_over and not self._is_held():
                self._serve_next()

    def _move_up(self, mine: _Place) -> None:
        """Move forward, if the thread now lets fewer others pass."""
        with self._lock:
            if mine.has_less_time() and mine in self._queue[1:]:
                self._queue.remove(mine)
                insort(self._queue, mine, lo=1, key=lambda place: place.number)

    def _let_others_begin(self) -> None:
        with self._lock:
            if self._goes_first == threading.get_ident():
                self._goes_first = None
                if self._queue:
                    self._serve_first()

    def _is_held(self) -> bool:
        return self._goes_first not in (None, threading.get_ident()) and time.monotonic() < self._until

    def _serve_next(self) -> None:
        del self._queue[0]
        if self._queue:
            self._serve_first()

    def _serve_first(self) -> None:
        """Begin the turn of the first one, unless it has begun or somebody goes first."""
        if not self._queue[0].is_served.is_set() and not self._is_held():
            self._served_since = time.monotonic()
            self._queue[0].is_served.set()


class _Place:
    """A thread's place in the queue."""

    def __init__(self, arrival: int, turns_that_pass: Callable[[], int] = lambda: 0) -> None:
        self.number = arrival + turns_that_pass()
        self.is_served = threading.Event()
        self._arrival, self._turns_that_pass = arrival, turns_that_pass

    def has_less_time(self) -> bool:
        """Whether it lets fewer pass than before, which gives it a lower number."""
        before, self.number = self.number, self._arrival + self._turns_that_pass()
        return self.number < before
