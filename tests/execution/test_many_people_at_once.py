"""A small class on the real app with real TensorFlow; ``benchmarks.load`` measures a large one."""

from contextlib import AsyncExitStack

import pytest

from testing import PATIENCE
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.many_tabs import FINISHED, many_runs, port_of, press, resident
from testing.protocol import Measured, Tab

PEOPLE, OTHERS, RUNS = 12, 3, 60


@pytest.mark.nightly
def test_a_few_who_press_at_once_see_where_they_are_and_get_their_runs_while_another_clicks(app):
    measured = run_async(press(port_of(app), 4, 1, PATIENCE))
    assert measured.errors == []
    assert len(measured.seconds["press of Train: progress or position"]) == 4
    assert len(measured.seconds["press of Train: finished"]) == 4


@pytest.mark.nightly
def test_everybody_who_presses_at_once_sees_where_he_is_and_gets_his_run_while_others_click():
    with running_app() as app:
        measured = run_async(press(port_of(app), PEOPLE, OTHERS, PATIENCE))
        assert measured.errors == []
        assert len(measured.seconds["press of Train: progress or position"]) == PEOPLE
        assert len(measured.seconds["press of Train: finished"]) == PEOPLE
        assert len(measured.seconds["click of another"]) >= OTHERS
        assert resident(app) < 400

        sizes = []
        measured = run_async(many_runs(port_of(app), RUNS, lambda done: sizes.append(resident(app))))
        assert measured.errors == []
        assert sizes[-1] - sizes[2] < 60


async def press_one_after_the_other(port):
    """What each of three people sees who press Train on a host that lets one run wait."""
    measured = Measured()
    async with AsyncExitStack() as stack:
        at_once, later, refused = [
            await stack.enter_async_context(Tab(port, "train", query, measured))
            for query in ("seed=1&epochs=2000&batch_size=1", "seed=2&epochs=5", "seed=3&epochs=5&members=999")
        ]
        assert "999 in the link" in refused.words()
        drawn = at_once.find("members").run
        await at_once.press("train")
        await at_once.until(r"\*\*Training", "training")
        assert at_once.find("members").run == drawn, "a press draws the controls again"
        await later.press("train")
        await later.until("Number 1 in the queue|starts now", "waits")
        await refused.press("train")
        await refused.until("host is full.*Your settings are kept", "refused")
        assert "999 in the link" not in refused.words()
        await at_once.press("stop")
        for tab in (at_once, later):
            await tab.until(r"\*\*Finished|\*\*Stopped", "ended")
            await tab.until("What came out", "told")
        assert at_once.find("members").run != drawn
        await refused.press("train")
        await refused.until(FINISHED, "finished")
        assert "host is full" not in refused.words()
    return measured


@pytest.mark.nightly
def test_a_press_redraws_its_own_part_alone_and_a_full_host_refuses_it_in_words(monkeypatch):
    monkeypatch.setenv("SOFTMAX_LAB_WAITING", "1")
    with running_app() as app:
        assert run_async(press_one_after_the_other(port_of(app))).errors == []
