"""Security 9: both signals end the web process and all its workers within 5 s, whatever they are at, and nothing is left."""

import asyncio
import signal

import psutil
import pytest

from benchmarks.headless import Tab
from tests.browser import running_app
from tests.cluster import alive, eventually

SECONDS_TO_END = 5


def workers_of(app):
    """Nanny, worker and what else belongs to them."""
    return psutil.Process(app.process.pid).children(recursive=True)


def loads_tensorflow(app):
    return any("tensorflow" in file.path for process in workers_of(app) for file in process.memory_maps())


async def while_the_worker_loads_tensorflow(tab, app):
    assert await asyncio.to_thread(eventually, lambda: loads_tensorflow(app))


async def while_a_run_trains(tab, app):
    await tab.press("train")
    await tab.until(r"\*\*Training\*\* · epoch \d", "training", 120)


@pytest.mark.parametrize(
    ("moment", "sent"), [(while_the_worker_loads_tensorflow, signal.SIGINT), (while_a_run_trains, signal.SIGTERM)]
)
def test_a_signal_ends_web_process_and_workers_within_five_seconds_and_quietly(moment, sent):
    async def stop(app):
        async with Tab(int(app.url.rpartition(":")[2]), "train", "epochs=2000&batch_size=1") as tab:
            await moment(tab, app)
            workers = workers_of(app)
            app.process.send_signal(sent)
            await asyncio.to_thread(app.process.wait, SECONDS_TO_END)
            return workers

    with running_app() as app:
        workers = asyncio.run(stop(app))
        assert len(workers) >= 3
        assert eventually(lambda: not any(map(alive, workers)), 1)
        told = app.log.read_text(encoding="utf-8")
    for noise in ("leaked", "Traceback", "Exception ignored"):
        assert noise not in told
