"""How many new people one network address may bring into rooms, which whoever has a code could fill with invented ones."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache

from ensemble.limits import limits

SECONDS = 60.0


class Arrivals:
    """Counts the new people of each address within a minute; in this process alone, and in memory.

    Parameters
    ----------
    most : int
        So many of one address in ``seconds``.
    seconds : float
    clock : callable
        The time in seconds.
    """

    def __init__(self, most: int, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def admit(self, address: str) -> bool:
        """Whether one more may come from there now; if so, it is counted.

        Examples
        --------
        >>> arrivals = Arrivals(most=2, clock=lambda: 0.0)
        >>> [arrivals.admit("192.0.2.1") for _ in range(3)], arrivals.admit("192.0.2.2")
        ([True, True, False], True)
        """
        with self._lock:
            oldest = self._clock() - self._seconds
            self._times = {known: times for known, times in self._times.items() if times[-1] > oldest}
            times = self._times.setdefault(address, deque(maxlen=self._most))
            if len(times) == self._most and times[0] > oldest:
                return False
            times.append(self._clock())
            return True


@cache
def arrivals() -> Arrivals:
    """Those of this process, with the limit of its host."""
    return Arrivals(limits().arrivals)
