"""A small class on the real app with real TensorFlow; ``benchmarks.load`` measures a large one."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from testing import PATIENCE
from testing.asynchronous import run_async
from testing.browser import running_app
from testing.people.many_tabs import FINISHED, many_runs, port_of, press, resident
from testing.protocol import Measured, Tab

PEOPLE, OTHERS, RUNS = 12, 3, 60


@pytest.mark.nightly
def test_a_few_people_see_positions_and_get_runs_while_another_clicks(app):
    measured = run_async(press(port_of(app), 4, 1, PATIENCE))
    assert measured.errors == []
    assert len(measured.seconds["press of Train: progress or position"]) == 4
    assert len(measured.seconds["press of Train: finished"]) == 4


@pytest.mark.nightly
def test_a_crowd_sees_positions_and_gets_its_runs_while_others_click():
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


async def press_again(port):
    """The script runs that drew a control and the button, before and after the second press of Train."""
    async with Tab(port, "train", "seed=4") as tab:
        await tab.move("speed", "Slow")
        drawn = tab.find("members").run
        await tab.press("train")
        await tab.until(r"\*\*Training", "training")
        await tab.press("stop")
        while tab.find("members").run == drawn:
            await asyncio.sleep(0.05)
        await tab.until(r"\*\*Stopped", "stopped")
        before = [tab.find(name).run for name in ("members", "train")]
        await tab.press("train")
        await tab.until(r"\*\*Training", "trains again")
        after = [tab.find(name).run for name in ("members", "train")]
        await tab.press("stop")
    return before, after


def test_a_second_press_does_not_redraw_the_page_before_the_curve(app):
    """The first point waited for the whole page."""
    (controls, button), (controls_after, button_after) = run_async(press_again(port_of(app)))
    assert controls_after == controls
    assert button_after != button
