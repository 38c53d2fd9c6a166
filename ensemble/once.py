"""Results that are computed once and kept: as long as their arguments exist, or while they are among the last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

Result = TypeVar("Result")
_made: dict[Callable[..., Any], WeakKeyDictionary[Any, Any]] = {}


def once(make: Callable[..., Result], first: object, *others: object) -> Result:
    """``make(first, *others)``, computed once for each combination of objects; it is dropped when one of them is deleted.

    Parameters
    ----------
    make : callable
        A function at module level, since its identity is part of the key.
    first, *others : object
        Immutable objects that can be hashed and weakly referenced, such as a run and its rows.

    Examples
    --------
    >>> class Rows:
    ...     pass
    >>> def make(rows):
    ...     return object()
    >>> rows = Rows()
    >>> once(make, rows) is once(make, rows), once(make, rows) is once(make, Rows())
    (True, False)
    """
    *before, last = (first, *others)
    kept = _made.setdefault(make, WeakKeyDictionary())
    for thing in before:
        kept = kept.setdefault(thing, WeakKeyDictionary())
    if last not in kept:
        kept[last] = make(first, *others)
    result: Result = kept[last]
    return result


class Latest(Generic[Result]):
    """A function of which the last results are kept: for large ones, that many people ask for at the same time.

    Parameters
    ----------
    make : callable
        Takes immutable objects that can be hashed and weakly referenced.
    most : int
        How many results are kept, those that were asked for last.

    Examples
    --------
    >>> class Rows:
    ...     pass
    >>> made = Latest(lambda rows: object(), most=1)
    >>> rows = Rows()
    >>> first = made(rows)
    >>> made(rows) is first, made(Rows()) is first, made(rows) is first
    (True, False, False)
    """

    def __init__(self, make: Callable[..., Result], most: int) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[tuple[ReferenceType[object], ...], Result] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *of: object) -> Result:
        key = tuple(map(ref, of))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = self._make(*of)
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return result
