"""What a browser asks for while it is busy: it has left a page, and has drawn nothing of the next one."""

from playwright.sync_api import expect

from ensemble.room.questions import Question
from testing.browser import settled
from testing.browser_steps import PATIENCE

MILLISECONDS_BUSY = 3000
ASK_FOR_BOTH_AND_BE_BUSY = """([link, button, milliseconds]) => {
    document.querySelector(link).click();
    document.querySelector(button).click();
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
}"""


def test_a_press_on_a_page_that_was_just_left_does_not_break_the_next_one(app, open_page, room):
    room.ask(Question(id="which", text="Which?", answers=("one", "two"), right=0))
    page = open_page(f"{app.url}/softmax?room={room.code}", width=1280, height=800)
    strip = page.locator(".st-key-room_strip")
    expect(strip.get_by_role("button", name="Answer")).to_be_enabled(timeout=PATIENCE)
    settled(page)
    page.evaluate(ASK_FOR_BOTH_AND_BE_BUSY, ['a[href$="/losses"]', ".st-key-room_answer button", MILLISECONDS_BUSY])
    expect(page.get_by_role("heading", level=1, name="Losses")).to_be_visible(timeout=PATIENCE)
    expect(strip.get_by_role("button", name="Answer")).to_be_visible(timeout=PATIENCE)
