"""A limit on new people in rooms from one network address: otherwise a script could fill a room with invented people."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache

from ensemble.limits import limits

SECONDS = 60.0


class Arrivals:
    """Counts new people from each address within a time window, in the memory of this process.

    Parameters
    ----------
    most : int
        Maximum from one address within ``seconds``.
    seconds : float
    clock : callable
        The time in seconds.
    """

    def __init__(self, most: int, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def admit(self, address: str) -> bool:
        """Whether one more person from this address may enter now, who is then counted.

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
    """The counter of this process, with the host's limit."""
    return Arrivals(limits().arrivals)
