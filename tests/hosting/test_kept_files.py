"""What the app says may be kept for ever is read once, and is sent as the app sends it, but compressed."""

import gzip

import pytest

from testing.asynchronous import run_async
from ui.server.kept_files import KeptFiles

SCRIPT = b"export const one = 1;\n" * 500
FOR_EVER = b"public, immutable, max-age=31536000"


class Files:
    """An app with one file, which counts how often it is read."""

    def __init__(self, cache_control=FOR_EVER, content_type=b"text/javascript; charset=utf-8", status=200, more=()):
        self.reads, self.status = 0, status
        headers = {b"content-type": content_type, b"cache-control": cache_control, b"etag": b'"1"', b"x-own": b"1"}
        self.headers = [*headers.items(), (b"Content-Length", str(len(SCRIPT)).encode()), *([more] if more else [])]

    async def __call__(self, scope, receive, send):
        self.reads += 1
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": SCRIPT[:100], "more_body": True})
        await send({"type": "http.response.body", "body": SCRIPT[100:]})


def ask(app, method="GET", query=b"", path="/static/js/one.js", **headers):
    """Status, headers and body of the answer."""
    sent = []

    async def send(message):
        sent.append(message)

    asked = {"accept-encoding": "gzip, br"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {"type": "http", "method": method, "path": path, "query_string": query}
    run_async(app(scope | {"headers": [(name.encode(), value.encode()) for name, value in asked.items()]}, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent)


def test_a_file_is_read_twice_however_many_people_ask_for_it():
    files = Files()
    app = KeptFiles(files)
    answers = [ask(app) for _ in range(20)]
    assert files.reads == 2
    assert answers[0] == answers[1] == (200, dict(files.headers), SCRIPT), "the first ones wait for nothing"
    status, headers, body = answers[-1]
    assert (status, gzip.decompress(body)) == (200, SCRIPT)
    assert len(body) < len(SCRIPT) / 5
    assert headers == {
        b"content-type": b"text/javascript; charset=utf-8",
        b"cache-control": FOR_EVER,
        b"x-own": b"1",
        b"content-encoding": b"gzip",
        b"content-length": str(len(body)).encode(),
        b"vary": b"accept-encoding",
    }


def test_a_font_is_kept_as_it_is():
    files = Files(content_type=b"font/woff2")
    app = KeptFiles(files)
    _, headers, body = [ask(app) for _ in range(3)][-1]
    assert (files.reads, body) == (2, SCRIPT)
    assert b"content-encoding" not in headers


@pytest.mark.parametrize(
    "asked",
    [
        {"accept_encoding": "identity"},
        {"range": "bytes=0-9"},
        {"if_none_match": '"1"'},
        {"method": "HEAD"},
        {"query": b"a=1"},
        {"path": "/static/js/another.js"},
    ],
)
def test_all_other_requests_are_answered_by_the_app(asked):
    files = Files()
    app = KeptFiles(files)
    for _ in range(3):
        ask(app)
    assert ask(app, **asked) == (200, dict(files.headers), SCRIPT)
    assert files.reads == 3


@pytest.mark.parametrize(
    "files", [Files(cache_control=b"no-cache"), Files(status=404), Files(more=(b"Set-Cookie", b"visitor=one"))]
)
def test_what_may_change_or_is_one_visitors_is_not_kept(files):
    app = KeptFiles(files)
    for _ in range(5):
        ask(app)
    assert files.reads == 5


@pytest.mark.parametrize("most", ["MAX_BYTES", "MAX_FILES"])
def test_what_is_kept_is_bounded(monkeypatch, most):
    monkeypatch.setattr(f"ui.server.kept_files.{most}", 1)
    files = Files()
    app = KeptFiles(files)
    for path in ("/one", "/two"):
        for _ in range(3):
            ask(app, path=path)
    assert files.reads == 2 + 3
