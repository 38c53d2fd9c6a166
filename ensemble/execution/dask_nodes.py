"""Dask's client, scheduler and worker, changed where no setting helps.

They serve no HTTP, wake up seldom while nothing is trained, and the client closes on failure.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import distributed

SECONDS_TO_CLOSE = 1
SECONDS_BETWEEN_HEARTBEATS = 5.0


class Client(distributed.Client):
    """Closes itself if it cannot connect.

    Dask does so for an ``OSError`` only. After another error it closes the client at the exit of the process, which takes 20 s.
    """

    def start(self, **options: Any) -> Any:
        try:
            return super().start(**options)
        except BaseException:
            with suppress(Exception):
                self.close(timeout=SECONDS_TO_CLOSE)
            raise


class _WithoutHttp:
    """Dask serves its state over HTTP even without a dashboard: unencrypted, and to every user of the machine."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Start no HTTP server."""


class Scheduler(_WithoutHttp, distributed.Scheduler):
    """A scheduler that listens on one port, and never ends because nobody uses it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Four times a second each, for time limits that are not set.
        for unused in ("idle-timeout", "no-workers-timeout"):
            del self.periodic_callbacks[unused]


class Worker(_WithoutHttp, distributed.Worker):
    """A worker that listens on one port, and reports its memory every few seconds.

    A scheduler with few workers asks for a report twice a second. It notices a lost worker by the connection.
    """

    async def heartbeat(self) -> None:
        """Report to the scheduler."""
        self.monitor.update()  # otherwise it reports what it measured up to a minute ago
        await super().heartbeat()
        self.periodic_callbacks["heartbeat"].callback_time = 1000 * SECONDS_BETWEEN_HEARTBEATS
