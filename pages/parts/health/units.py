"""Sizes, times and versions as the page writes them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = ("streamlit", "tensorflow", "tensorflow-cpu", "keras", "distributed")


def megabytes(size: float | None) -> str:
    """A number of bytes; "unknown" for None."""
    return "unknown" if size is None else f"{size / 1e6:.0f} MB"


def duration(seconds: float | None) -> str:
    """A time in hours and minutes; "unknown" for None."""
    if seconds is None:
        return "unknown"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def versions() -> str:
    """The versions of Python and of the libraries that affect training."""
    found = [f"Python {platform.python_version()}"]
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:  # TensorFlow comes as one of two packages
            continue
    return " · ".join(found)
