"""Phones in a room without browsers: tabs that identify themselves and receive updates like the component ``room``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from testing.protocol import Measured, Tab
from ui.server.room_news import EVERYTHING, TROUBLE

COMPONENT = "room"
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"
"""The widget that brings what a component has told; its name comes from Streamlit."""
SECONDS_BETWEEN_REDRAWINGS = 0.4
SECONDS_UNTIL_ASKED_AGAIN = 4.0
_GET = "GET /room/{code}/news{query} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"


class Phone(Tab):
    """A tab in a room; ``every_change`` as in its page's component."""

    def __init__(self, port: int, code: str, name: str, measured: Measured | None = None, secret: str = "", page: str = "room"):
        leads = f"&lecturer={secret}" if secret else ""
        super().__init__(port, page, f"room={code}{leads}", measured)
        self.code, self.name, self.every_change = code, name, bool(secret)
        self.cookie = f"softmax_lab={uuid.uuid4().hex}"
        self._secret = secret
        self._listener: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Phone:
        await super().__aenter__()
        await self.say_who()
        self._listener = asyncio.create_task(self._listen())
        return self

    async def leave(self, abruptly: bool = False) -> None:
        """Close the tab and its stream."""
        for task in (self._listener, self._again):
            if task:
                task.cancel()
        await super().leave(abruptly)

    async def say_who(self) -> None:
        """Tell the page who this browser is, as its component does once it is drawn."""
        element = self.find(COMPONENT)
        state = WidgetState(id=element.content.id, json_value=json.dumps({"who": [self.name, self._secret]}))
        self._kept[state.id] = state
        await self._ask("says who it is", {}, element.fragment)

    def _shown(self) -> dict[str, Any]:
        """What the page has told its component: the state of the room that it shows, and its version."""
        with contextlib.suppress(LookupError):
            return dict(json.loads(self.find(COMPONENT).content.json))
        return {"state": "", "version": 0}

    async def _listen(self) -> None:
        seen: dict[str, object] | None = None
        drawn = 0.0
        async for message in news(self.origin, self.code, self.cookie, self.every_change):
            # As the component does: the first message may be newer than what the page shows.
            before = seen or {"state": self._shown()["state"], "version": message["version"]}
            is_news = message["state"] != before["state"] or (self.every_change and message["version"] != before["version"])
            seen = message
            if not is_news:
                continue
            await asyncio.sleep(max(0.0, drawn + SECONDS_BETWEEN_REDRAWINGS - time.perf_counter()))
            drawn = time.perf_counter()
            await self._redraw()
            if message["state"] != TROUBLE and not self.every_change:
                self._again = asyncio.create_task(self._redraw_while_behind(int(str(message["version"]))))

    async def _redraw(self) -> None:
        with contextlib.suppress(ConnectionClosed, LookupError):
            element, event = self.find(COMPONENT), "votes" if self.every_change else "news"
            state = WidgetState(id=EVENTS.format(element.content.id), json_trigger_value=f'[{{"event":"{event}","value":1}}]')
            await self._socket.send(self._message({state.id: state}, element.fragment))

    async def _redraw_while_behind(self, version: int) -> None:
        """The page could not reach its room when it was drawn, or its question was lost while it changed to another one."""
        await asyncio.sleep(SECONDS_UNTIL_ASKED_AGAIN)
        while self.open and self._shown()["version"] < version:
            await self._redraw()
            await asyncio.sleep(SECONDS_UNTIL_ASKED_AGAIN)


async def news(origin: str, code: str, cookie: str = "none", every_change: bool = False) -> AsyncIterator[dict[str, object]]:
    """The messages of a room's stream, as they come; it comes back after a lost connection, as a browser does."""
    query = f"?of={EVERYTHING}" if every_change else ""
    host, port = urlsplit(origin).hostname, urlsplit(origin).port
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_GET.format(code=code, query=query, host=host, port=port, cookie=cookie).encode())
                while line := await reader.readline():
                    if line.startswith(b'data: {"'):
                        yield json.loads(line.removeprefix(b"data: "))
            finally:
                writer.close()
        await asyncio.sleep(0.5)
