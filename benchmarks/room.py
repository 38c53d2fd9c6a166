"""A class in a room: delays until the lecturer sees answers and nets. ``python -m benchmarks.room``

Starts the real app with its training process, and drives it by phones without browsers (``testing.people``). The lecturer's
page is such a phone too. ``--people`` says how many; ``--store redis://...`` keeps the room there in place of a file.
``--processes 4`` starts as many web processes behind nginx, a Redis or Valkey, a scheduler and ``--workers``, and so does
``--processes 1``; see ``testing.web_processes``. Without it, ``--python`` has the web process run in another environment, such
as one of requirements.txt alone. ``--scenario votes`` or ``trainings`` does one of both; at most ``--trainings`` of the people
train.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import patch

import psutil
from websockets.exceptions import ConnectionClosed

from benchmarks.load import tell, verdict
from benchmarks.training import row
from ensemble import EnsembleConfig
from ensemble.datasets.config import DataConfig
from ensemble.room import Room, Rooms, host
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Question
from testing import PATIENCE
from testing.browser import App, running_app
from testing.people.many_tabs import TABS_AT_ONCE, click_now_and_then, port_of, press_and_wait, resident
from testing.people.phones import Phone
from testing.protocol import Measured, Tab
from testing.web_processes import web_processes

PEOPLE, OTHERS = 300, 5
SECONDS_TO_VOTE = 5.0
EPOCHS = 200
ASKED = Question(id="one", text="Does a higher temperature make it surer?", answers=("Yes", "No", "Neither"), right=1)
COUNTED = re.compile(r"(\d+) of \d+ have answered")
DOTS = re.compile(r"The class together is better than \d+ of its (\d+) nets|(\d+) nets have joined")
JOINED, VOTED, SEEN, DOT, CLICK = (
    "joins",
    "vote is confirmed",
    "vote is on the lecturer's screen",
    "net is a dot",
    "click of another",
)


class Screen:
    """What the lecturer's page counts, and when it began to."""

    def __init__(self, lecturer: Phone, pattern: re.Pattern[str]):
        self._lecturer, self._pattern = lecturer, pattern
        self.times: list[float] = []

    async def watch(self) -> None:
        """Look at the page again and again; ``times[n - 1]`` is when it first counted n."""
        while self._lecturer.open:
            found = self._pattern.search(self._lecturer.words())
            count = int(next(filter(None, found.groups()))) if found else 0
            self.times += [time.perf_counter()] * (count - len(self.times))
            await asyncio.sleep(0.01)

    async def delays(self, confirmed: list[float], seconds: float) -> list[float]:
        """How long after each confirmation, in their order, the page counted it."""
        ends = time.perf_counter() + seconds
        while len(self.times) < len(confirmed) and time.perf_counter() < ends:
            await asyncio.sleep(0.05)
        return [max(0.0, seen - at) for seen, at in zip(self.times, sorted(confirmed), strict=False)]


async def vote_together(port: int, room: Room, people: int, measured: Measured) -> None:
    """Everybody joins, and answers within five seconds; the answers are counted at the end."""
    async with AsyncExitStack() as stack:
        lecturer = await stack.enter_async_context(Phone(port, room.code, "lecturer", Measured(), room.secret))
        began = time.perf_counter()
        phones = await _joined(stack, port, room, people, measured)
        verdict("all have joined", time.perf_counter() - began, "s", 60)
        verdict("people in the room", room.people, "", people)
        room.ask(ASKED)
        screen = Screen(lecturer, COUNTED)
        watching = asyncio.create_task(screen.watch())
        confirmed: list[float] = []

        async def vote(number: int, phone: Phone) -> None:
            await phone.until_there("room_answer", "question is there")
            await asyncio.sleep(SECONDS_TO_VOTE * number / people)
            phone.fill_in(f"room_answer {ASKED.id} 1", ASKED.answers[number % 3])
            await phone.press("room_answer", VOTED)
            confirmed.append(time.perf_counter())

        await asyncio.gather(*(_noting(measured, vote(number, phone)) for number, phone in enumerate(phones)))
        measured.seconds[SEEN] = await screen.delays(confirmed, PATIENCE)
        watching.cancel()
        verdict("votes that were confirmed and are lost", people - room.answered(ASKED.id), "", 0)


