"""Hostile messages to a room: nothing counts that should not, and the server's log has no traceback."""

import asyncio
import json
import os
import random
from contextlib import AsyncExitStack
from urllib.parse import quote, urlencode

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from ensemble import InputError
from ensemble.room import Rooms, codes, host
from ensemble.room.questions import Question
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.people.many_tabs import port_of
from testing.people.phones import COMPONENT, Phone
from testing.protocol import Measured

ASKED = Question(id="one", text="Which?", answers=("Yes", "No", "Neither"), right=1)
OF_LECTURERS = ("room_show", "room_again", "room_reveal", "room_next", "end_room", "end_now", "class_begin", "ask_own")
ODD = ("", "x" * 100_000, "<script>", "\x00", "9" * 500, "[" * 300, "null", "-1", "1e999", "NaN", "💥", "‮")
FLOOD = 30
ANSWER, SURE = f"room_answer {ASKED.id} 1", f"room_sure {ASKED.id} 1"


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    with running_app(trains=False) as one:
        yield one


async def send(phone, state, fragment=""):
    """A message that no browser sends; how the page takes it is waited for."""
    if not state.trigger_value:
        phone._kept[state.id] = state
    await phone._ask("hostile", {state.id: state}, fragment)


def forged(phone, rng):
    """A state of a control with any value and of any size; of a lecturer's control, too, which this page has not.

    Every fourth is of a type of protobuf that the control has not. Streamlit itself refuses what is no JSON.
    """
    control, odd = rng.choice((ANSWER, SURE, "room_answer", COMPONENT)), rng.choice(ODD)
    element = phone.find(control)
    state = WidgetState(id=element.content.id)
    if control == ANSWER:
        state.string_value = odd
    elif control == SURE:
        number = rng.choice((float("nan"), float("inf"), -5.0, 1e300, 0.0, 33.0))
        state.double_array_value.data.extend([number] * rng.choice((0, 1, 9)))
    elif control == COMPONENT:
        who = rng.choice(([odd, odd], [1, 2], {}, [odd] * 90, None))
        state.json_value = json.dumps(rng.choice(({"who": who, "news": odd[:99]}, odd, who)))
    else:
        if rng.random() < 0.5:
            state.id = state.id.rpartition("-")[0] + "-" + rng.choice(OF_LECTURERS)
        state.trigger_value = True
    if rng.random() < 0.25:
        state.ClearField("value")
        set_wrong_type(state, rng)
    return state, element.fragment


def set_wrong_type(state, rng):
    kind = rng.choice([field.name for field in WidgetState.DESCRIPTOR.oneofs_by_name["value"].fields])
    value = getattr(state, kind)
    if isinstance(value, str):
        setattr(state, kind, rng.choice(ODD))
    elif isinstance(value, bytes):
        setattr(state, kind, rng.choice((b"", b"\xff" * 5000, b"PK\x03\x04")))
    elif isinstance(value, (bool, int, float)):
        setattr(state, kind, type(value)(rng.choice((0, 1, -1, 2**31 - 1))))
    else:
        value.SetInParent()


async def ask_for_news(port, rng):
    """A request for the news of a room that is none; the status. Of a code that could be one the news are that it has ended."""
    code = rng.choice(("A" * 5, "x" * 8000, "%00%00", "..%2f..", "%F0%9F%92%A5" * 100, codes.new_code()))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /room/{code}/news HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def flood(phone, rng, times):
    """So many messages at once, none of which is waited for; then one that is."""
    state, fragment = forged(phone, rng)
    for _ in range(times):
        await phone._socket.send(phone._message({state.id: state}, fragment))
    await phone._ask("flood", {}, "")


def address_of(room, other, rng):
    """Query parameters of a page as no link has them: other codes, secrets of other rooms, what is kept of this room's own."""
    code = rng.choice((room.code, room.code.lower(), other.code, codes.new_code(), *ODD))
    of_another = room.secret if code == other.code else other.secret
    secret = rng.choice((of_another, codes.new_secret(), codes.digest(of_another), of_another[:-1], *ODD))
    return urlencode({"room": code[:2000], "lecturer": secret[:2000]})


async def attack(port, room, other, messages):
    rng = random.Random(0)
    async with AsyncExitStack() as stack:
        honest = await stack.enter_async_context(Phone(port, room.code, "honest", Measured(), page="softmax"))
        honest.fill_in(ANSWER, "No")
        await honest.press("room_answer")
        await honest.until("You said", "confirmed")
        for number in range(messages):
            if number % 50 == 0:
                phone = Phone(port, room.code, f"hostile {number}", Measured(), page="softmax")
                phone.query += f"&lecturer={quote(rng.choice((other.secret, codes.new_secret(), *ODD[1:]))[:2000])}"
                await stack.enter_async_context(phone)
            if number % 5 == 4:
                assert await ask_for_news(port, rng) in (200, 400, 404, 414)
                continue
            if not phone.open:
                continue  # the server has closed it: so be it
            try:
                if number % 25 == 3:
                    await flood(phone, rng, FLOOD)
                elif number % 25 == 18:
                    phone.query = address_of(room, other, rng)
                    await phone._ask("forged address", {}, "")
                    phone.query = f"room={room.code}"
                else:
                    await send(phone, *forged(phone, rng))
            except LookupError:  # it has left the room by a press of its own
                await phone.leave()
            except (ConnectionError, ConnectionClosed):
                continue  # the server closes it at a message of nine megabytes
        await honest.until("You said “No”", "is served as before")
        assert honest.open


def test_no_forged_code_secret_or_vote_counts(server):
    check(server, 100)


@pytest.mark.nightly
def test_no_forged_code_secret_or_vote_counts_in_ten_thousand_messages(server):
    check(server, 10_000)


def check(server, messages):
    room = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
    other = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
    room.ask(ASKED)
    asking = room.asking()
    run_async(attack(port_of(server), room, other, messages))
    assert (room.is_there, room.asking()) == (True, asking), "only the lecturer leads"
    assert (other.asking(), other.nets, room.nets) == (None, 0, 0)
    assert other.is_there
    assert room.vote_of("honest", ASKED.id).answer == 1, "nobody votes for another"
    votes = list(room._votes_by_round(ASKED.id)[0].values())
    assert len(votes) <= room.people <= 2 + messages // 50 + sum(len(odd) <= 80 and odd.isascii() for odd in ODD)
    assert all(0 <= vote.answer < 3 and 1 / 3 <= vote.confidence <= 1 for vote in votes)
    assert not server.traceback()


def test_without_the_secret_nothing_leads(tmp_path):
    rooms = Rooms(host.store_at(str(tmp_path / "rooms.sqlite")))
    room, other = rooms.open(), rooms.open()
    room.ask(ASKED)
    for secret in ("", other.secret, room.secret[:-1], room.secret + "x", codes.digest(room.secret), *ODD):
        with pytest.raises(InputError):
            rooms.lead(room.code, secret)
    student = rooms.find(room.code)
    for act in (student.reveal, student.vote_again, student.show_distribution, student.stop_asking, student.close):
        with pytest.raises(InputError):
            act()
    for answer, sure in ((3, 0.9), (-1, 0.9), ("No", 0.9), (True, 0.9), (1, 1.1), (1, 0.1), (1, float("nan")), (1, "1")):
        with pytest.raises(InputError):
            student.vote("me", ASKED.id, answer, sure)
    assert room.answered(ASKED.id) == 0
    for code in (*ODD, room.code[:-1], room.code + "A"):
        with pytest.raises(InputError):
            rooms.find(code)
