"""A small class on the real app with real TensorFlow; ``benchmarks.load`` measures a large one."""

import asyncio

from benchmarks.load import many_runs, port_of, press, resident
from tests.browser import running_app

PEOPLE, OTHERS, RUNS = 12, 3, 60


def test_everybody_who_presses_at_once_sees_where_he_is_and_gets_his_run_while_others_click():
    with running_app() as app:
        measured = asyncio.run(press(port_of(app), PEOPLE, OTHERS, 120))
        assert measured.errors == []
        assert len(measured.seconds["press of Train: progress or position"]) == PEOPLE
        assert len(measured.seconds["press of Train: finished"]) == PEOPLE
        assert len(measured.seconds["click of another"]) >= OTHERS
        assert resident(app) < 400

        sizes = []
        measured = asyncio.run(many_runs(port_of(app), RUNS, lambda done: sizes.append(resident(app))))
        assert measured.errors == []
        assert sizes[-1] - sizes[2] < 60
