"""A plan that is written in a browser: a click in the table of steps, and a view that becomes a step."""

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_steps import PATIENCE, TITLES, follow


def button(page, key):
    return page.locator(f".st-key-{key} button").first


@pytest.mark.nightly
def test_a_clicked_step_is_edited_and_a_view_becomes_a_step(app, open_page):
    page = open_page(f"{app.url}/lesson")
    button(page, "plan_empty").click()
    expect(page.get_by_text("No steps yet")).to_be_visible(timeout=PATIENCE)
    for number, url in enumerate(("softmax", "cross_entropy"), 1):
        follow(page, url)
        button(page, "add_view").click()
        toast = page.locator('[data-testid="stToast"]').get_by_text(f"Added “{TITLES[url]}")
        expect(toast).to_contain_text(f"Your plan has {number} step", timeout=PATIENCE)
    follow(page, "lesson")
    form = page.locator(".st-key-step_form")
    expect(form.get_by_text("Step 2", exact=True)).to_be_visible(timeout=PATIENCE)
    table = page.locator('.st-key-draft_steps [data-testid="stDataFrame"]')
    expect(table.locator("canvas").first).to_be_visible(timeout=PATIENCE)
    table.click(position={"x": 200, "y": 35 + 17})
    expect(form.get_by_text("Step 1", exact=True)).to_be_visible(timeout=PATIENCE)
    settled(page)
