"""Calls from a thread to an event loop, several at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

SECONDS_BETWEEN_BUNCHES = 0.005

log = logging.getLogger("softmax_lab")


class Bunches:
    """Calls that are made in their order: the first at once, those after it within some milliseconds as one bunch.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        Whose thread makes the calls.
    after : callable
        Called there after each bunch.

    Attributes
    ----------
    is_at_work : bool
        Whether calls are made at this moment.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, after: Callable[[], object]) -> None:
        self._loop, self._after = loop, after
        self.is_at_work = False
        self._waiting: deque[Callable[[], None]] = deque()
        self._last = 0.0

    def add(self, call: Callable[[], None], call_soon: Callable[[Callable[[], None]], None], may_wait: bool) -> None:
        """Have a call made, from any thread; one that may not wait brings along those that do.

        Parameters
        ----------
        call : callable
        call_soon : callable
            Schedules a function on the loop, from any thread.
        may_wait : bool
            Whether it may wait for others.
        """
        self._waiting.append(call)
        if not may_wait:
            call_soon(self.make)
        elif len(self._waiting) == 1:
            call_soon(self._make_soon)

    def _make_soon(self) -> None:
        wait = self._last + SECONDS_BETWEEN_BUNCHES - self._loop.time()
        if wait > 0:
            self._loop.call_later(wait, self.make)
        else:
            self.make()

    def make(self) -> None:
        """Make the calls that wait, now; on the loop's thread."""
        self._last, self.is_at_work = self._loop.time(), True
        while self._waiting:
            try:
                self._waiting.popleft()()
            except Exception:  # the calls after it are made all the same
                log.exception("A message of a script was not sent.")
        self.is_at_work = False
        self._after()
