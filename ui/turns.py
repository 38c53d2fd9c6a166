"""One after the other: how a server with one interpreter answers hundreds of people who ask in the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_UNTIL_PASSED_OVER = 0.1
SECONDS_BETWEEN_TURNS = 0.001


class Turns:
    """A queue in which each waits for the one before, but not for long.

    Threads that compute at the same time share the interpreter: each of them ends when the last one does, and the thread that
    hears the browsers hardly gets to speak. One after the other, each is answered once it is served, and whoever needs no turn
    comes in between.

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
    def take(self) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block."""
        mine = threading.Event()
        with self._lock:
            self._queue.append(mine)
            if len(self._queue) == 1:
                self._serve_first()
        if not mine.is_set():
            while not mine.wait(self.seconds_until_passed_over):
                self._pass_over_the_one_before(mine)
            # The interpreter is left to the thread that hears the browsers.
            time.sleep(SECONDS_BETWEEN_TURNS)
        try:
            yield
        finally:
            with self._lock:
                if self._queue[:1] == [mine]:
                    self._serve_next()

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
