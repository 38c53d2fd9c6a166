"""Fast changes of page and control in a browser, a thousand by night, by a fixed seed: no traceback, no error, no hang."""

import random

import psutil
import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, TITLES, follow, press_train, wait_for_words
from testing.fuzz import size

CHANGES = size(1000, 60)
SHARE_OF_PAGES = 0.05
SHARE_OF_PAUSES = 0.02
MILLISECONDS_OF_A_PAUSE = 400
# What Streamlit's page says now and then when runs overtake each other, or a control is moved before it is connected; its next
# run mends it.
STREAMLIT_OUT_OF_STEP = ("delta path", "when disconnected from server")
KEYS = ("ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown")

# Focuses the control whose place is the given share of all that can be seen, also inside components; clicks what is no slider.
TAKE_HOLD = """(share) => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap(
    (one) => (one.shadowRoot ? [one, ...within(one.shadowRoot)] : [one]));
  const kinds = 'button, summary, input[type="checkbox"], input[type="radio"], input[type="range"], [role="slider"]';
  const strange = '[data-testid="stDownloadButton"] *, [data-testid="stTopNav"] *, header *, [data-testid="stFileUploader"] *';
  const can = within(document.body).filter((one) => one.matches(kinds) && !one.disabled && !one.closest(strange)
    && one.getClientRects().length);
  if (!can.length) return "none";
  const chosen = can[Math.floor(share * can.length)];
  const slides = chosen.matches('input[type="range"], [role="slider"]');
  if (slides) chosen.focus(); else chosen.click();
  return slides ? "slider" : "button";
}"""

FOLLOW = """(path) => {
  const link = document.querySelector(`[data-testid$="NavLink"][href$="/${path}"]`);
  link?.click();
  return Boolean(link);
}"""


def play(page, rng, url):
    """One change; what kind it was."""
    if rng.random() < SHARE_OF_PAGES:
        path = rng.choice(list(TITLES))
        # The presenter's view has no navigation.
        if not page.evaluate(FOLLOW, path):
            page.goto(f"{url}/{path}")
            # A press before the page is connected to the server is an error of Streamlit's own.
            settled(page)
        return "page"
    kind = page.evaluate(TAKE_HOLD, rng.random())
    if kind == "slider":
        page.keyboard.press(rng.choice(KEYS))
    return kind


@pytest.mark.nightly
def test_a_thousand_changes_in_the_browser_leave_the_app_as_it_was(fresh_app, open_page):
    page = open_page(f"{fresh_app.url}/train?epochs=5", tolerated=STREAMLIT_OUT_OF_STEP)
    rng = random.Random(7)
    played = {"page": 0, "slider": 0, "button": 0, "none": 0}
    while sum(played.values()) - played["none"] < CHANGES:
        played[play(page, rng, fresh_app.url)] += 1
        if rng.random() < SHARE_OF_PAUSES:
            page.wait_for_timeout(MILLISECONDS_OF_A_PAUSE)
    assert min(played["page"], played["slider"], played["button"]) >= CHANGES / 100, played

    page.goto(f"{fresh_app.url}/softmax")
    settled(page)
    follow(page, "train")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled(timeout=PATIENCE)
    press_train(page)
    wait_for_words(page, "Finished")
    assert not fresh_app.traceback(), fresh_app.traceback()
    trainers = [
        one for one in psutil.Process(fresh_app.process.pid).children(recursive=True) if one.memory_info().rss > 400 * 2**20
    ]
    assert len(trainers) == 1
