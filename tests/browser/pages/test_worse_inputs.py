"""Shift > Worse inputs: the severity under the pointer."""

import re

from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, messages_sent


def test_the_slider_moves_pictures_forecasts_and_sentences_without_the_server(app, open_page):
    page = open_page(f"{app.url}/shift?part=Worse+inputs&rows=digits&corruption=noise&severity=1")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    settled(page)
    claim, digit = page.locator("h2.claim"), page.locator("canvas.digit").first
    slider = page.get_by_role("slider", name="Severity")

    def seen():
        pixels = digit.evaluate("canvas => canvas.toDataURL()")
        return pixels, page.locator(".forecasts").first.get_attribute("aria-label")

    before = seen()
    expect(claim).to_have_text(re.compile("^Severity 1"))

    def move():
        slider.evaluate("input => { input.value = 5; input.dispatchEvent(new Event('input')); }")
        expect(claim).to_have_text(re.compile("^Severity 5"))

    assert messages_sent(page, move) == 0
    assert all(new != old for new, old in zip(seen(), before, strict=True))
    page.locator("canvas.nll").click(position={"x": 60, "y": 100})
    expect(claim).to_have_text(re.compile("^Severity 0"))
    expect(page).to_have_url(re.compile("severity=0"))
    page.get_by_role("button", name="Blur", exact=True).click()
    expect(page.get_by_role("button", name="Blur", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("corruption=blur"))
