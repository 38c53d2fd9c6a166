"""Shift, “A class that was not there”: the threshold moves in the browser."""

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, messages_sent


@pytest.mark.nightly
def test_a_dragged_threshold_trades_catches_for_false_alarms(app, open_page):
    page = open_page(f"{app.url}/shift?part=A+class+that+was+not+there")
    root = page.locator('.root[data-ready="true"]', has=page.locator(".histogram"))
    root.wait_for(timeout=PATIENCE)
    settled(page)
    alarms = page.get_by_role("slider", name="False alarms")
    tiles = root.locator(".rows li")
    expect(tiles.locator(".verdict").first).to_have_text("missed")
    caught = int(root.get_attribute("data-caught"))

    def move():
        alarms.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        expect(root.locator(".share")).to_have_text("10 %")
        assert int(root.get_attribute("data-caught")) > caught
        root.locator(".histogram").click(position={"x": 2, "y": 60})
        expect(root).to_have_attribute("data-caught", "177")
        expect(tiles.locator(".verdict").first).to_have_text("caught")

    assert messages_sent(page, move) == 0
