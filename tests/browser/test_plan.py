"""A plan in a browser: its link, Back and Forward, a reload, another tab, and a presenter's keys."""

import re

import pytest
from playwright.sync_api import expect

from ensemble.lecture import Plan
from ensemble.lecture.plan_link import to_link
from testing.browser import settled
from testing.browser_steps import PATIENCE, in_navigation

WORDS = " ".join(["Softmax turns three scores into three positive numbers that sum to one."] * 5)
PLAN = Plan.of(
    {
        "title": "Temperature",
        "steps": [
            {"title": "Scores", "page": "softmax", "words": WORDS},
            {"title": "Prices", "page": "decide", "words": WORDS, "settings": {"temperature": 3}},
            {"title": "Many classes", "page": "softmax", "part": "overflow"},
        ],
    }
)
MIN_PIXELS = 22


def expect_step(page, number, path):
    expect(page.locator(".st-key-step_list")).to_contain_text(f"{number} / 3", timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"/{path}\\?.*step={number}"), timeout=PATIENCE)
    settled(page)


def press(page, key):
    page.locator(f".st-key-{key}").get_by_role("button").click()


@pytest.mark.nightly
def test_a_link_opens_a_plan_and_the_browsers_buttons_keep_step_and_progress(app, open_page):
    page = open_page(f"{app.url}/train?plan={to_link(PLAN)}", height=800)
    expect_step(page, 1, "softmax")
    assert [in_navigation(page, path).count() for path in ("softmax", "decide", "train")] == [1, 1, 0]
    strip = page.locator(".st-key-step_strip").bounding_box()
    assert strip["y"] + strip["height"] < 250  # so that the page's picture is on the first screen
    press(page, "step_next")
    expect_step(page, 2, "decide")
    page.go_back()
    expect_step(page, 1, "softmax")
    page.go_forward()
    expect_step(page, 2, "decide")
    page.reload()
    expect_step(page, 2, "decide")
    other = open_page(page.url)
    expect_step(other, 2, "decide")
    assert "done=1" in other.url
    assert "temperature=3" in other.url
    press(other, "step_next")
    expect_step(other, 3, "softmax")
    press(other, "step_list")
    press(other, "leave_plan")
    expect(in_navigation(other, "train")).to_have_count(1, timeout=PATIENCE)


def test_a_presenters_keys_go_through_the_steps(app, open_page):
    page = open_page(f"{app.url}/softmax?plan={to_link(PLAN)}&view=presenter", width=1920, height=1080)
    expect_step(page, 1, "softmax")
    small = page.evaluate(
        """least => [...document.querySelectorAll(".st-key-step_strip *")].filter(one =>
        !one.children.length && one.textContent.trim() && parseFloat(getComputedStyle(one).fontSize) < least
        ).map(one => one.textContent)""",
        MIN_PIXELS,
    )
    assert small == []
    for key, number, path in (
        ("PageDown", 2, "decide"),
        ("ArrowRight", 3, "softmax"),
        ("PageDown", 3, "softmax"),
        ("PageUp", 2, "decide"),
    ):
        page.locator('.root[data-ready="true"]').first.wait_for(state="attached", timeout=PATIENCE)
        page.keyboard.press(key)
        expect_step(page, number, path)


def test_what_later_steps_need_is_loaded_while_the_first_one_is_read(app, open_page):
    page = open_page(f"{app.url}/softmax?plan={to_link(PLAN)}")
    expect_step(page, 1, "softmax")
    names = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
    page.wait_for_function(f"{names}.includes('PlotlyChart') && {names}.includes('DataFrame')", timeout=1000 * PATIENCE)
    assert page.locator("html").get_attribute("data-ahead") == "begun"
