"""Results that are made once and kept as long as what they were made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

Result = TypeVar("Result")
_made: dict[Callable[..., Any], WeakKeyDictionary[Any, Any]] = {}


def once(make: Callable[..., Result], first: object, *others: object) -> Result:
    """``make(first, *others)``, computed for each combination of objects once; it goes with the first of them that goes.

    Parameters
    ----------
    make : callable
        A function of a module, not one that is made anew each time.
    first, *others : object
        Objects that never change, told apart by their identity or as they compare, such as a run and its rows.

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
