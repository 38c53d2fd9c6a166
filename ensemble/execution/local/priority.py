"""Who comes first where the processors are busy: the web process, which people wait for at each click."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 5
GROUP = Path("/proc/self/autogroup")


def give_way() -> None:
    """Lower the priority of this process and of all that it starts from now on. Does nothing where that is not possible.

    Linux may share processors among sessions first (``sched_autogroup``), and goes by the niceness of a process only among
    those of its session. So a process that leads a session lowers that of the session too.
    """
    if not hasattr(os, "nice"):
        return
    with suppress(OSError):
        os.nice(NICENESS)
        if os.getsid(0) == os.getpid():
            GROUP.write_text(str(NICENESS))
