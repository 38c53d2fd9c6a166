"""Deep links, reloads, hostile links, and narrow screens."""

import re

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_parts import PICTURES, choose, expect_pictures, open_part
from testing.browser_steps import (
    PATIENCE,
    TITLES,
    follow,
    in_navigation,
    press_train,
    run_shown,
    wait_for_epochs,
    wait_for_words,
)


def test_a_fresh_server_answers_a_deep_link_with_the_apps_own_navigation(app, first_visit):
    assert TITLES.keys() - {"softmax"} <= first_visit
    assert "app" not in first_visit


@pytest.mark.nightly
@pytest.mark.parametrize("path", ["", "experiments"])
def test_a_new_server_answers_a_deep_link_with_navigation(fresh_app, open_page, path):
    page = open_page(f"{fresh_app.url}/{path}?members=3")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path or "softmax"], timeout=PATIENCE)
    settled(page)
    for other in TITLES:
        assert in_navigation(page, other).count() == 1
    assert not page.get_by_role("link", name="app", exact=True).count()
    expect(page).to_have_url(re.compile(f"/{path or 'softmax'}\\?"))
    if path != "predictions":
        follow(page, "predictions")
    follow(page, "train")
    expect(page.get_by_role("slider", name="Ensemble size")).to_have_value("3")


@pytest.mark.nightly
def test_a_reload_brings_back_settings_and_run(app, open_page):
    page = open_page(f"{app.url}/train?members=4&dropout=0.5&epochs=60")
    press_train(page)
    wait_for_words(page, "Finished")
    settled(page)
    run = run_shown(page)
    expect(page).to_have_url(re.compile("run="))
    page.reload()
    settled(page)
    wait_for_epochs(page, 60)
    assert run_shown(page) == run
    for name, value in (("Ensemble size", "4"), ("Dropout", "0.5"), ("Epochs", "60")):
        expect(page.get_by_role("slider", name=name)).to_have_value(value)


@pytest.mark.nightly
def test_a_hostile_link_is_clamped_and_shown_as_text(app, open_page):
    page = open_page(
        f"{app.url}/train?members=999&dropout=nan&learning_rate=1e999&activation=<script>alert(1)</script>"
        "&<img src=x onerror=alert(2)>=1"
    )
    for words in ("32 is used", "0.25 is used", "linear is used", "10 is used", "is not a setting here"):
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE)
    assert page.locator('img[src="x"]').count() == 0
    expect(page.get_by_role("slider", name="Ensemble size")).to_have_value("32")


@pytest.mark.nightly
def test_a_wine_that_does_not_exist_is_no_error(app, open_page):
    page = open_page(f"{app.url}/predictions?wine=99999999999999999999")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)


FITS = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .every(box => box.scrollWidth <= window.innerWidth)"""


@pytest.mark.nightly
def test_no_page_scrolls_sideways(app, open_page):
    def fits():
        settled(page)
        return page.evaluate(FITS)

    page = open_page(f"{app.url}/softmax", width=390)
    assert fits()
    for _ in range(7):
        # A page that is drawn anew stands beside its predecessor for a moment.
        expect(page.get_by_role("button", name="Next step")).to_have_count(1)
        page.get_by_role("button", name="Next step").click()
        assert fits()
    for path in TITLES.keys() - PICTURES.keys():
        page.goto(f"{app.url}/{path}?members=32")
        expect(page.get_by_role("heading", level=1, name=TITLES[path])).to_be_visible(timeout=PATIENCE)
        assert fits()
        if path == "train":
            press_train(page)
            wait_for_words(page, "Finished")
            assert fits()
        if path == "predictions":
            page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
            page.get_by_text("Softmax, step by step").click()
            assert fits()


@pytest.mark.nightly
@pytest.mark.parametrize("path", PICTURES)
def test_no_part_of_a_page_scrolls_sideways(app, open_page, path):
    page = open_page(f"{app.url}/{path}", width=390)
    page.wait_for_function(FITS)
    if path == "regression":
        open_part(page, "Significance")
        choose(page, "Rows", "Wine, chosen features")
    for part, keys in PICTURES[path].items():
        open_part(page, part)
        expect_pictures(page, keys)
        page.wait_for_function(FITS)
