"""Which run is sent to the workers next, and which one has to make room for it.

Requested runs go first, and people take turns. Background runs are sent only while no requested run waits. If all workers are
busy with background runs and a requested run waits, one of them is stopped.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from ensemble.execution.fairness import round_robin
from ensemble.execution.training import Training

RUNS_AHEAD_PER_WORKER = 2
BACKGROUND_RUNS_AHEAD_PER_WORKER = 1
SECONDS_BETWEEN_COUNTS = 0.25


def to_send(trainings: Collection[Training], in_background: bool) -> list[Training]:
    """The trainings of one kind that were not sent yet, in the order in which they will be.

    Whatever their state: a worker may go on with a run when its connection was lost, and report it to the next one.
    """
    kind = [one for one in trainings if one.in_background is in_background]
    unsent = [one for one in kind if not one.future and not one.is_cancelled]
    in_order = _preferred_first(sorted(unsent, key=lambda one: one.timing.submitted_at))
    turns = round_robin([one.person for one in in_order], [one.person for one in kind if one.future])
    return [in_order[index] for index in turns]


def next_to_send(
    trainings: Collection[Training], workers: int, slow_runs: int, busy_sessions: Collection[str] = ()
) -> Training | None:
    """The training that is to be sent now, if any.

    Parameters
    ----------
    trainings : collection of Training
        All that have not ended.
    workers : int
        How many there are.
    slow_runs : int
        How many runs a worker may train slowly at once.
    busy_sessions : collection of str
        Those that wait for a sweep: what trains for them alone in the background waits for it too.
    """
    ahead = [one for one in trainings if one.future and one.is_waiting]
    waiting = sum(not one.in_background for one in ahead)
    if waiting >= RUNS_AHEAD_PER_WORKER * workers:
        return None
    slow = sum(bool(one.future and one.epochs_per_second) for one in trainings)
    has_room_for_slow = slow < slow_runs * workers
    for one in to_send(trainings, False):
        if has_room_for_slow or not one.epochs_per_second:
            return one
    if waiting or len(ahead) >= BACKGROUND_RUNS_AHEAD_PER_WORKER * workers:
        return None
    behind = (one for one in to_send(trainings, True) if any(job.session not in busy_sessions for job in one.jobs))
    return next(behind, None)


def to_stop(trainings: Collection[Training], workers: Iterable[str], sent_now: int = 0) -> Training | None:
    """The run in the background that is to be stopped because more of the others wait at the workers than are free.

    Parameters
    ----------
    trainings : collection of Training
        All that have not ended.
    workers : iterable of str
        Their addresses.
    sent_now : int
        How many of the others are about to be sent.

    Returns
    -------
    Training or None
        The one that has begun last, and so loses least.
    """
    waiting = sum(bool(one.future) and one.is_waiting and not one.in_background for one in trainings)
    busy = {one.worker for one in trainings if one.is_running and not one.epochs_per_second}
    if waiting + sent_now <= len(set(workers) - busy):
        return None
    behind = [one for one in trainings if one.is_running and one.in_background and not one.is_cancelled]
    return max(behind, key=lambda one: one.timing.started_at or 0.0, default=None)


def _preferred_first(trainings: Sequence[Training]) -> list[Training]:
    """The same with those of each session in the order that it prefers; it keeps the positions that it has already."""
    if not any(one.preferred_at for one in trainings):
        return [*trainings]
    of_session: defaultdict[str, list[Training]] = defaultdict(list)
    for one in sorted(trainings, key=lambda one: -one.preferred_at):
        of_session[one.asked_by.session].append(one)
    return [of_session[one.asked_by.session].pop(0) for one in trainings]


class QueuePositions:
    """The positions of all that wait, counted a few times a second at most: hundreds ask, and each depends on all others."""

    def __init__(self, seconds: float = SECONDS_BETWEEN_COUNTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._positions: dict[str, int] = {}
        self._counted_at = 0.0

    def of(self, training: Training, trainings: Collection[Training]) -> int:
        """Its position among all that have not ended, from 1: those that were sent come first; 0 for one that does not wait."""
        if not training.is_waiting:
            return 0
        if training.id not in self._positions or self._clock() - self._counted_at > self._seconds:
            sent = sorted((one for one in trainings if one.future), key=lambda one: (one.in_background, one.turn))
            in_order = (*sent, *to_send(trainings, False), *to_send(trainings, True))
            self._positions = {one.id: position for position, one in enumerate((one for one in in_order if one.is_waiting), 1)}
            self._counted_at = self._clock()
        return self._positions.get(training.id, 0)

    def forget(self) -> None:
        """Count anew when somebody asks next."""
        self._positions = {}
