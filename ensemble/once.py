"""Results that are computed once and kept as long as their arguments exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

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
