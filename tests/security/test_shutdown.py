"""Both signals end the web process and all its workers, whatever they are at, and nothing is left."""

import asyncio
import os
import signal

import psutil
import pytest

from ensemble.room import Rooms, host
from testing import PATIENCE
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.cluster import alive, eventually
from testing.people import phones
from testing.protocol import Tab


def workers_of(app):
    """Nanny, worker and what else belongs to them."""
    return psutil.Process(app.process.pid).children(recursive=True)


def loads_tensorflow(app):
    return any(map(has_mapped_tensorflow, workers_of(app)))


def has_mapped_tensorflow(process):
    """A process that has ended since it was listed has nothing mapped."""
    try:
        return any("tensorflow" in file.path for file in process.memory_maps())
    except psutil.NoSuchProcess:
        return False


async def while_the_worker_loads_tensorflow(tab, app):
    assert await asyncio.to_thread(eventually, lambda: loads_tensorflow(app))


async def while_a_run_trains(tab, app):
    await tab.press("train")
    await tab.until(r"\*\*Training\*\* · epoch \d", "training")


async def while_a_phone_listens_to_a_room(tab, app):
    room = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
    await while_the_worker_loads_tensorflow(tab, app)
    news = phones.news(tab.origin, room.code)
    assert await anext(news)
    return news


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (while_a_phone_listens_to_a_room, signal.SIGTERM),
        pytest.param(while_the_worker_loads_tensorflow, signal.SIGINT, marks=pytest.mark.nightly),
        pytest.param(while_a_run_trains, signal.SIGTERM, marks=pytest.mark.nightly),
    ],
)
def test_a_signal_ends_web_process_and_workers_quietly(moment, sent, monkeypatch, tmp_path):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))

    async def stop(app):
        async with Tab(int(app.url.rpartition(":")[2]), "train", "epochs=2000&batch_size=1") as tab:
            stays_open = await moment(tab, app)
            workers = workers_of(app)
            app.process.send_signal(sent)
            await asyncio.to_thread(app.process.wait, PATIENCE)
            del stays_open
            return workers

    with running_app() as app:
        workers = run_async(stop(app))
        assert len(workers) >= 3
        assert eventually(lambda: not any(map(alive, workers)))
        told = app.log.read_text(encoding="utf-8")
    for noise in ("leaked", "Traceback", "Exception ignored"):
        assert noise not in told
