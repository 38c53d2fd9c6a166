"""A plan in a browser: what has to be painted at each step, and the presses that lead through it, counted and timed."""

from __future__ import annotations

import re
import time
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
    ("room", "Are you a probability?"): re.compile("questions are there|sure, .* right|Enter a room|no question now"),
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
    """

    page: Page
    plan: Plan
    presses: int = 0
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def press(self, button: Locator, shows: Locator, what: str) -> None:
        """Press a button, and wait until what it is to show is painted."""
        self.presses += 1
        began = time.perf_counter()
        button.click()
        self.sees(shows, what, began)

    def sees(self, shows: Locator, what: str, began: float) -> None:
        """Wait until something is painted, and note how long it took."""
        expect(shows).to_be_visible(timeout=PATIENCE)
        self.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        self.seconds.append((what, time.perf_counter() - began))
        assert not self.page.locator('[data-testid="stException"]').count(), what

    def arrives(self, index: int, began: float) -> None:
        """Wait until a step is painted: its number, its page and its picture."""
        step = self.plan.steps[index]
        expect(self.number).to_have_text(f"{index + 1} / {len(self.plan.steps)}", timeout=PATIENCE)
        expect(self.page.get_by_role("heading", level=1, name=PAGES[step.page].title)).to_be_visible(timeout=PATIENCE)
        self.sees(main_picture(self.page, step), f"{index + 1} {step.title}", began)

    @property
    def number(self) -> Locator:
        """Where the strip says which step it is."""
        return self.page.locator(".st-key-step_list button p, .st-key-step_list button").first

    def next(self, index: int) -> None:
        """Press Next, and wait for the step with this index."""
        self.presses += 1
        began = time.perf_counter()
        self.button("step_next").click()
        self.arrives(index, began)

    def act(self) -> None:
        """Press the button of the step, and wait until the app says that it is done."""
        done = self.button("step_action").filter(has=self.page.locator('[data-testid="stIconMaterial"]', has_text="check"))
        self.press(self.button("step_action"), done, f"the button of {self.number.inner_text()}")
        settled(self.page)

    def button(self, key: str) -> Locator:
        """The button of that key."""
        return self.page.locator(f".st-key-{key} button").first
