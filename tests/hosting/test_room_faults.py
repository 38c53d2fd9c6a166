"""A class in a room whose processes are killed: what was confirmed on a screen is there afterwards, once."""

import asyncio
import os
import signal
import threading
import time
from contextlib import AsyncExitStack, ExitStack, contextmanager
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest

from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.probability.vectors import log_softmax
from ensemble.room import Rooms, host
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Question
from ensemble.room.redis_store import RedisStore
from ensemble.room.store import StoreError
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.people.many_tabs import port_of
from testing.people.phones import Phone
from testing.protocol import Measured
from testing.web_processes import PROXY, REDIS, free_port, redis_command, running, wait_for_port, web_processes

ASKED = Question(id="one", text="Does a higher temperature make it surer?", answers=("Yes", "No", "Neither"), right=1)
PEOPLE = 16
SECONDS_WITHOUT_REDIS = 8.0
needs_redis = pytest.mark.skipif(not REDIS, reason="neither valkey-server nor redis-server is installed")


TRAINED = ClassSettings(
    data=DataConfig(split=0), config=EnsembleConfig(members=1, epochs=200), free=("seed",), joins_by_itself=True
)


def worker_of(server):
    children = psutil.Process(server.process.pid).children(recursive=True)
    return max(children, key=lambda child: child.memory_info().rss)


@contextmanager
def redis_at(port, folder):
    with running(redis_command(port, folder)) as process:
        wait_for_port(port)
        yield process


async def answer(phone, number, confirmed):
    await phone.until_there("room_answer", "question is there")
    phone.fill_in(f"room_answer {ASKED.id} 1", ASKED.answers[number % 3])
    await phone.press("room_answer")
    await phone.until("You said", "vote is confirmed")
    confirmed.append(number)


def join(room, number):
    log_proba = log_softmax(np.random.default_rng(number).normal(size=(36, 3)))
    room.join(f"person {number}", log_proba, TRAINED.config.model_copy(update={"seed": number}), TRAINED.data, 0.1)


@needs_redis
def test_a_killed_redis_keeps_every_confirmed_vote_and_net_once(tmp_path):
    port, confirmed, half = free_port(), [], threading.Event()
    with redis_at(port, tmp_path) as redis:
        room = Rooms(RedisStore(f"redis://127.0.0.1:{port}/0")).open()
        room.ask(ASKED)
        room.train_together(TRAINED)

        def vote(start):
            for number in range(start, 400, 4):
                try:
                    for _ in range(1 + number % 3):
                        room.vote(f"person {number}", ASKED.id, number % 3, 0.9)
                        join(room, number)
                except StoreError:
                    continue
                confirmed.append(number)
                if len(confirmed) == 200:
                    half.set()

        voters = [threading.Thread(target=vote, args=(start,)) for start in range(4)]
        for voter in voters:
            voter.start()
        assert half.wait(60)
        redis.kill()
        redis.wait()
    with redis_at(port, tmp_path):
        for voter in voters:
            voter.join()
        assert len(confirmed) == 400, "each was asked again until it was there"
        assert room.answered(ASKED.id) == room.people == room.nets == 400
        assert {net.config.seed for net in room.pool().values()} == set(range(400))
        assert room.tally(ASKED.id).rounds[0].counts == (134, 133, 133)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("redis", marks=needs_redis)])
def test_a_web_process_that_is_killed_during_votes_has_lost_none(kind, tmp_path, monkeypatch):
    port, redis_port = free_port(), free_port()
    address = str(tmp_path / "rooms.sqlite") if kind == "sqlite" else f"redis://127.0.0.1:{redis_port}/0"
    monkeypatch.setenv(host.VARIABLE, address)

    async def vote_until_it_is_killed(server, room):
        confirmed = []
        async with AsyncExitStack() as stack:
            phones = [
                await stack.enter_async_context(Phone(port, room.code, f"phone {k}", Measured(), page="softmax"))
                for k in range(PEOPLE)
            ]
            room.ask(ASKED)
            voting = [asyncio.create_task(answer(phone, k, confirmed)) for k, phone in enumerate(phones)]
            while len(confirmed) < PEOPLE // 2:
                await asyncio.sleep(0.005)
            os.kill(server.process.pid, signal.SIGKILL)
            for one in voting:
                one.cancel()
            await asyncio.gather(*voting, return_exceptions=True)
        return confirmed

    async def come_back(room, confirmed):
        async with AsyncExitStack() as stack:
            for k in range(PEOPLE):
                phone = await stack.enter_async_context(Phone(port, room.code, f"phone {k}", Measured(), page="softmax"))
                if k in confirmed:
                    await phone.until(f"You said “{ASKED.answers[k % 3]}”", "own answer")
                else:
                    await answer(phone, k, [])
            lecturer = await stack.enter_async_context(Phone(port, room.code, "me", Measured(), room.secret))
            await lecturer.until(f"{PEOPLE} of {PEOPLE} have answered", "all are counted")

    with redis_at(redis_port, tmp_path) if kind == "redis" else running(["sleep", "1000"]):
        with running_app(port=port, trains=False) as server:
            room = Rooms(host.store_at(address)).open()
            confirmed = run_async(vote_until_it_is_killed(server, room))
        assert {str(k) for k in confirmed} <= {str(k) for k in range(PEOPLE) if room.vote_of(f"phone {k}", ASKED.id)}
        with running_app(port=port, trains=False) as server:
            run_async(come_back(room, confirmed))
            assert not server.traceback()
        assert room.answered(ASKED.id) == room.people == PEOPLE


