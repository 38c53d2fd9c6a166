"""Pictures that are drawn once for all who look at the same: a class that follows a lecture asks for each of them at once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui import charts
from ui.charts.picture import Picture

MAX_BYTES, MAX_BYTES_OF_ONE = 8_000_000, 400_000
"""Of their JSON; in memory a figure takes several times as much."""

Arguments = ParamSpec("Arguments")


class Pictures:
    """Pictures by their keys, those that were asked for last.

    Parameters
    ----------
    max_bytes, max_bytes_of_one : int
        How much all of them may take, and one that is kept.
    """

    def __init__(self, max_bytes: int = MAX_BYTES, max_bytes_of_one: int = MAX_BYTES_OF_ONE) -> None:
        self._max_bytes, self._max_bytes_of_one = max_bytes, max_bytes_of_one
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[Future[Picture], int]] = OrderedDict()

    def get(self, key: bytes, draw: Callable[[], go.Figure]) -> go.Figure:
        """The picture of a key; whoever asks while somebody else has it drawn waits for that one."""
        mine: Future[Picture] = Future()
        with self._lock:
            first, _ = self._kept.setdefault(key, (mine, 0))
            self._kept.move_to_end(key)
        if first is not mine:
            with suppress(Exception):  # it could not be drawn: the next line says why
                return first.result()
            return draw()
        try:
            figure = Picture(draw())
        except BaseException as problem:
            with self._lock:
                self._kept.pop(key, None)
            mine.set_exception(problem)
            raise
        mine.set_result(figure)
        self._count(key, (mine, len(figure.to_json(validate=False))))
        return figure

    def _count(self, key: bytes, drawn: tuple[Future[Picture], int]) -> None:
        with self._lock:
            if key in self._kept:
                self._kept[key] = drawn
            if drawn[1] > self._max_bytes_of_one:
                self._kept.pop(key, None)
            while sum(size for _, size in self._kept.values()) > self._max_bytes:
                self._kept.popitem(last=False)


_pictures = Pictures()


def kept(draw: Callable[Arguments, go.Figure]) -> Callable[Arguments, go.Figure]:
    """Have a function draw equal pictures of a page once, for all sessions; nobody changes what it gives.

    Where its arguments are none that ``digest`` takes, and for what is printed, it draws anew.
    """

    @wraps(draw)
    def drawn(*given: Arguments.args, **named: Arguments.kwargs) -> go.Figure:
        if charts.is_printed():
            return draw(*given, **named)
        try:
            key = digest([draw.__module__, draw.__qualname__, charts.scheme(), given, named])
        except TypeError:
            return draw(*given, **named)
        return _pictures.get(key, lambda: charts.with_legible_text(draw(*given, **named)))

    return drawn


def digest(value: Any) -> bytes:
    """What tells values from others: numbers and texts, arrays and tables, and what holds those.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> digest([1, np.ones(2)]) == digest([1, np.ones(2)]), digest([1, 2]) == digest([1, 2.0])
    (True, False)
    """
    sha = hashlib.sha256()
    _add(sha, value)
    return sha.digest()


def _add(sha: Any, value: Any) -> None:
    if isinstance(value, np.ndarray) and value.dtype != object:
        sha.update(f"{value.dtype} {value.shape} ".encode())
        sha.update(np.ascontiguousarray(value).tobytes())
        return
    if isinstance(value, pd.DataFrame):
        parts = ["table", *value.columns, value.index.to_numpy(), *(value.iloc[:, k].to_numpy() for k in range(value.shape[1]))]
    elif isinstance(value, pd.Series):
        parts = [value.name, value.index.to_numpy(), value.to_numpy()]
    elif isinstance(value, Mapping):
        parts = [part for pair in value.items() for part in pair]
    elif isinstance(value, tuple | list | range | np.ndarray):
        parts = list(value)
    elif isinstance(value, str | int | float | np.generic | None):
        sha.update(f"{type(value).__name__} {value!r} ".encode())
        return
    else:
        raise TypeError(f"a picture of a {type(value).__name__} cannot be told from another one")
    sha.update(f"{type(value).__name__} {len(parts)} ".encode())
    for part in parts:
        _add(sha, part)
