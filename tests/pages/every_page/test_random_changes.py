"""Fast changes of page and control, a thousand by night, by a fixed seed: no traceback, no hang, no process left behind."""

import asyncio
import random
import sys
from pathlib import Path

import psutil
import pytest

from testing.asynchronous import run_async
from testing.browser import running_app
from testing.cluster import eventually
from testing.fuzz import size
from testing.people.many_tabs import port_of
from testing.protocol import VALUES, Measured, Tab

PAGES = (
    *("softmax", "cross_entropy", "data", "train", "predictions", "members"),
    *("calibration", "decide", "shift", "draw", "losses", "regression", "compare", "experiments", "room", "lesson", "health"),
)
CHANGES = size(1000, 60)
MONKEYS = 4


def value_for(rng, element):
    """Some value that the control offers."""
    control = element.content
    if element.kind == "slider" and control.options:
        return rng.choice(list(control.options))
    if element.kind == "slider":
        low, high = float(control.min), float(control.max)
        return rng.choice([low, high, low + round(rng.random() * (high - low) / control.step) * control.step])
    if element.kind == "number_input":
        return float(rng.randint(int(control.min), int(min(control.max, 1000))))
    if element.kind in ("checkbox", "expander"):
        return rng.random() < 0.5
    if element.kind in ("selectbox", "button_group"):
        options = [getattr(option, "content", option) for option in control.options]
        return rng.choice(options)
    return "x" * rng.randint(0, 9)


async def play(port, seed, measured):
    rng = random.Random(seed)
    async with Tab(port, rng.choice(PAGES), "epochs=5", measured) as tab:
        for _ in range(CHANGES // MONKEYS):
            controls = [
                element
                for element in tab.elements.values()
                if element.kind in (*VALUES, "button") and not getattr(element.content, "disabled", False)
            ]
            if rng.random() < 0.25 or not controls:
                await tab.go_to(rng.choice(PAGES))
                continue
            element = rng.choice(controls)
            key = element.content.id.rpartition("-")[2]
            if element.kind == "button":
                await tab.press(key)
            else:
                await tab.move(key, value_for(rng, element))


async def all_play(port, measured):
    await asyncio.gather(*(play(port, seed, measured) for seed in range(MONKEYS)))


@pytest.mark.nightly
def test_a_thousand_changes_leave_the_app_as_it_was():
    measured = Measured()
    with running_app() as app:
        run_async(all_play(port_of(app), measured))
        assert not app.traceback(), app.traceback()
        assert measured.errors == []
        assert sum(len(times) for times in measured.seconds.values()) >= CHANGES
        children = psutil.Process(app.process.pid).children(recursive=True)
        assert eventually(lambda: len([child for child in children if child.memory_info().rss > 400 * 2**20]) == 1)
        if sys.platform == "linux":
            assert "tensorflow" not in Path(f"/proc/{app.process.pid}/maps").read_text()
    assert eventually(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
