"""Many people at once, each in a tab without a browser (``testing.protocol``)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from urllib.parse import urlencode

import psutil

from ensemble import EnsembleConfig
from ensemble.sharing.lesson import Lesson
from testing import PATIENCE
from testing.browser import App
from testing.protocol import Measured, Tab

SEEN = "Training|Number|starts now|Finished|Compiling"
FINISHED = r"\*\*Finished"
SECONDS_BETWEEN_CLICKS = 1.0
TABS_AT_ONCE = 10


def port_of(server: App) -> int:
    """Where it listens."""
    return int(server.url.rpartition(":")[2])


def resident(server: App) -> float:
    """Memory of the web process in MB."""
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


async def opened(stack: AsyncExitStack, port: int, people: int, measured: Measured, page: str = "train") -> list[Tab]:
    """So many tabs on a page, a few at a time."""
    gate = asyncio.Semaphore(TABS_AT_ONCE)

    async def one(number: int) -> Tab:
        async with gate:
            return await stack.enter_async_context(Tab(port, page, f"seed={number}", measured))

    return await asyncio.gather(*(one(number) for number in range(people)))


async def press_and_wait(tab: Tab, seconds: float) -> None:
    """Press Train, see progress or a position, and wait for the end."""
    began = time.perf_counter()
    await tab.press("train", "press of Train: page is back")
    await tab.until(SEEN, "seen", seconds)
    tab.measured.seconds["press of Train: progress or position"].append(time.perf_counter() - began)
    await tab.until(FINISHED, "finished", seconds)
    tab.measured.seconds["press of Train: finished"].append(time.perf_counter() - began)


async def click_now_and_then(tab: Tab, until: Callable[[], bool]) -> None:
    """Move a control of the page every second or so, at no fixed beat, as somebody who does not train."""
    fraction, rng = 0.0, random.Random(tab.query)
    while not until():
        await asyncio.sleep(rng.expovariate(1 / SECONDS_BETWEEN_CLICKS))
        fraction = (fraction + 0.05) % 0.9
        await tab.move("dropout", fraction, "click of another")


async def press(port: int, people: int, others: int, seconds: float) -> Measured:
    """Everybody presses Train at once, while others click."""
    measured = Measured()
    async with AsyncExitStack() as stack:
        warm = await stack.enter_async_context(Tab(port, "train", "seed=999999", Measured()))
        await press_and_wait(warm, PATIENCE)
        tabs = await opened(stack, port, people + others, measured)
        training = asyncio.gather(*(press_and_wait(tab, seconds) for tab in tabs[:people]))
        clicking = [asyncio.create_task(click_now_and_then(tab, training.done)) for tab in tabs[people:]]
        await training
        await asyncio.gather(*clicking)
    return measured


async def open_lesson(port: int, people: int, seconds: float, before: Callable[[], object] = lambda: None) -> Measured:
    """Everybody opens one link at once that trains on arrival, on a server that is warm but has not trained that run."""
    measured = Measured()
    link = urlencode(EnsembleConfig(seed=7).to_query() | Lesson(title="Lesson", train=True).to_query())

    async def one(stack: AsyncExitStack) -> None:
        began = time.perf_counter()
        tab = await stack.enter_async_context(Tab(port, "train", link, measured))
        await tab.until(FINISHED, "page is there: finished", seconds)
        measured.seconds["link is opened: finished"].append(time.perf_counter() - began)

    async with AsyncExitStack() as stack:
        warm = await stack.enter_async_context(Tab(port, "train", "seed=999999", Measured()))
        await press_and_wait(warm, PATIENCE)
        before()
        await asyncio.gather(*(one(stack) for _ in range(people)))
    return measured


async def many_runs(port: int, runs: int, after: Callable[[int], None]) -> Measured:
    """A few people press Train again and again."""
    measured = Measured()
    async with AsyncExitStack() as stack:
        tabs = await opened(stack, port, 4, measured)
        for tab in tabs:
            await tab.move("more_settings", True)
        for number in range(runs // len(tabs)):
            for tab in tabs:
                await tab.move("seed", float(number + 1000 * tabs.index(tab)), "move")
            await asyncio.gather(*(press_and_wait(tab, PATIENCE) for tab in tabs))
            after((number + 1) * len(tabs))
    return measured