def room_on(server, stack, room, name, page="train"):
    return stack.enter_async_context(Phone(port_of(server), room.code, name, Measured(), page=page))


async def train(phone):
    await phone.press("class_set_up")
    await phone.press("train")
    await phone.until("My net", "net has joined", 600)


async def train_all(server, room, kill):
    """Everybody trains; once three nets have joined, something is killed."""
    async with AsyncExitStack() as stack:
        phones = [await room_on(server, stack, room, f"phone {k}") for k in range(PEOPLE)]
        training = asyncio.gather(*(train(phone) for phone in phones))
        while room.nets < 3:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(kill)
        await training


def expect_a_net_of_each(room):
    assert room.nets == len({net.config.seed for net in room.pool().values()}) == PEOPLE


@pytest.mark.nightly
def test_a_worker_that_is_killed_during_trainings_has_lost_no_net(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    with running_app() as server:
        room = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
        room.train_together(TRAINED)
        run_async(train_all(server, room, lambda: os.kill(worker_of(server).pid, signal.SIGKILL)))
        assert not server.traceback()
    expect_a_net_of_each(room)


@pytest.mark.nightly
@needs_redis
def test_a_redis_that_is_killed_during_trainings_has_lost_no_net(tmp_path, monkeypatch):
    port = free_port()
    monkeypatch.setenv(host.VARIABLE, f"redis://127.0.0.1:{port}/0")

    def kill_and_start_again():
        redis.kill()
        redis.wait()
        time.sleep(SECONDS_WITHOUT_REDIS)
        later.enter_context(redis_at(port, tmp_path))

    with ExitStack() as later:
        redis = later.enter_context(redis_at(port, tmp_path))
        server = later.enter_context(running_app())
        room = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
        room.train_together(TRAINED)
        run_async(train_all(server, room, kill_and_start_again))
        assert not server.traceback()
        expect_a_net_of_each(room)


@pytest.mark.nightly
def test_a_killed_web_process_loses_no_joined_net(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    port = free_port()

    async def train_until_it_is_killed(server, room):
        async with AsyncExitStack() as stack:
            phones = [await room_on(server, stack, room, f"phone {k}") for k in range(PEOPLE)]
            training = [asyncio.create_task(train(phone)) for phone in phones]
            while not any(one.done() for one in training):
                await asyncio.sleep(0.005)
            os.kill(server.process.pid, signal.SIGKILL)
            seen = [k for k, one in enumerate(training) if one.done()]
            for one in training:
                one.cancel()
            await asyncio.gather(*training, return_exceptions=True)
        return seen

    async def come_back(server, room, seen):
        async with AsyncExitStack() as stack:
            phones = [await room_on(server, stack, room, f"phone {k}") for k in range(PEOPLE)]
            await asyncio.gather(*(phones[k].until("My net", "own net") for k in seen))
            await asyncio.gather(*(train(phone) for k, phone in enumerate(phones) if k not in seen))

    with running_app(port=port) as server:
        room = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
        room.train_together(TRAINED)
        seen = run_async(train_until_it_is_killed(server, room))
    assert all(room.has_joined(f"phone {k}") for k in seen)
    with running_app(port=port) as server:
        run_async(come_back(server, room, seen))
        assert not server.traceback()
    expect_a_net_of_each(room)


@pytest.mark.nightly
@pytest.mark.skipif(not (REDIS and PROXY), reason="neither redis-server nor nginx is installed")
def test_a_class_on_several_web_processes_is_one_class_and_outlives_one_of_them(tmp_path):
    async def vote(ours, room):
        confirmed = []
        async with AsyncExitStack() as stack:
            port = urlsplit(ours.url).port
            phones = [
                await stack.enter_async_context(Phone(port, room.code, f"phone {k}", Measured(), page="softmax"))
                for k in range(PEOPLE)
            ]
            lecturer = await stack.enter_async_context(Phone(port, room.code, "me", Measured(), room.secret))
            room.ask(ASKED)
            await asyncio.gather(*(answer(phone, k, confirmed) for k, phone in enumerate(phones)))
            await lecturer.until(f"{PEOPLE} of {PEOPLE} have answered", "all are counted")
            ours.apps[0].process.kill()
            ours.apps[0].process.wait()
            for k in range(PEOPLE):
                phone = Phone(port, room.code, f"phone {k}", Measured(), page="softmax")
                phone.cookie = phones[k].cookie
                await stack.enter_async_context(phone)
                await phone.until(f"You said “{ASKED.answers[k % 3]}”", "own answer")

    with web_processes(2, 1, tmp_path) as ours:
        room = Rooms(host.store_at(ours.store)).open()
        run_async(vote(ours, room))
        assert not any(app.traceback() for app in ours.apps)
        assert room.answered(ASKED.id) == room.people == PEOPLE
