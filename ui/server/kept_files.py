"""Files that never change, such as Streamlit's own scripts: kept compressed in memory."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NEVER_CHANGES = b"immutable"
COMPRESSIBLE = (b"text/", b"application/javascript", b"application/json", b"image/svg")
MAX_FILES, MAX_BYTES = 1_000, 24_000_000
LEVEL = 6
OF_THE_BODY = (b"content-length", b"etag", b"last-modified", b"accept-ranges", b"content-encoding", b"vary")
OF_ONE_BROWSER = (b"set-cookie", b"content-encoding")
OF_A_PART = (b"range", b"if-range", b"if-none-match", b"if-modified-since")


class Kept(NamedTuple):
    """An answer without its body's length and encoding, and its body, compressed if that makes it smaller."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class KeptFiles:
    """ASGI middleware that answers from memory what the app has said may be kept for ever.

    For its first page a browser loads a hundred of Streamlit's files. Streamlit reads each in another thread, in pieces, and
    sends it as it is, which takes ten times the processor time of drawing the page, and more than twice the bytes.

    A file is kept when it is asked for a second time, so that the first page of a server does not wait for that. A browser that
    takes nothing compressed, or asks for a part of a file, is answered by the app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, Kept] = {}
        self._asked: set[str] = set()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _may_be_kept(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if kept := self._kept.get(path):
            await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
            await send({"type": "http.response.body", "body": kept.body})
        elif path in self._asked:
            self._asked.discard(path)  # while it is read and compressed, others are answered by the app
            await self._keep(path, scope, receive, send)
        else:
            await self.app(scope, receive, self._noting(path, send))

    def _noting(self, path: str, send: Send) -> Send:
        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and _never_changes(message) and self._has_room():
                self._asked.add(path)
            await send(message)

        return note

    def _has_room(self) -> bool:
        """A file has more than one path: with a second slash, it is another one."""
        return len(self._asked) + len(self._kept) < MAX_FILES and self._bytes < MAX_BYTES

    async def _keep(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start" and _never_changes(message):
                start.update(message)
            elif start and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, collect)
        if not start:
            return
        headers = [(name.lower(), value) for name, value in start["headers"] if name.lower() not in OF_THE_BODY]
        kept = await asyncio.to_thread(_compressed, headers, bytes(body))
        if path not in self._kept:
            self._kept[path] = kept
            self._bytes += len(kept.body)


def _may_be_kept(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return False
    headers = dict(scope["headers"])
    return b"gzip" in headers.get(b"accept-encoding", b"") and not any(name in headers for name in OF_A_PART)


def _never_changes(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    is_for_all = start["status"] == 200 and not any(name in headers for name in OF_ONE_BROWSER)
    return is_for_all and NEVER_CHANGES in headers.get(b"cache-control", b"")


def _compressed(headers: list[tuple[bytes, bytes]], body: bytes) -> Kept:
    if dict(headers).get(b"content-type", b"").startswith(COMPRESSIBLE):
        body = gzip.compress(body, LEVEL, mtime=0)
        headers = [*headers, (b"content-encoding", b"gzip")]
    return Kept([*headers, (b"vary", b"accept-encoding"), (b"content-length", str(len(body)).encode())], body)
