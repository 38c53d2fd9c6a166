"""Share the programs that XLA compiles between all processes of a test run.

The key of a program in XLA's cache folder (``TF_XLA_FLAGS``) includes all names in it. TensorFlow numbers functions in
each process, so two processes have equal names only if they compile the same programs in the same order. Here the numbers start
again for each program. Workers load this module by Dask's setting ``distributed.worker.preload``.
"""

from __future__ import annotations

import itertools
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

from tensorflow.python.eager.polymorphic_function import concrete_function
from tensorflow.python.framework import ops
from tensorflow.python.ops import control_flow_util_v2

from ensemble.training import program


class _Naming(threading.local):
    """The counters of the program that this thread calls; None between programs."""

    numbers: Iterator[int] | None = None


_naming = _Naming()


class _NumbersOfPrograms:
    """TensorFlow's module ``ops`` for the modules that name functions."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ops, name)

    def uid(self) -> int:
        return ops.uid() if _naming.numbers is None else next(_naming.numbers)


class SharedProgram(program.Program):
    """A program that is named after its key."""

    _made: ClassVar[Counter[program.ProgramKey]] = Counter()

    def __init__(self, key: program.ProgramKey):
        # A key may have a second program while functions of the first still exist.
        self._made[key] += 1
        self._numbers = itertools.count(10**9 + 10**6 * zlib.crc32(repr((key, self._made[key])).encode()))
        super().__init__(key)

    def __call__(self, *arguments: Any) -> Any:
        _naming.numbers = self._numbers
        try:
            return super().__call__(*arguments)
        finally:
            _naming.numbers = None


for _module in (concrete_function, control_flow_util_v2):
    _module.ops = _NumbersOfPrograms()
program.Program = SharedProgram  # type: ignore[misc]
