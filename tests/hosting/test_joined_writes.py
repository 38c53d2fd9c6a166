import asyncio
import inspect
import socket

import pytest
from uvicorn import Config, Server
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect

from testing.asynchronous import run_async
from ui.server import streamlit_messages
from ui.server.joined_writes import JoinedWrites

MESSAGES = 50


class Connection:
    """As much of a transport as is called."""

    def __init__(self):
        self.calls = []

    def write(self, data):
        self.calls.append(data)

    def close(self):
        self.calls.append("close")

    def is_closing(self):
        return False


def test_what_is_written_before_the_loop_goes_on_is_sent_by_one_call_in_its_order():
    connection = Connection()

    async def write():
        joined = JoinedWrites(connection, asyncio.get_running_loop())
        for number in range(MESSAGES):
            joined.write(b"%d," % number)
        assert connection.calls == []
        await asyncio.sleep(0)
        joined.write(b"later")
        await asyncio.sleep(0)
        joined.write(b"last")
        joined.close()
        await asyncio.sleep(0)
        assert not joined.is_closing()

    run_async(write())
    together = b"".join(b"%d," % number for number in range(MESSAGES))
    assert connection.calls == [together, b"later", b"last", "close"]


@pytest.fixture
def sent(monkeypatch):
    """The calls with which a server sends fifty messages to a browser, and whether each of them waits for the one before it."""
    for owner in (AutoHTTPProtocol, WebSocketsSansIOProtocol):
        monkeypatch.setattr(owner, "connection_made", inspect.unwrap(owner.connection_made))
    streamlit_messages.send_bunches_as_one_and_at_once()
    calls, delays = [], []
    own_connection = WebSocketsSansIOProtocol.connection_made

    def count(protocol, transport):
        delays.append(not transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        write = transport.write
        transport.write = lambda data: (calls.append(data), write(data))
        own_connection(protocol, transport)

    class Counting(WebSocketsSansIOProtocol):
        connection_made = count

    async def app(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        for number in range(MESSAGES):
            await send({"type": "websocket.send", "bytes": b"%d" % number})
        await receive()

    async def visit():
        listening = socket.socket()  # as Streamlit opens it
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = Server(Config(app, ws=Counting, lifespan="off", log_level="error"))
        serving = asyncio.create_task(server.serve([listening]))
        async with connect(f"ws://127.0.0.1:{listening.getsockname()[1]}", compression=None) as browser:
            received = [await browser.recv() for _ in range(MESSAGES)]
        server.should_exit = True
        await serving
        return received

    assert run_async(visit()) == [b"%d" % number for number in range(MESSAGES)]
    return calls, delays


def test_a_bunch_is_sent_by_one_call_and_waits_for_no_answer_of_the_browser(sent):
    calls, delays = sent
    assert [b"49" in call for call in calls].count(True) == 1
    assert len(calls) <= 4, "the acceptance, the messages, and the end"
    assert delays == [False]
