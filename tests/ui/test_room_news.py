"""The stream of a room's news, as a page's browser reads it."""

import asyncio
import json

import pytest

from ensemble.room import host
from ensemble.room.questions import Question
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


def message(line):
    assert line.startswith("data: ")
    assert line.endswith("\n\n")
    return json.loads(line.removeprefix("data: "))


def test_pages_hear_of_each_change_and_of_the_end(rooms):
    room = rooms.open()

    async def listen():
        streams = [room_news._stream(room.code) for _ in range(2)]
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

    first, second, third = asyncio.run(listen())
    assert first[0] == first[1]
    assert second[0]["state"] != first[0]["state"]
    assert third[-1]["version"] > second[-1]["version"]
    assert room_news._News.rooms == {}, "nobody listens any more, and nobody looks"


def test_many_pages_of_one_room_ask_its_store_as_often_as_one(rooms, monkeypatch):
    room, asked = rooms.open(), []
    look = room_news._message
    monkeypatch.setattr(room_news, "_message", lambda code: asked.append(code) or look(code))

    async def listen(pages):
        streams = [room_news._stream(room.code) for _ in range(pages)]
        for stream in streams:
            await next_of(stream)
        for stream in streams:
            await stream.aclose()

    asyncio.run(listen(100))
    assert len(asked) < 20


def test_silence_is_broken_before_a_proxy_takes_the_line_for_dead(rooms, monkeypatch):
    monkeypatch.setattr(room_news, "SECONDS_OF_SILENCE", 0.05)
    room = rooms.open()

    async def listen():
        stream = room_news._stream(room.code)
        lines = [await next_of(stream) for _ in range(2)]
        await stream.aclose()
        return lines

    assert asyncio.run(listen())[1].startswith(":")
