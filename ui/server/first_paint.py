"""Put the app's styles into the HTML document, so that Streamlit's first paint already has the final layout."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ui.page_registry import PAGES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "widgets"
PRESENTER, EMBEDDED = FOLDER / "shell" / "presenter.css", FOLDER / "shell" / "embedded.css"
# Headers that would be wrong for a changed document: its ETag, and the ETag, range or encoding that the browser asks for.
OF_THE_FILE = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
FOR_THE_FILE = (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")


@cache
def style_sheet(presents: bool, is_embedded: bool = False) -> str:
    """The styles of all pages, and the additional ones in a frame and in the presenter's view."""
    sheets = sorted(path for path in FOLDER.glob("*/*.css") if path not in (PRESENTER, EMBEDDED))
    on_top = [*([EMBEDDED] if is_embedded else []), *([PRESENTER] if presents else [])]
    return "".join(map(_sheet, sheets)) + _section_names() + "".join(map(_sheet, on_top))


def presenters_styles() -> str:
    """The additional styles of the presenter's view."""
    return _sheet(PRESENTER)


@cache
def _sheet(path: Path) -> str:
    """In one line: Streamlit looks at each, in each run of a page, for how far it is indented."""
    return " ".join(map(str.strip, path.read_text(encoding="utf-8").splitlines())) + " "


@cache
def _section_names() -> str:
    """Styles that put the name of each section in front of its first page.

    Streamlit's own sections are drop-down lists, but every page should be one click away.
    """
    firsts = {page.section: page.url for page in reversed(PAGES.values())}
    return "".join(
        f'[data-testid$="NavLinkContainer"]:has(> a[href$="/{url}"])::before {{ content: "{section}"; }}'
        for section, url in firsts.items()
    )


class StyledDocument:
    """ASGI middleware that puts the styles into each HTML document, after Streamlit's.

    Pages bring none but those of the presenter's view, which people switch on and off: twenty kilobytes less for each visit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        if scope["type"] != "http" or scope["method"] != "GET" or b"text/html" not in dict(headers).get(b"accept", b""):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def send_styled(message: Message) -> None:
            if message["type"] == "http.response.start" and b"text/html" in dict(message["headers"]).get(b"content-type", b""):
                start.update(message)
            elif not start or message["type"] != "http.response.body":
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    document = bytes(body).replace(b"<body>", b"<body>" + _style_elements(scope["query_string"]), 1)
                    kept = [header for header in start["headers"] if header[0].lower() not in OF_THE_FILE]
                    await send({**start, "headers": [*kept, (b"content-length", str(len(document)).encode())]})
                    await send({"type": "http.response.body", "body": document})

        plain = [header for header in headers if header[0] not in FOR_THE_FILE]
        await self.app({**scope, "headers": plain}, receive, send_styled)


def _style_elements(query: bytes) -> bytes:
    asked = parse_qs(query.decode("latin-1"))
    presents, is_embedded = asked.get("view") == ["presenter"], asked.get("embed") == ["true"]
    elements = f"<style>{style_sheet(False, is_embedded)}</style>"
    if presents:
        elements += f'<style id="presents">{presenters_styles()}</style>'
    return elements.encode()
