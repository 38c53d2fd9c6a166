"""A connection that sends what is written within one step of its event loop as one."""

from __future__ import annotations

import asyncio
from typing import Any


class JoinedWrites:
    """A transport in front of another one, which is called once for all that is written until the loop goes on.

    A page is some fifty messages to one browser, and each call to the system costs as much as making one of them.

    Parameters
    ----------
    transport : asyncio.Transport
        The connection.
    loop : asyncio.AbstractEventLoop
        On whose thread it is used.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send data, after those written before it."""
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)

    def close(self) -> None:
        """Close the connection once all data are sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._transport.write(b"".join(waiting))
