"""Fairness between people who share a server: the order in which their runs are trained, and who may join a full queue.

A person is identified by a network address, which a whole class may share. So an address only decides the order, and
its fraction of a full queue; nobody is refused while there is room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def round_robin(waiting: Sequence[Hashable], served: Iterable[Hashable] = ()) -> list[int]:
    """Round-robin order of a queue: people take turns, and the entries of one person keep their order.

    Parameters
    ----------
    waiting : sequence
        The person of each entry, first come first.
    served : iterable
        The person of each entry that is being served already.

    Returns
    -------
    list of int
        Positions in ``waiting``.

    Examples
    --------
    >>> round_robin(["a", "a", "a", "b"])
    [0, 3, 1, 2]
    >>> round_robin(["a", "a", "b"], served=["a"])
    [2, 0, 1]
    """
    turns = Counter(served)
    keys = []
    for position, person in enumerate(waiting):
        keys.append((turns[person], position))
        turns[person] += 1
    return [position for _, position in sorted(keys)]


def has_room(person: Hashable, waiting: Sequence[Hashable], max_waiting: int) -> bool:
    """Whether a person may join a queue: if fewer than ``max_waiting`` wait, or this person has less than an equal fraction.

    Examples
    --------
    >>> has_room("a", ["a"] * 9, 10), has_room("a", ["a"] * 10, 10), has_room("b", ["a"] * 10, 10)
    (True, False, True)
    """
    if len(waiting) < max_waiting:
        return True
    people = Counter(waiting)
    return (people[person] + 1) * len({*people, person}) <= max_waiting
