"""Load of a whole class: response times, processor time and memory. ``python -m benchmarks.load``

Starts the real app with its training process, and drives it by tabs without browsers (``testing.protocol``).
``--scenario press`` and the others choose one; ``--people`` says how many. What only the tests need takes memory too: with
``--python`` the app runs in another environment, such as one of requirements.txt alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from unittest.mock import patch

import psutil
from playwright.sync_api import Browser

from benchmarks.training import row
from testing import PATIENCE, ROOT
from testing.browser import App, chromium, new_context, running_app, settled
from testing.people.many_tabs import (
    click_now_and_then,
    many_runs,
    open_lesson,
    opened,
    port_of,
    press,
    press_and_wait,
    resident,
)
from testing.protocol import Measured

EMPTY = Path(__file__).parent / "empty_app.py"
A_CLASS, A_FEW = 30, 10
ROUNDS = 6
SECONDS_TO_COME_BACK = 3
SECONDS_UNTIL_SESSIONS_ARE_GONE = 10
SECONDS_FOR_A_LESSON = 5
SECONDS_UNTIL_ALL_IS_COMPILED = 20
SECONDS_UNTIL_ALL_IS_LOADED = 3
READY = "Ready to train"
SCENARIOS = ("press", "lesson", "files", "readers", "memory", "leaving", "idle", "all")
PRESS = ("press of Train: progress or position", "press of Train: finished", "click of another")
LESSON = ("first paint", "page is there: finished", "link is opened: finished")


async def readers(port: int, people: int, seconds: float) -> Measured:
    """Everybody has a finished run; a few people click."""
    measured = Measured()
    async with AsyncExitStack() as stack:
        tabs = await opened(stack, port, people, Measured())
        for tab in tabs:
            await press_and_wait(tab, 120)
            tab.measured = measured
        ends = time.monotonic() + seconds
        await asyncio.gather(*(click_now_and_then(tab, lambda: time.monotonic() > ends) for tab in tabs[::30]))
    return measured


async def leave(port: int, people: int) -> None:
    """Everybody trains a run and closes the tab."""
    async with AsyncExitStack() as stack:
        for tab in await opened(stack, port, people, Measured()):
            await press_and_wait(tab, 120)


def tell(measured: Measured, names: tuple[str, ...] = PRESS) -> None:
    """Print what was measured."""
    row("milliseconds", "", "")
    print(f"{'':34}{'number':>7}{'median':>10}{'95 %':>10}{'longest':>10}")
    for name in names:
        if measured.seconds[name]:
            print(measured.line(name))
    for error in sorted(set(measured.errors)):
        print(f"  error, {measured.errors.count(error)} times: {error}")
    print()


def verdict(name: str, value: float, unit: str, most: float) -> None:
    """Print a figure beside its target."""
    row(name, f"{value:.0f} {unit}", "reached" if value <= most else "NOT REACHED")


def run_press(people: int, others: int, seconds: float, python: str) -> None:
    """Print response times when a whole class presses Train at once."""
    print(f"{people} people press Train at once, {others} others click")
    with running_app(python=python) as server:
        measured = asyncio.run(press(port_of(server), people, others, 2 * seconds))
        tell(measured)
        if people <= A_CLASS:
            longest = max(measured.seconds["press of Train: progress or position"])
            verdict("progress or position, longest", 1e3 * longest, "ms", 1000)
        verdict("all finished", max(measured.seconds["press of Train: finished"]), "s", seconds)
        if others:
            verdict("click of another, 95 %", 1e3 * measured.quantile("click of another", 0.95), "ms", 500)
        verdict("errors", len(measured.errors), "", 0)
        verdict("web process", resident(server), "MB", 400)
        print()


def run_readers(people: int, python: str) -> None:
    """Print the cost of sessions that have a run each."""
    print(f"{people} readers, each with a finished run; one in thirty clicks every second")
    with running_app(python=python) as server:
        print(f"web process, nobody there: {resident(server):.0f} MB")
        measured = asyncio.run(readers(port_of(server), people, 20))
        tell(measured)
        verdict("click, 95 %", 1e3 * measured.quantile("click of another", 0.95), "ms", 300)
        verdict("web process", resident(server), "MB", 400)
        print()


def run_lesson(people: int, seconds: float, python: str) -> None:
    """Print response times when a whole class opens a link that trains on arrival, and the number of trainings."""
    print(f"{people} people open one lesson link at once, which trains on arrival")
    with running_app(python=python) as server:
        seconds_so_far = partial(seconds_of, psutil.Process(server.process.pid))
        healthy, warm = seconds_so_far(), []
        measured = asyncio.run(open_lesson(port_of(server), people, 10 * seconds, lambda: warm.append(seconds_so_far())))
        start, used = warm[0] - healthy, seconds_so_far() - warm[0]
        trained = kinds_of_jobs(server.log.read_text(encoding="utf-8"))
        tell(measured, LESSON)
        verdict("trainings that the class waits for", trained["run"] - 1, "", 1)  # but for the one that warms up
        row("behind them, for pages that come next", f"{trained['series']}", "")
        verdict("all see a finished run", max(measured.seconds[LESSON[-1]]), "s", seconds)
        row("processor time of the web process", f"{used:.1f} s", f"{1e3 * used / people:.0f} ms each")
        row("  its start before that, once", f"{start:.1f} s", f"{1e3 * (start + used) / people:.0f} ms each with it")
        row("  an empty Streamlit app", "", f"{1e3 * seconds_of_an_empty_app(people, python) / people:.0f} ms each")
        verdict("errors", len(measured.errors), "", 0)
        verdict("web process", resident(server), "MB", 400)
        print()


def kinds_of_jobs(log: str) -> Counter[str]:
    """The number of trainings of each kind in a server's log.

    >>> kinds_of_jobs('{"event": "job", "kind": "run"}\\nStarted\\n{"event": "start"}')
    Counter({'run': 1})
    """
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return Counter(line["kind"] for line in lines if line["event"] == "job")


def seconds_of_an_empty_app(people: int, python: str) -> float:
    """Processor time of the same number of people on an app that shows one word: the lower bound."""

    async def open_all(port: int) -> None:
        async with AsyncExitStack() as stack:
            await opened(stack, port, people, Measured(), page="")

    with running_app(EMPTY, python=python) as server:
        web = psutil.Process(server.process.pid)
        before = seconds_of(web)
        asyncio.run(open_all(port_of(server)))
        return seconds_of(web) - before


def seconds_of(process: psutil.Process) -> float:
    """Processor time of a process so far."""
    return sum(process.cpu_times()[:2])


def run_files(people: int, python: str) -> None:
    """Print what the files cost that a browser loads for its first page, which the tabs of the other scenarios do not load."""
    with chromium() as browser:
        for name, script in (("this app", ROOT / "app.py"), ("an empty Streamlit app", EMPTY)):
            with running_app(script, python=python) as server:
                addresses = files_of_a_visit(browser, server)
                print(f"{people} browsers load the {len(addresses)} files of their first page one after another: {name}")
                web = psutil.Process(server.process.pid)
                before, began = seconds_of(web), time.monotonic()
                size = sum(load_files(port_of(server), addresses) for _ in range(people))
                seconds, used = time.monotonic() - began, seconds_of(web) - before
                row("sent", f"{size / people / 1e6:.1f} MB each", f"{1e3 * seconds / people:.0f} ms each")
                row("processor time of the web process", f"{used:.1f} s", f"{1e3 * used / people:.0f} ms each")
                print()


def files_of_a_visit(browser: Browser, server: App) -> list[str]:
    """The files of Streamlit's that a browser asks for, by their paths."""
    page = new_context(browser).new_page()
    page.goto(f"{server.url}/")
    settled(page)
    page.wait_for_timeout(1000 * SECONDS_UNTIL_ALL_IS_LOADED)
    found = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)")
    page.context.close()
    return sorted({path for path in found if "/static/" in path})


