"""A queue of page updates: a server with one interpreter answers hundreds of simultaneous requests one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_UNTIL_PASSED_OVER = 0.1
SECONDS_BETWEEN_TURNS = 0.001
SECONDS_BETWEEN_LOOKS = 0.1


class Turns:
    """A queue in which each thread waits for the one before it, up to a limit.

    Threads that compute at the same time share the interpreter: all of them finish late, and the event loop, which reads from
    the browsers, hardly runs. One after the other, each is answered as soon as it is served, and requests that need no turn run
    in between.

    Parameters
    ----------
    seconds_until_passed_over : float
        How long a turn may take before the next begins beside it.
    """

    def __init__(self, seconds_until_passed_over: float = SECONDS_UNTIL_PASSED_OVER):
        self.seconds_until_passed_over = seconds_until_passed_over
        self._lock = threading.Lock()
        self._queue: list[threading.Event] = []  # the first is served, the others wait
        self._served_since = 0.0

    @contextmanager
    def take(self, is_patient: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block; a thread that is not patient, or no longer, begins without one."""
        mine = threading.Event()
        if is_patient():
            self._wait(mine, is_patient)
        try:
            yield
        finally:
            self._leave(mine)

    def _wait(self, mine: threading.Event, is_patient: Callable[[], bool]) -> None:
        with self._lock:
            self._queue.append(mine)
            if len(self._queue) == 1:
                self._serve_first()
        if mine.is_set():
            return
        while not mine.wait(min(self.seconds_until_passed_over, SECONDS_BETWEEN_LOOKS)):
            self._pass_over_the_one_before(mine)
            if not is_patient():
                return
        # Meanwhile the event loop runs.
        time.sleep(SECONDS_BETWEEN_TURNS)

    def _leave(self, mine: threading.Event) -> None:
        with self._lock:
            if self._queue[:1] == [mine]:
                self._serve_next()
            elif mine in self._queue:
                self._queue.remove(mine)

    def _pass_over_the_one_before(self, mine: threading.Event) -> None:
        with self._lock:
            served_for = time.monotonic() - self._served_since
            if self._queue[1:2] == [mine] and served_for >= self.seconds_until_passed_over:
                self._serve_next()

    def _serve_next(self) -> None:
        del self._queue[0]
        if self._queue:
            self._serve_first()

    def _serve_first(self) -> None:
        self._served_since = time.monotonic()
        self._queue[0].set()
