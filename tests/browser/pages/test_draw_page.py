"""Draw a digit: with the mouse and with the keys, and nothing of it is sent to the server."""

import re

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, messages_sent, press


@pytest.fixture
def draw_page(app, open_page):
    page = open_page(f"{app.url}/draw")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    settled(page)
    return page


def test_a_line_down_with_the_mouse_is_a_1_at_once_and_after_a_reload(draw_page):
    root, board, mouse = draw_page.locator(".root"), draw_page.locator("canvas.board"), draw_page.mouse
    expect(root).to_have_attribute("data-drawing", "digit")
    expect(root).to_have_attribute("data-answer", "3")
    box = board.bounding_box()
    x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"]

    def draw():
        mouse.move(x, y)
        mouse.down()
        mouse.move(x, y + 0.6 * box["height"], steps=10)
        expect(root).to_have_attribute("data-answer", "1")

    assert messages_sent(draw_page, draw) == 0
    assert messages_sent(draw_page, mouse.up) == 0
    expect(draw_page.locator(".claim")).to_contain_text("The net says 1")
    pixels = [float(value) for value in root.get_attribute("data-pixels").split()]
    assert pixels[8:16] == [0, 0, 16, 16, 16, 16, 0, 0]
    touch = "(board) => [board, board.parentElement].map((one) => getComputedStyle(one).touchAction)"
    assert board.evaluate(touch) == ["none", "auto"]
    draw_page.reload()
    expect(root).to_have_attribute("data-drawing", "own", timeout=PATIENCE)
    expect(root).to_have_attribute("data-answer", "1")


def test_keys_draw_undo_and_are_read_out_and_a_chosen_drawing_is_in_the_address(draw_page):
    root, board, said = draw_page.locator(".root"), draw_page.locator("canvas.board"), draw_page.locator(".said")

    def draw():
        board.focus()
        for key in ("ArrowUp",) * 8:
            board.press(key)
        expect(said).to_have_text("Pen at column 17, row 9")
        board.press("Space")
        for key in ("ArrowDown",) * 16:
            board.press(key)
        expect(said).to_have_text("Drawing at column 17, row 25")
        board.press("Space")
        expect(said).to_contain_text("The net says 1")

    assert messages_sent(draw_page, draw) == 0
    expect(root).to_have_attribute("data-strokes", "1")
    board.press("Backspace")
    expect(root).to_have_attribute("data-drawing", "digit")
    press(draw_page, "Blank")
    expect(draw_page.locator(".remark")).to_contain_text("Nothing is drawn")
    expect(draw_page).to_have_url(re.compile("drawing=blank"), timeout=PATIENCE)
    press(draw_page, "Test digits")
    draw_page.get_by_label("Share of the way to the other digit").fill("1")
    expect(root).to_have_attribute("data-answer", "8")
