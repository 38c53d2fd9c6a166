"""How long the training process took to start the last time, kept in the person's cache folder from one start to the next."""

from __future__ import annotations

import math
import os
from pathlib import Path


def remember(seconds: float) -> None:
    """Keep the seconds of this start; where nothing can be written, nothing is kept.

    Parameters
    ----------
    seconds : float
        From the start of the server to the first training process, in s.
    """
    try:
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{seconds:.3f}", encoding="utf-8")
    except (OSError, RuntimeError):
        return


def last() -> float | None:
    """The seconds of the last start that was remembered; None where there is none, or what was kept is no such number."""
    try:
        seconds = float(_path().read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _path() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME")
    return (Path(folder) if folder else Path.home() / ".cache") / "softmax-lab" / "seconds_to_start"
