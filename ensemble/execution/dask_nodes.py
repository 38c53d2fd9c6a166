"""Dask's client, scheduler and worker, changed where no setting helps: no HTTP servers, and a client that closes on failure."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import distributed

SECONDS_TO_CLOSE = 1


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
    """A scheduler that listens on one port."""


class Worker(_WithoutHttp, distributed.Worker):
    """A worker that listens on one port."""
