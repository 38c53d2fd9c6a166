"""Which version of the package this is, so that a worker with another one can be told apart."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("tensorflow", "keras", "numpy", "pydantic")


@cache
def fingerprint() -> str:
    """Twelve letters that change with any source file of the package, and with the libraries that decide its numbers.

    Examples
    --------
    >>> len(fingerprint())
    12
    """
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.relative_to(folder).as_posix().encode() + source.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {_version(library)}".encode())
    return digest.hexdigest()[:12]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # the package for the CPU alone has another name
        return version(f"{library}-cpu")
