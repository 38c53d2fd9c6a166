"""A worker of the embedded cluster and Dask's nanny, which restarts it.

Started as ``python -m ensemble.execution.local.worker SCHEDULER FOLDER``.

Both end when the standard input of the nanny is closed: the web process closes it, and so does the operating system when the
web process is gone, however it ended. A worker stores nothing, so it is killed; a graceful end would wait for TensorFlow.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ensemble.execution.dask_settings import MEMORY_LIMIT
from ensemble.execution.local import priority

if TYPE_CHECKING:
    from distributed import Nanny

_nanny: Nanny | None = None
_ends = threading.Event()


def main(scheduler: str, folder: Path) -> None:
    """Run a worker, and restart it when it dies, until the standard input is closed or SIGTERM arrives.

    Parameters
    ----------
    scheduler : str
        Its address, ``tls://HOST:PORT``.
    folder : Path
        Holds the key, the certificate and the files of the worker. Removed when the web process has ended.
    """
    priority.give_way()
    signal.signal(signal.SIGTERM, lambda *_: _end())
    # Before Dask is imported, which takes a second.
    threading.Thread(target=_end_with_standard_input, args=[folder], daemon=True).start()
    try:
        asyncio.run(_run_nanny(scheduler, folder))
    finally:
        if _ends.is_set():  # another thread has killed the worker and ends this process; what Dask logs then is useless
            threading.Event().wait()


async def _run_nanny(scheduler: str, folder: Path) -> None:
    import dask
    from distributed import Nanny

    from ensemble.execution.dask_nodes import Worker
    from ensemble.execution.local.tls import security

    global _nanny
    _nanny = Nanny(
        scheduler,
        nthreads=1,
        memory_limit=MEMORY_LIMIT,
        local_directory=str(folder),
        preload=[*dask.config.get("distributed.worker.preload"), "ensemble.worker"],
        worker_class=Worker,
        host="127.0.0.1",
        protocol="tls://",
        security=security(folder),
        dashboard=False,
    )
    async with _nanny:
        await _nanny.finished()


def _end_with_standard_input(folder: Path) -> None:
    os.read(sys.stdin.fileno(), 1)
    _kill_worker()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _end() -> None:
    _kill_worker()
    os._exit(0)


def _kill_worker() -> None:
    _ends.set()
    logging.disable()
    if _nanny:
        _nanny.auto_restart = False
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
