"""Fairness between people who share a server: in which order their runs are served, and who may still join a full queue.

A person is known by a network address, which a whole class may share; so an address decides the order and its share of a full
queue, and nobody is refused while there is room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def queued_as(address: str, owner: str) -> str:
    """Whom the queue takes for one person: all of one address, or a session without one.

    Parameters
    ----------
    address : str
        The network address, or an empty string.
    owner : str
        The session, ``SESSION`` or ``SESSION/TAB``.

    Examples
    --------
    >>> queued_as("10.0.0.1", "a/1"), queued_as("", "a/1")
    ('10.0.0.1', 'a')
    """
    return address or owner.split("/")[0]


def round_robin(waiting: Sequence[Hashable], served: Iterable[Hashable] = ()) -> list[int]:
    """In which order those who wait are served: people take turns, and each person's own come first come, first served.

    Parameters
    ----------
    waiting : sequence
        Who asked, in the order in which they came.
    served : iterable
        Who is being served at the moment, once for each thing that is.

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


def has_room(person: Hashable, waiting: Sequence[Hashable], most: int) -> bool:
    """Whether one more may wait: while fewer than ``most`` do, or as long as this person has less than an equal share of them.

    Examples
    --------
    >>> has_room("a", ["a"] * 9, 10), has_room("a", ["a"] * 10, 10), has_room("b", ["a"] * 10, 10)
    (True, False, True)
    """
    if len(waiting) < most:
        return True
    people = Counter(waiting)
    return (people[person] + 1) * len({*people, person}) <= most