def load_files(port: int, addresses: list[str]) -> int:
    """Ask for files one by one, as a browser does; the number of bytes that were sent."""
    connection, size = HTTPConnection("127.0.0.1", port), 0
    for address in addresses:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        size += len(connection.getresponse().read())
    connection.close()
    return size


async def stay(port: int, people: int, during: Callable[[], None]) -> None:
    """Everybody has the page open, and nothing happens."""
    async with AsyncExitStack() as stack:
        await opened(stack, port, people, Measured())
        await asyncio.sleep(SECONDS_UNTIL_ALL_IS_COMPILED)
        await asyncio.to_thread(during)


def run_idle(seconds: float, people: int, python: str) -> None:
    """Print the processor time of a server on which nothing happens, all its processes together."""
    print(f"{people} open pages, on which nothing happens for {seconds:.0f} s")
    with running_app(python=python) as server:
        deadline = time.monotonic() + PATIENCE
        while READY not in server.log.read_text(encoding="utf-8") and time.monotonic() < deadline:
            time.sleep(1)
        web = psutil.Process(server.process.pid)

        def measure() -> None:
            of_all = [web, *web.children(recursive=True)]
            before = [sum(one.cpu_times()[:2]) for one in of_all]
            time.sleep(seconds)
            used = [sum(one.cpu_times()[:2]) - start for one, start in zip(of_all, before, strict=True)]
            row("the web process", f"{100 * used[0] / seconds:.1f} % of a core", "")
            row("all processes", f"{100 * sum(used) / seconds:.1f} % of a core", "")
            print()

        asyncio.run(stay(port_of(server), people, measure))


