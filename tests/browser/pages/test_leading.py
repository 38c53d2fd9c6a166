"""A lecture that is led: its lecturer with two windows, and two students in browsers of their own who follow."""

import re

import pytest
from playwright.sync_api import expect

from ensemble.lecture import Plan
from ensemble.lecture.plan_file import write_plan
from testing.browser import new_context, settled
from testing.browser_steps import PATIENCE, press

PLAN = Plan.of(
    {
        "title": "Temperature",
        "steps": [
            {"title": "Three scores", "page": "softmax", "note": "Wave at them."},
            {
                "title": "Hotter",
                "page": "cross_entropy",
                "question": {"text": "Does it grow?", "answers": ["Yes", "No"], "right": 1},
                "note": "Let them talk.",
            },
            {"title": "Rows", "page": "data"},
        ],
    }
)


@pytest.fixture
def students(browser):
    contexts = [new_context(browser, viewport=size) for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844})]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


@pytest.fixture
def room(room):
    """A room that is led through the plan."""
    room.lead(write_plan(PLAN).encode())
    return room


def at(page, title):
    expect(page.locator(".st-key-step_strip").get_by_text(title)).to_be_visible(timeout=PATIENCE)


def test_a_lecture_is_led_through_its_steps_from_two_windows(app, open_page, students, room):
    lecturer = open_page(f"{app.url}/room?room={room.code}&lecturer={room.secret}", width=1920, height=1080)
    press(lecturer, "Begin the lecture")
    first, phone = students
    for page in students:
        page.goto(f"{app.url}/room?room={room.code}")
    for page in (lecturer, *students):
        at(page, "Three scores")
    line = phone.locator(".st-key-room_strip")
    settled(phone)
    assert line.bounding_box()["height"] < 60, "one line on a phone"

    with lecturer.context.expect_page() as opened:
        lecturer.get_by_role("link", name="Notes window").click()
    notes = opened.value
    assert room.secret not in notes.url
    expect(notes.get_by_text("Wave at them.")).to_be_visible(timeout=PATIENCE)
    expect(notes.locator(".st-key-notes_clock")).to_contain_text("left", timeout=PATIENCE)

    press(notes, "Next")
    for page in (lecturer, *students):
        at(page, "Hotter")
        expect(page.get_by_role("heading", level=1, name="Cross-entropy")).to_be_visible(timeout=PATIENCE)
    line.get_by_role("radiogroup").locator("label").nth(1).click()
    press(phone, "Answer")
    press(first, "I am lost")
    expect(notes.get_by_text("1 of 2 have answered")).to_be_visible(timeout=PATIENCE)
    expect(lecturer.locator(".st-key-room_line")).to_contain_text("1 is lost", timeout=PATIENCE)
    assert "Let them talk." not in lecturer.locator("body").inner_text()

    press(first, "Options")
    press(first, "Explore on my own")
    expect(first.get_by_role("button", name="Back to the lecture")).to_be_visible(timeout=PATIENCE)
    press(lecturer, re.compile("^Reveal"))
    press(lecturer, re.compile("^Next"))
    at(phone, "Rows")
    expect(first.get_by_text("The lecture is at 3 / 3")).to_be_visible(timeout=PATIENCE)
    expect(first.get_by_role("heading", level=1, name="Cross-entropy")).to_be_visible()
    press(first, "Back to the lecture")
    at(first, "Rows")

    phone.goto(f"{app.url}/notes?room={room.code}")
    expect(phone.get_by_text("This window is the lecturer's")).to_be_visible(timeout=PATIENCE)
    notes.close()
