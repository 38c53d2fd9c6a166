"""Dask's client, scheduler and worker, changed in what cannot be set: no HTTP servers, and no client that is left half open."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import distributed

SECONDS_TO_CLOSE = 1


class Client(distributed.Client):
    """Closes itself if it cannot connect.

    Dask does so for an ``OSError`` alone; after another error the client is closed at the exit of the process, for 20 s.
    """

    def start(self, **options: Any) -> Any:
        try:
            return super().start(**options)
        except BaseException:
            with suppress(Exception):
                self.close(timeout=SECONDS_TO_CLOSE)
            raise


class _WithoutHttp:
    """Dask serves its state by HTTP even without a dashboard: unencrypted, and to every user of the machine."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Start none."""


class Scheduler(_WithoutHttp, distributed.Scheduler):
    """A scheduler that listens at one port."""


class Worker(_WithoutHttp, distributed.Worker):
    """A worker that listens at one port."""
