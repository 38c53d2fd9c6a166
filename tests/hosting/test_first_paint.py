"""The document brings the app's styles, so nothing is drawn at another place first, nor a header that a slide has not."""

import pytest

from testing.asynchronous import run_async
from ui.server.first_paint import StyledDocument, style_sheet

DOCUMENT = b"<html><head></head><body><div id='root'></div></body></html>"


def answer(path="/train", query=b"", accept=b"text/html,*/*", content_type=b"text/html; charset=utf-8"):
    """Status, headers and body of a server with one file, and the headers that it was asked with."""
    asked, sent = {}, []

    async def one_file(scope, receive, send):
        asked.update(scope["headers"])
        length = str(len(DOCUMENT)).encode()
        headers = [(b"content-type", content_type), (b"content-length", length), (b"etag", b'"1"'), (b"x-own", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": DOCUMENT[:20], "more_body": True})
        await send({"type": "http.response.body", "body": DOCUMENT[20:]})

    async def send(message):
        sent.append(message)

    for_the_file = [(b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9"), (b"if-none-match", b'"1"')]
    headers = [(b"accept", accept), *for_the_file, (b"host", b"lab")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    run_async(StyledDocument(one_file)(scope, None, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body, asked


def test_a_document_has_the_styles_of_all_pages_before_what_a_page_draws():
    status, headers, body, asked = answer()
    assert status == 200
    assert style_sheet(False).encode() in body
    assert body.index(b"</head>") < body.index(b"<style>") < body.index(b"<div id='root'>")
    assert b'id="presents"' not in body
    assert headers == {b"content-type": b"text/html; charset=utf-8", b"x-own": b"1", b"content-length": b"%d" % len(body)}
    assert asked == {b"accept": b"text/html,*/*", b"host": b"lab"}


def test_the_presenters_view_brings_its_own_styles_apart():
    _, _, body, _ = answer(query=b"run=1&view=presenter")
    assert style_sheet(True).removeprefix(style_sheet(False)).encode() in body.partition(b'<style id="presents">')[2]


def test_a_frame_has_no_menu_from_the_first_paint_on():
    bodies = [answer(query=query)[2] for query in (b"embed=true&run=1", b"run=1", b"embed=false")]
    on_top = style_sheet(False, is_embedded=True).removeprefix(style_sheet(False)).encode()
    assert [on_top in body for body in bodies] == [True, False, False]


@pytest.mark.parametrize("other", [{"accept": b"*/*"}, {"content_type": b"text/javascript"}])
def test_all_else_is_passed_on_as_it_is(other):
    _, headers, body, _ = answer(**other)
    assert body == DOCUMENT
    assert headers[b"etag"] == b'"1"'


def test_the_sheets_end_no_element():
    assert "</" not in style_sheet(True)
