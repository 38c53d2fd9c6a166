"""A stream of news for each page in a room: one small message when something has changed, and nothing in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_OF_SILENCE = 20.0
MAX_LISTENERS = 5000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class _News:
    """What happens in one room, for all pages of this process that listen; one task looks for them all."""

    rooms: ClassVar[dict[str, _News]] = {}

    def __init__(self, code: str) -> None:
        self.code = code
        self.listeners = 0
        self.message: str | None = None
        self.is_over = False
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._look())

    async def change(self) -> bool:
        """Wait for the next change, at most so long that a proxy does not take the line for dead; whether there was one."""
        try:
            await asyncio.wait_for(self._changed.wait(), SECONDS_OF_SILENCE)
        except TimeoutError:
            return False
        return True

    def stop(self) -> None:
        """Nobody listens any more."""
        self._task.cancel()
        self.rooms.pop(self.code, None)

    async def _look(self) -> None:
        while not self.is_over:
            message = await asyncio.to_thread(_message, self.code)
            if message != self.message:
                self.message, self.is_over = message, not message
                changed, self._changed = self._changed, asyncio.Event()
                changed.set()
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def _message(code: str) -> str:
    """What is told of a room; empty if it has ended."""
    from ensemble import InputError
    from ensemble.room.host import rooms

    try:
        room = rooms().find(code)
    except InputError:
        return ""
    return json.dumps({"state": room.state, "version": room.version})


async def news(request: Request) -> Response:
    """The stream of a room; 404 if there is none, 503 where more listen than this process serves."""
    from ensemble.room.codes import read_code

    code = read_code(request.path_params["code"])
    if not code or not await asyncio.to_thread(_message, code):
        return PlainTextResponse("There is no such room.", 404)
    if sum(one.listeners for one in _News.rooms.values()) >= MAX_LISTENERS:
        return PlainTextResponse("This server is full. Try again in a while.", 503)
    return StreamingResponse(_stream(code), media_type="text/event-stream", headers=HEADERS)


async def _stream(code: str) -> AsyncIterator[str]:
    room = _News.rooms.get(code) or _News.rooms.setdefault(code, _News(code))
    room.listeners += 1
    told = None
    try:
        while not room.is_over:
            if room.message is not None and room.message != told:
                told = room.message
                yield f"data: {told}\n\n"
            elif not await room.change():
                yield ": still here\n\n"
        yield "event: ended\ndata: {}\n\n"
    finally:
        room.listeners -= 1
        if not room.listeners:
            room.stop()


ROUTES = [Route("/room/{code}/news", news)]
