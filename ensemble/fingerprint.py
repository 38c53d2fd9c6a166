"""A fingerprint of this version of the package, by which workers with another version are recognised."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("tensorflow", "keras", "numpy", "pydantic")


@cache
def fingerprint() -> str:
    """Twelve characters that change with any source file of the package, and with the versions of its numerical libraries.

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
    except PackageNotFoundError:  # the CPU-only package has another name
        return version(f"{library}-cpu")
