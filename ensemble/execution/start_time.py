"""How long the training process took to start the last time, stored in the user's cache folder."""

from __future__ import annotations

import math
from pathlib import Path

from ensemble.cache_folder import cache_folder


def remember(seconds: float) -> None:
    """Store the duration of this start; if the file cannot be written, nothing is stored.

    Parameters
    ----------
    seconds : float
        From the start of the server to the first worker, in s.
    """
    try:
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{seconds:.3f}", encoding="utf-8")
    except (OSError, RuntimeError):
        return


def last() -> float | None:
    """Duration of the last start that was stored, in s; None if there is none, or the file holds no positive number."""
    try:
        seconds = float(_path().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _path() -> Path:
    return cache_folder() / "seconds_to_start"
