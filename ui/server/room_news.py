"""A stream of server-sent events for each page in a room: one small message for each change."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_OF_SILENCE = 20.0
MAX_LISTENERS = 5000
MAX_LISTENERS_OF_A_ROOM = 2500
EVERYTHING = "everything"
TROUBLE = "trouble"
"""The state that is sent while the room cannot be reached."""
ENDED = "event: ended\ndata: {}\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class _News:
    """Changes of one room, for all pages of this process that listen; a single task polls the store for all of them."""

    rooms: ClassVar[dict[str, _News]] = {}

    def __init__(self, code: str) -> None:
        self.code = code
        self.listeners = 0
        self.message: str | None = None
        self.state: str | None = None
        self.is_over = False
        self.is_closed = False
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._look())

    async def change(self) -> bool:
        """Wait for the next change, or until a keep-alive message is due; returns whether there was a change."""
        try:
            await asyncio.wait_for(self._changed.wait(), SECONDS_OF_SILENCE)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """The server ends, but not the room."""
        self.is_closed = True
        self._notify()

    def stop(self) -> None:
        """Nobody listens any more."""
        self._task.cancel()
        if self.rooms.get(self.code) is self:
            del self.rooms[self.code]

    async def _look(self) -> None:
        version: int | None = None
        while not self.is_over:
            message, version = await asyncio.to_thread(_message, self.code, self.message, version)
            if message != self.message:
                self.message, self.is_over = message, not message
                self.state = json.loads(message)["state"] if message else None
                if self.is_over:  # later pages open a new stream
                    self.rooms.pop(self.code, None)
                self._notify()
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _message(code: str, last: str | None = None, version: int | None = None) -> tuple[str | None, int | None]:
    """The message on a room, and the room's version; the last message if the version is the same, empty if it has ended."""
    from ensemble import InputError
    from ensemble.room.host import rooms
    from ensemble.room.store import StoreError

    try:
        room = rooms().find(code)
        present = room.version
        if present == version:
            return last, version
        return json.dumps({"state": room.state, "version": present}), present
    except StoreError:
        return json.dumps({"state": TROUBLE, "version": 0}), None
    except InputError:
        return "", None


async def news(request: Request) -> Response:
    """The stream of a room; 404 for an invalid code, 503 if too many pages listen to the room or to this process.

    If the room has ended, the stream says so and closes, and the page does not ask again.
    """
    from ensemble.room.codes import read_code

    code = read_code(request.path_params["code"])
    if not code:
        return PlainTextResponse("There is no such room.", 404)
    if code not in _News.rooms and not (await asyncio.to_thread(_message, code))[0]:
        return PlainTextResponse(ENDED, media_type="text/event-stream", headers=HEADERS)
    listeners = {known: one.listeners for known, one in _News.rooms.items()}
    if sum(listeners.values()) >= MAX_LISTENERS or listeners.get(code, 0) >= MAX_LISTENERS_OF_A_ROOM:
        return PlainTextResponse("This server is full. Try again in a while.", 503)
    stream = _stream(code, every_change=request.query_params.get("of") == EVERYTHING)
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


async def _stream(code: str, every_change: bool = False) -> AsyncIterator[str]:
    """A message for each change by the lecturer; with ``every_change``, which few pages need, also for each vote and net."""
    room = _News.rooms.get(code) or _News.rooms.setdefault(code, _News(code))
    room.listeners += 1
    last_sent, sent_at = None, time.monotonic()
    try:
        while not (room.is_over or room.is_closed):
            news = room.message if every_change else room.state
            if news is not None and news != last_sent:
                last_sent, sent_at = news, time.monotonic()
                yield f"data: {room.message}\n\n"
            elif not await room.change() or time.monotonic() - sent_at > SECONDS_OF_SILENCE:
                sent_at = time.monotonic()
                yield ": still here\n\n"
        if room.is_over:
            yield ENDED
    finally:
        room.listeners -= 1
        if not room.listeners:
            room.stop()


def close() -> None:
    """End all streams. Browsers open them again, as after a lost connection, until the server is back."""
    for room in [*_News.rooms.values()]:
        room.close()


ROUTES = [Route("/room/{code}/news", news)]
