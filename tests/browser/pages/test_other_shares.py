"""Shift: shares of the classes under the pointer."""

import re

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, messages_sent


@pytest.mark.nightly
def test_dragged_shares_move_the_picture_and_get_bands_on_release(app, open_page):
    page = open_page(f"{app.url}/shift?part=Other+shares&rows=blobs")
    root = page.locator('.root[data-banded="true"]')
    root.wait_for(timeout=PATIENCE)
    settled(page)
    corrected = float(root.get_attribute("data-after"))
    assert corrected < float(root.get_attribute("data-temperature-loss")) <= float(root.get_attribute("data-before"))
    slider = page.get_by_role("slider", name="Class 2")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2

    def drag():
        page.mouse.move(box["x"] + 0.25 * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], y, steps=6)
        expect(page.locator(".root")).to_have_attribute("data-banded", "false")

    assert messages_sent(page, drag) == 0
    assert float(page.locator(".root").get_attribute("data-after")) != corrected
    page.mouse.up()
    expect(page.locator(".root")).to_have_attribute("data-banded", "true", timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"shares=0\.\d+_0\.[78]\d*_0\.\d+"))
    page.get_by_role("button", name="As in training").click()
    expect(page.get_by_role("heading", name="These are the shares of training")).to_be_visible()
