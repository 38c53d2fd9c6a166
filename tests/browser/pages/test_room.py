"""One lecturer and six people, half of them on phones, walk through a whole session; by day four of the six have no browser."""

import os
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.probability.vectors import log_softmax
from ensemble.room import Rooms, host
from testing.browser import new_context, settled
from testing.browser_steps import PATIENCE, press

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PEOPLE = 6


@pytest.fixture(params=[2, pytest.param(PEOPLE, marks=pytest.mark.nightly)])
def students(browser, request):
    sizes = [(DESK, PHONE)[number % 2] for number in range(request.param)]
    contexts = [new_context(browser, viewport=size) for size in sizes]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


class Others:
    """Those of the six who have no browser: what they do reaches the room's store, as another web process would write it."""

    def __init__(self, students, code):
        self.room = Rooms(host.store_at(os.environ[host.VARIABLE])).find(code)
        self.numbers = range(len(students), PEOPLE)
        for number in self.numbers:
            self.room.enter(f"person {number}")

    def vote(self, answers):
        """Each who has an answer in ``answers``, by number, gives it."""
        for number in self.numbers:
            if number < len(answers):
                self.room.vote(f"person {number}", self.room.asking().question, answers[number], 0.6)

    def train(self):
        settings = self.room.class_settings()
        for number in self.numbers:
            person = f"person {number}"
            log_proba = log_softmax(np.random.default_rng(number).normal(size=(36, 3)))
            self.room.join(person, log_proba, settings.config_for(person), settings.data, 0.1)


def strip(page):
    return page.locator(".st-key-room_strip")


def choose_part(page, name):
    page.get_by_role("radio", name=re.compile(name)).click()


def answer(page, choice, button="Answer"):
    strip(page).get_by_role("radiogroup").locator("label").nth(choice).click()
    press(page, button)
    expect(strip(page).get_by_text("You can change it")).to_be_visible(timeout=PATIENCE)


def test_a_lecturer_and_six_people_walk_a_whole_session(app, open_page, students):
    lecturer = open_page(f"{app.url}/room?epochs=5", width=1920, height=1080)
    press(lecturer, "Open a room")
    code = lecturer.locator(".st-key-room_code h2").inner_text()
    settled(lecturer)
    assert lecturer.locator(".st-key-room_code h2").bounding_box()["height"] > 150, "to be read from the last row"
    for page in students:
        page.goto(f"{app.url}/softmax?room={code}")
    for page in students:
        expect(strip(page).get_by_text("no question now")).to_be_visible(timeout=PATIENCE)
        settled(page)
        for letters in ("WWWWW", code):  # the widest of codes, then its own
            strip(page).locator("strong").first.evaluate("(shown, letters) => { shown.textContent = letters; }", letters)
            assert strip(page).bounding_box()["height"] < 60, "one slim line"
    others = Others(students, code)
    expect(strip(lecturer).get_by_text("6 people are here")).to_be_visible(timeout=PATIENCE)

    lecturer.locator('[data-testid$="NavLink"][href*="/cross_entropy"]').click()
    lecturer.get_by_role("button", name="Ask the room").first.click()
    for page in students:
        expect(strip(page).get_by_role("radiogroup")).to_be_visible(timeout=PATIENCE)
    phone = students[1]
    settled(phone)
    labels = strip(phone).get_by_role("radiogroup").locator("label").all()
    assert min(label.bounding_box()["height"] for label in labels) >= 48, "for a thumb"
    button = strip(phone).get_by_role("button", name="Answer").bounding_box()
    assert button["y"] + button["height"] < PHONE["height"], "nothing to scroll past"
    press(phone, "Show the picture: Cross-entropy")
    expect(phone.get_by_role("heading", level=1, name="Cross-entropy")).to_be_visible(timeout=PATIENCE)
    for number, page in enumerate(students):
        answer(page, number % 2)
    others.vote([number % 2 for number in range(PEOPLE)])
    expect(strip(lecturer).get_by_text("6 of 6 have answered")).to_be_visible(timeout=PATIENCE)
    press(lecturer, "Show how the answers are spread")
    expect(strip(phone).get_by_text(re.compile("tie"))).to_be_visible(timeout=PATIENCE)
    press(lecturer, "Vote again")
    for page in students[:5]:
        expect(strip(page).locator(".st-key-room_tally")).to_have_count(0, timeout=PATIENCE)
        answer(page, 0, "Change my answer")
    others.vote([0] * 5)
    expect(strip(lecturer).get_by_text("5 of 6 have answered again")).to_be_visible(timeout=PATIENCE)
    press(lecturer, "Reveal")
    for page in (lecturer, phone):
        expect(strip(page).get_by_text("Right at first")).to_be_visible(timeout=PATIENCE)
    press(lecturer, "Next question")
    expect(strip(phone).get_by_text("no question now")).to_be_visible(timeout=PATIENCE)

    lecturer.locator('[data-testid$="NavLink"][href*="/room"]').click()
    choose_part(lecturer, "The class is the ensemble")
    press(lecturer, "Train together")
    for page in students:
        press(page, "Set it up")
    for page in students:
        expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible(timeout=PATIENCE)
        expect(strip(page).get_by_text("Press Train below")).to_be_visible(timeout=PATIENCE)
        settled(page)
        press(page, "Train")
    for page in students:
        expect(strip(page).get_by_text("My net")).to_be_visible(timeout=PATIENCE)
    others.train()
    expect(lecturer.get_by_text(re.compile("of its 6 nets"))).to_be_visible(timeout=PATIENCE)
    press(phone, "Look again")
    expect(strip(phone).get_by_text("The class without mine")).to_be_visible(timeout=PATIENCE)
    dots = lecturer.locator(".st-key-class_losses .js-plotly-plot")
    dots.locator(".points path").first.click(force=True)
    press(lecturer, "Take it out")
    expect(lecturer.get_by_text(re.compile("of its 5 nets"))).to_be_visible(timeout=PATIENCE)

    choose_part(lecturer, "Invite")
    press(lecturer, "End the room")
    press(lecturer, "End it now")
    for page in students:
        expect(strip(page).get_by_text("has ended")).to_be_visible(timeout=PATIENCE)
