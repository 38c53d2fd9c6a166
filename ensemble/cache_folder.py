"""The folder for what is only kept to be faster the next time."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """``softmax-lab`` in the user's cache folder; it need not exist.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    folder = os.environ.get("XDG_CACHE_HOME")
    return (Path(folder) if folder else Path.home() / ".cache") / "softmax-lab"
