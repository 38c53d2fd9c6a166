"""How long a class waits for each press of a lecture: ``python -m benchmarks.lecture``

In one real browser, headless: the shipped lecture is led in a room with ``--people`` students, who answer and train (without
browsers, ``testing.people``); then the short plans are gone through alone. In light and dark, on a projector and on a phone;
``--quick`` takes a projector in light alone, ``--short`` the short plans alone. A step is painted once its number, its page and
its picture are.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from itertools import product
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Browser

from benchmarks.training import row
from ensemble.lecture.shipped import shipped
from ensemble.room import host
from testing.browser import App, chromium, new_context, running_app
from testing.cluster import eventually
from testing.people.lecture_walk import Walk, give, go_alone
from testing.people.many_tabs import port_of
from testing.people.students import Student, students

LECTURE, PEOPLE = "lecture", 20
READY = "Ready to train"
TARGET, MOST_PRESSES = 2.0, 25
COLOURS, SIZES = ("light", "dark"), {"projector": (1920, 1080), "phone": (390, 844)}


def lecture_in_a_room(browser: Browser, app: App, people: int, colours: str, size: str) -> tuple[Walk, list[Student]]:
    """Give the lecture of 45 minutes, from the press that leads it to its last step; those who have followed it."""
    walk = new_walk(browser, LECTURE, colours, size)
    code = walk.lead(app.url, LECTURE)
    with students(port_of(app), code, people) as present:
        give(walk, people)
        eventually(lambda: all(len(walk.plan.steps) - 1 in student.arrived for student in present))
    walk.page.context.close()
    return walk, present


def short_plan(browser: Browser, app: App, name: str, colours: str, size: str) -> Walk:
    """Go through a short plan alone."""
    walk = new_walk(browser, name, colours, size)
    page = walk.plan.steps[0].page
    go_alone(walk, f"{app.url}/{page}?plan={name}")
    walk.page.context.close()
    return walk


def new_walk(browser: Browser, name: str, colours: str, size: str) -> Walk:
    width, height = SIZES[size]
    context = new_context(browser, viewport={"width": width, "height": height}, color_scheme=colours)
    return Walk(context.new_page(), shipped()[name])


def report(title: str, walk: Walk, slowest: float = TARGET) -> None:
    print(f"\n{title}")
    for what, seconds in walk.seconds:
        row(f"  {what}", f"{seconds:.2f} s", "" if seconds <= slowest else f"over {slowest:g} s")
    row("  presses", walk.presses, "reached" if walk.presses <= MOST_PRESSES else "NOT REACHED")


def report_followers(walk: Walk, present: list[Student]) -> None:
    """How long after the lecturer's press the pages of the students show each step."""
    print("\nfrom the lecturer's press until a step is on a student's page: half of them, all of them")
    for index, pressed in walk.pressed.items():
        waited = sorted(student.arrived[index] - pressed for student in present if index in student.arrived)
        if waited:
            missed = len(present) - len(waited)
            row(
                f"  {index + 1} {walk.plan.steps[index].title}",
                f"{waited[len(waited) // 2]:.2f} s, {waited[-1]:.2f} s",
                f"{missed} were taken on before they saw it" if missed else "",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    views = [("light", "projector")] if options.quick else list(product(COLOURS, SIZES))
    with tempfile.TemporaryDirectory() as folder:
        rooms = {host.VARIABLE: str(Path(folder) / "rooms.sqlite")}
        with patch.dict(os.environ, rooms), chromium() as browser, running_app() as app:
            eventually(lambda: READY in app.log.read_text(encoding="utf-8"))
            for colours, size in views:
                if not options.short:
                    given, present = lecture_in_a_room(browser, app, options.people, colours, size)
                    report(f"{given.plan.title} {options.people} students, {size}, {colours}", given)
                    report_followers(given, present)
                for name in (name for name in shipped() if name != LECTURE):
                    walk = short_plan(browser, app, name, colours, size)
                    report(f"{walk.plan.title} alone, {size}, {colours}", walk)
    print(f"\ntarget: {TARGET:g} s for a press, on {os.cpu_count()} cores, students included")


if __name__ == "__main__":
    main()