async def train_together(port: int, room: Room, people: int, measured: Measured) -> None:
    """Everybody trains a net for the class, while a few others click."""
    settings = ClassSettings(
        data=DataConfig(split=0), config=EnsembleConfig(members=1, epochs=EPOCHS), free=("seed",), joins_by_itself=True
    )
    room.stop_asking()
    room.train_together(settings)
    async with AsyncExitStack() as stack:
        warm = await stack.enter_async_context(Tab(port, "train", "seed=999999&members=1", Measured()))
        await press_and_wait(warm, PATIENCE)
        part = "The class is the ensemble"
        lecturer = await stack.enter_async_context(Phone(port, room.code, "lecturer", Measured(), room.secret))
        await lecturer.move("room_part", f"4 {part}")
        others = [await stack.enter_async_context(Tab(port, "train", f"seed={k}", measured)) for k in range(OTHERS)]
        phones = await _joined(stack, port, room, people, Measured(), "train")
        screen = Screen(lecturer, DOTS)
        watching = asyncio.create_task(screen.watch())
        confirmed: list[float] = []
        began = time.perf_counter()

        async def train(phone: Phone) -> None:
            await phone.press("class_set_up")
            await phone.press("train")
            await phone.until("My net", "net has joined", 600)
            confirmed.append(time.perf_counter())

        training = asyncio.gather(*(_noting(measured, train(phone)) for phone in phones))
        clicking = [asyncio.create_task(_noting(measured, click_now_and_then(tab, training.done))) for tab in others]
        await training
        verdict("all nets have joined", time.perf_counter() - began, "s", 180)
        await asyncio.gather(*clicking)
        measured.seconds[DOT] = await screen.delays(confirmed, PATIENCE)
        watching.cancel()
        verdict("nets that were confirmed and are lost", people - room.nets, "", 0)


async def _noting(measured: Measured, act: Coroutine[None, None, None]) -> None:
    """What one phone does; what goes wrong with it is counted and does not end the others."""
    try:
        await act
    except (TimeoutError, LookupError, ConnectionClosed) as problem:
        measured.errors.append(f"{type(problem).__name__}: {problem}"[:300])


async def _joined(
    stack: AsyncExitStack, port: int, room: Room, people: int, measured: Measured, page: str = "room"
) -> list[Phone]:
    gate = asyncio.Semaphore(TABS_AT_ONCE)

    async def join(number: int) -> Phone:
        async with gate:
            began = time.perf_counter()
            phone = await stack.enter_async_context(Phone(port, room.code, f"phone {number}", measured, page=page))
            measured.seconds[JOINED].append(time.perf_counter() - began)
            return phone

    return await asyncio.gather(*(join(number) for number in range(people)))


def run(port: int, store: str, servers: list[App], people: int, trainings: int, scenario: str) -> None:
    """Print how a class is served."""
    room = Rooms(host.store_at(store)).open()
    measured = Measured()
    before = [_processor_seconds(server) for server in servers]
    if scenario in ("votes", "all"):
        asyncio.run(vote_together(port, room, people, measured))
        verdict("vote on the lecturer's screen, 95 %", 1e3 * measured.quantile(SEEN, 0.95), "ms", 1000)
    if scenario in ("trainings", "all"):
        asyncio.run(train_together(port, room, min(people, trainings), measured))
        verdict("net is a dot, 95 %", 1e3 * measured.quantile(DOT, 0.95), "ms", 1000)
        verdict("click of another, 95 %", 1e3 * measured.quantile(CLICK, 0.95), "ms", 500)
    for server, used in zip(servers, before, strict=True):
        verdict("web process", resident(server), "MB", 450)
        row("  its processor time", f"{_processor_seconds(server) - used:.0f} s", "")
    verdict("errors", len(measured.errors), "", 0)
    verdict("tracebacks in the log", sum(bool(server.traceback()) for server in servers), "", 0)
    tell(measured, (JOINED, VOTED, SEEN, DOT, CLICK))


def _processor_seconds(server: App) -> float:
    return sum(psutil.Process(server.process.pid).cpu_times()[:2])


def _memory_of_all(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--trainings", type=int, default=PEOPLE)
    parser.add_argument("--store", default="")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scenario", choices=("votes", "trainings", "all"), default="all")
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.processes:
            print(f"{options.people} people in one room, {options.processes} web processes behind nginx")
            with web_processes(options.processes, options.workers, folder) as ours:
                port = int(ours.url.rpartition(":")[2])
                run(port, ours.store, ours.apps, options.people, options.trainings, options.scenario)
                row("a worker and its supervisor", f"{_memory_of_all(ours.workers[0].pid):.0f} MB", "")
                row("Redis or Valkey", f"{_memory_of_all(ours.redis.pid):.0f} MB", "")
        else:
            store = options.store or str(folder / "rooms.sqlite")
            print(f"{options.people} people in one room, kept in {store.partition(':')[0] if '://' in store else 'a file'}")
            with patch.dict(os.environ, {host.VARIABLE: store}), running_app(python=options.python) as server:
                run(port_of(server), store, [server], options.people, options.trainings, options.scenario)
    print(f"on {os.cpu_count()} cores, phones included")


if __name__ == "__main__":
    main()
