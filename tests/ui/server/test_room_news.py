"""The stream of a room's news, as a page's browser reads it."""

import asyncio
import json

import pytest
from starlette.requests import Request

from ensemble.room import host
from ensemble.room.questions import Question
from ensemble.room.store import StoreError
from testing.asynchronous import run_async
from ui.server import room_news

ASKED = Question(id="1", text="?", answers=("a", "b"), right=0)


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    monkeypatch.setattr(room_news, "SECONDS_BETWEEN_LOOKS", 0.01)
    yield host.rooms()
    host.rooms.cache_clear()


async def next_of(stream):
    return await asyncio.wait_for(anext(stream), 20)


async def next_message(stream):
    while (line := await next_of(stream)).startswith(":"):
        pass
    return message(line)


def message(line):
    assert line.startswith("data: ")
    assert line.endswith("\n\n")
    return json.loads(line.removeprefix("data: "))


def test_pages_hear_of_each_change_and_of_the_end(rooms):
    room = rooms.open()

    async def listen():
        streams = [room_news._stream(room.code, every_change=True) for _ in range(2)]
        first = [message(await next_of(stream)) for stream in streams]
        room.ask(ASKED)
        second = [message(await next_of(stream)) for stream in streams]
        room.vote("me", "1", 0, 0.9)
        third = [message(await next_of(stream)) for stream in streams]
        room.close()
        last = [await next_of(stream) for stream in streams]
        while any("ended" not in line for line in last):
            last = [await next_of(stream) for stream in streams]
        for stream in streams:
            await stream.aclose()
        return first, second, third

    first, second, third = run_async(listen())
    assert first[0] == first[1]
    assert second[0]["state"] != first[0]["state"]
    assert third[-1]["version"] > second[-1]["version"]
    assert room_news._News.rooms == {}, "nobody listens any more, and nobody looks"


def test_streams_end_with_the_server_and_do_not_say_that_the_room_has_ended(rooms):
    room = rooms.open()

    async def listen():
        streams = [room_news._stream(room.code) for _ in range(2)]
        for stream in streams:
            await next_message(stream)
        room_news.close()
        return [[line async for line in stream] for stream in streams]

    assert run_async(listen()) == [[], []]


def test_a_student_hears_of_what_the_lecturer_does_and_of_no_vote(rooms, monkeypatch):
    monkeypatch.setattr(room_news, "SECONDS_OF_SILENCE", 0.1)
    room = rooms.open()
    room.ask(ASKED)

    async def listen():
        stream = room_news._stream(room.code)
        first, lines = await next_message(stream), []
        for number in range(20):
            room.vote(f"person {number}", "1", 0, 0.9)
            lines.append(await next_of(stream))
        room.reveal()
        last = await next_message(stream)
        await stream.aclose()
        return first, lines, last

    first, lines, last = run_async(listen())
    assert all(line.startswith(":") for line in lines), "but the line is not silent"
    assert last["state"] != first["state"]


def test_a_page_asks_for_every_vote_by_its_address(rooms):
    async def gets_every_change(query):
        request = Request({"type": "http", "path_params": {"code": rooms.open().code}, "query_string": query})
        stream = (await room_news.news(request)).body_iterator
        found = stream.ag_frame.f_locals["every_change"]
        await stream.aclose()
        return found

    assert [run_async(gets_every_change(query)) for query in (b"of=everything", b"", b"of=x")] == [True, False, False]


def test_many_pages_of_one_room_ask_its_store_as_often_as_one(rooms, monkeypatch):
    room, asked = rooms.open(), []
    look = room_news._message
    monkeypatch.setattr(room_news, "_message", lambda code, *seen: asked.append(code) or look(code, *seen))

    async def listen(pages):
        streams = [room_news._stream(room.code) for _ in range(pages)]
        for stream in streams:
            await next_of(stream)
        for stream in streams:
            await stream.aclose()

    run_async(listen(100))
    assert len(asked) < 20


def test_silence_is_broken_before_a_proxy_takes_the_line_for_dead(rooms, monkeypatch):
    monkeypatch.setattr(room_news, "SECONDS_OF_SILENCE", 0.05)
    room = rooms.open()

    async def listen():
        stream = room_news._stream(room.code)
        await next_message(stream)
        line = await next_of(stream)
        await stream.aclose()
        return line

    assert run_async(listen()).startswith(":")


def test_a_store_that_is_lost_is_news_and_so_is_its_return(rooms, monkeypatch):
    room, lost = rooms.open(), []
    find = type(rooms).find

    def find_or_fail(self, code):
        if lost:
            raise StoreError("lost")
        return find(self, code)

    monkeypatch.setattr(type(rooms), "find", find_or_fail)

    async def listen():
        stream = room_news._stream(room.code)
        told = [message(await next_of(stream))]
        lost.append(True)
        told.append(message(await next_of(stream)))
        lost.clear()
        told.append(message(await next_of(stream)))
        await stream.aclose()
        return told

    before, meanwhile, after = run_async(listen())
    assert meanwhile["state"] == room_news.TROUBLE
    assert before == after


def test_one_room_cannot_take_all_streams_of_a_process(rooms, monkeypatch):
    monkeypatch.setattr(room_news, "MAX_LISTENERS_OF_A_ROOM", 3)
    room, other = rooms.open(), rooms.open()

    def asked(code):
        return room_news.news(Request({"type": "http", "path_params": {"code": code}, "query_string": b""}))

    async def listen():
        streams = [room_news._stream(room.code) for _ in range(3)]
        for stream in streams:
            await next_of(stream)
        answers = [(await asked(code)).status_code for code in (room.code, other.code, "ABCDE", "x" * 100_000, "")]
        for stream in streams:
            await stream.aclose()
        return answers, (await asked(room.code)).status_code

    assert run_async(listen()) == ([503, 200, 200, 404, 404], 200)


def test_a_page_that_asks_about_a_room_that_has_ended_is_told_so_once(rooms):
    room = rooms.open()
    room.close()
    answer = run_async(room_news.news(Request({"type": "http", "path_params": {"code": room.code}, "query_string": b""})))
    assert (answer.status_code, answer.media_type, answer.body.decode()) == (200, "text/event-stream", room_news.ENDED)
