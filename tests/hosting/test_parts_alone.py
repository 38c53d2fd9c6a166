"""A control of a part draws the part alone, and the page keeps its address; a press that begins a run draws all of it."""

import pytest

from testing.asynchronous import run_async
from testing.browser import running_app
from testing.protocol import Tab

OUTSIDE = ("train", "pin", "judged_on")


@pytest.fixture(scope="module")
def port():
    with running_app(trains=False) as app:
        yield int(app.url.rpartition(":")[2])


def runs(tab, *controls):
    """Which runs of the script have drawn these controls."""
    return {tab.find(control).run for control in controls}


@pytest.mark.parametrize(
    ("page", "part", "control", "value"),
    [
        ("calibration", "Reliability", "event", "Cultivar 1"),
        ("calibration", "Temperature", "calibration_share", 0.3),
        ("calibration", "Prediction sets", "coverage", 0.8),
        ("decide", "Abstain", "coverage_of_answers", 50),
        ("decide", "Why not accuracy", "sureness", "2"),
    ],
)
def test_a_control_of_a_part_draws_nothing_outside_of_it(port, page, part, control, value):
    async def visit():
        async with Tab(port, page, f"part={part}") as tab:
            before = runs(tab, *OUTSIDE)
            await tab.move(control, value)
            assert not tab.measured.errors
            assert runs(tab, *OUTSIDE) == before
            assert runs(tab, control).isdisjoint(before)

    run_async(visit())


def test_a_control_of_a_part_writes_the_address(port):
    async def visit():
        async with Tab(port, "decide", "part=The bill") as tab:
            before = runs(tab, *OUTSIDE)
            await tab.move("price_0_1", 7.0)
            assert "prices=" in tab.query
            assert "part=The+bill" in tab.query
            assert runs(tab, *OUTSIDE) == before

    run_async(visit())


def test_a_press_in_a_part_that_begins_a_run_draws_the_whole_page(port):
    async def visit():
        async with Tab(port, "decide", "part=The bill") as tab:
            before = runs(tab, *OUTSIDE)
            await tab.press("more_rows_0")
            await tab.until_there("stop", "the run")
            assert runs(tab, *OUTSIDE).isdisjoint(before)

    run_async(visit())