def run_memory(runs: int, python: str) -> None:
    """Print the web process's and the worker's memory over many runs."""
    print(f"Memory over {runs} runs by four people")
    with running_app(python=python) as server:
        web, worker = [], []

        def look(done: int) -> None:
            if done % 200 == 0 or done == runs:
                children = psutil.Process(server.process.pid).children(recursive=True)
                web.append(resident(server))
                worker.append(max(child.memory_info().rss for child in children) / 1e6)
                row(f"after {done} runs", f"{web[-1]:.0f} MB", f"{worker[-1]:.0f} MB")

        measured = asyncio.run(many_runs(port_of(server), runs, look))
        verdict("growth of the web process", 100 * (web[-1] / web[0] - 1), "%", 5)
        verdict("growth of the training process", 100 * (worker[-1] / worker[0] - 1), "%", 5)
        verdict("errors", len(measured.errors), "", 0)
        print()


def run_leaving(people: int, python: str) -> None:
    """Print the memory that closed sessions leave behind; the first rounds fill caches and the allocator's pools."""
    print(f"{people} people train a run each and leave, {ROUNDS} times; sessions are given up after {SECONDS_TO_COME_BACK} s")
    forgetful = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(SECONDS_TO_COME_BACK), "SOFTMAX_LAB_STORE_MEGABYTES": "0"}
    with patch.dict(os.environ, forgetful), running_app(python=python) as server:
        sizes = []
        for number in range(1, ROUNDS + 1):
            asyncio.run(leave(port_of(server), people))
            time.sleep(SECONDS_UNTIL_SESSIONS_ARE_GONE)
            sizes.append(resident(server))
            row(f"after round {number}", f"{sizes[-1]:.0f} MB")
        verdict(f"growth after round {ROUNDS // 2}", 100 * (sizes[-1] / sizes[ROUNDS // 2 - 1] - 1), "%", 5)
        print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", choices=SCENARIOS, default="all")
    parser.add_argument("--people", type=int)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.scenario in ("press", "all"):
        for people, seconds in ((3, 40),) if options.quick else ((A_CLASS, 40), (300, 300)):
            run_press(options.people or people, 1 if options.quick else 10, seconds, options.python)
    if options.scenario in ("lesson", "all"):
        run_lesson(options.people or (A_CLASS if options.quick else 300), SECONDS_FOR_A_LESSON, options.python)
    if options.scenario in ("files", "all"):
        run_files(options.people or (2 if options.quick else A_FEW), options.python)
    if options.scenario in ("readers", "all") and not options.quick:
        run_readers(options.people or 300, options.python)
    if options.scenario in ("idle", "all") and not options.quick:
        for people in (0, 300) if options.people is None else (options.people,):
            run_idle(60, people, options.python)
    if options.scenario in ("memory", "all") and not options.quick:
        run_memory(2000, options.python)
    if options.scenario in ("leaving", "all") and not options.quick:
        run_leaving(options.people or 50, options.python)
    print(f"on {os.cpu_count()} cores, tabs included")


if __name__ == "__main__":
    main()
