"""A plan in a browser: the expected picture of each step, and the presses that lead through it, counted and timed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from ensemble.lecture import Plan, Step
from testing.browser import settled
from testing.browser_parts import picture
from testing.browser_steps import PATIENCE
from ui.page_registry import PAGES

COMPONENTS = {
    ("softmax", "language_model"): "language_model",
    ("softmax", ""): "scores",
    ("cross_entropy", ""): "cross_entropy",
    ("train", ""): "training_view",
    ("predictions", ""): "reading",
    ("members", "Far from the data"): "what_if",
    ("shift", "Other shares"): "class_shares",
}
"""Pages and parts whose picture follows the pointer, and its key; an empty part stands for all others."""
CHARTS = {
    ("members", "Disagreement"): "triangle",
    ("members", "Size"): "by_size",
    ("experiments", "How lucky was that?"): "luck_test_loss",
    ("calibration", "Reliability"): "reliability",
    ("calibration", "Temperature"): "over_temperatures",
    ("calibration", "Prediction sets"): "promise",
    ("decide", "The bill"): "promised_and_paid",
}
TEXTS = {
    ("room", "The class is the ensemble"): re.compile("The class is the ensemble|nets have joined|of its .* nets|Enter a room"),
    ("room", "Are you a probability?"): re.compile("The class is judged once|sure, .* right|Enter a room|no question now"),
}


def main_picture(page: Page, step: Step) -> Locator:
    """What a step is about, as its page shows it."""
    for part in (step.part, ""):
        if key := COMPONENTS.get((step.page, part)):
            return page.locator(f'.st-key-{key} .root[data-ready="true"]').first
    if key := CHARTS.get((step.page, step.part)):
        return picture(page, key)
    return page.get_by_text(TEXTS[step.page, step.part]).first


@dataclass
class Walk:
    """Somebody's way through a plan.

    Attributes
    ----------
    page : Page
    plan : Plan
    presses : int
        So far.
    seconds : list of (str, float)
        For each press: what it was to show, and how long it took until that was painted.
    pressed : dict of int to float
        When each step was asked for, by ``time.perf_counter``.
    """

    page: Page
    plan: Plan
    presses: int = 0
    seconds: list[tuple[str, float]] = field(default_factory=list)
    pressed: dict[int, float] = field(default_factory=dict)

    def open(self, address: str) -> None:
        """Open the plan by a link, and wait for the first step."""
        began = time.perf_counter()
        self.page.goto(address)
        self._arrives(0, began)

    def lead(self, address: str, name: str) -> str:
        """Lead a shipped plan from the page Lesson of the app at this address; the code of its room."""
        self.page.goto(f"{address}/lesson")
        settled(self.page)
        code = self.page.locator(".st-key-room_code h2")
        self.presses += 1
        began = time.perf_counter()
        self._button(f"lead_{name}").click()
        self._sees(code, "Lead it", began)
        return code.inner_text().strip()

    def begin(self) -> None:
        """Begin the lecture for everybody."""
        self._leads_to(0, self._button("lecture_begin"))

    def next(self) -> None:
        """Go to the next step."""
        self._leads_to(self.index + 1, self._button("step_next"))

    def act(self) -> None:
        """Press the button of the step, and wait until the app says that it is done."""
        done = self._button("step_action").filter(has=self.page.locator('[data-testid="stIconMaterial"]', has_text="check"))
        self._press(self._button("step_action"), done)
        settled(self.page)

    def reveal(self, people: int) -> None:
        """Wait until so many have answered the step's question, then show the right answer to everybody."""
        counted = re.compile(rf"\b{people} of \d+ have answered")
        expect(self.page.locator(".st-key-room_strip").get_by_text(counted)).to_be_visible(timeout=PATIENCE)
        self._press(self._button("step_next"), self._right_answer(".st-key-room_strip"))

    def guess(self) -> None:
        """Guess the right answer of the step's question, alone."""
        question = self.step.question
        assert question
        assert question.right is not None
        label = self.page.locator(".st-key-step_question").get_by_role("radiogroup").locator("label").nth(question.right)
        self._press(label, self._right_answer(".st-key-step_question"))

    def finish(self) -> None:
        """Say that the last step is done."""
        self._press(self._button("step_finish"), self._button("step_finish").get_by_text("Done"))

    @property
    def index(self) -> int:
        """The step that the page shows, from 0."""
        return int(self._number.inner_text().partition("/")[0]) - 1

    @property
    def step(self) -> Step:
        """The step that the page shows."""
        return self.plan.steps[self.index]

    @property
    def _number(self) -> Locator:
        return self.page.locator(".st-key-step_list button:visible").first

    def _button(self, key: str) -> Locator:
        return self.page.locator(f".st-key-{key} button:visible").first

    def _right_answer(self, where: str) -> Locator:
        question = self.step.question
        assert question
        return self.page.locator(where).get_by_text(" ".join(question.why.split()[:3])).first

    def _press(self, button: Locator, shows: Locator) -> None:
        settled(self.page)
        self.presses += 1
        what, began = f"{self.index + 1} {button.locator('p').first.text_content()}", time.perf_counter()
        button.click()
        self._sees(shows, what, began)

    def _leads_to(self, index: int, button: Locator) -> None:
        settled(self.page)
        self.presses += 1
        self.pressed[index] = began = time.perf_counter()
        button.click()
        self._arrives(index, began)

    def _arrives(self, index: int, began: float) -> None:
        """Wait until a step is painted: its number, its page and its picture."""
        step = self.plan.steps[index]
        expect(self._number).to_contain_text(f"{index + 1} / {len(self.plan.steps)}", timeout=PATIENCE)
        expect(self.page.get_by_role("heading", level=1, name=PAGES[step.page].title)).to_be_visible(timeout=PATIENCE)
        self._sees(main_picture(self.page, step), f"{index + 1} {step.title}", began)

    def _sees(self, shows: Locator, what: str, began: float) -> None:
        expect(shows).to_be_visible(timeout=PATIENCE)
        self.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        self.seconds.append((what, time.perf_counter() - began))
        assert not self.page.locator('[data-testid="stException"]').count(), what


def go_alone(walk: Walk, address: str) -> None:
    """Go through a plan alone: a guess for each question, each action but the class's, and each step."""
    walk.open(address)
    for step in walk.plan.steps:
        if step.question:
            walk.guess()
        if step.action and step.action.do != "join the class":
            walk.act()
        walk.next() if step is not walk.plan.steps[-1] else walk.finish()


def give(walk: Walk, people: int, until_all_have_joined: Callable[[], object] = lambda: None) -> None:
    """Give a lecture to so many people, who have come in; their nets are waited for, as a lecturer would."""
    walk.begin()
    for step in walk.plan.steps:
        if step.question:
            walk.reveal(people)
        if step.action:
            walk.act()
            if step.does("join the class"):
                until_all_have_joined()
        if step is not walk.plan.steps[-1]:
            walk.next()
