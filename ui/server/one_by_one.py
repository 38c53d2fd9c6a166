"""A table of values, of which most people ask for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any


class OneByOne(Mapping[str, Any]):
    """Looks up a single value when asked for it, and makes the whole table only when somebody iterates over it.

    Parameters
    ----------
    look_up : callable
        The value of a key; KeyError if there is none.
    make_table : callable
        All values.
    lock : context manager
        Held meanwhile.
    """

    def __init__(
        self,
        look_up: Callable[[str], Any],
        make_table: Callable[[], Mapping[str, Any]],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._look_up, self._make_table, self._lock = look_up, make_table, lock

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            return self._look_up(key)

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(self._make_table())

    def __len__(self) -> int:
        with self._lock:
            return len(self._make_table())
