"""Regression: coefficients without training, and a net over five seeds."""

import re

import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_parts import (
    PICTURES,
    changes,
    choose,
    element,
    expect_pictures,
    headers_and_rows,
    key,
    open_part,
    picture,
    watched_page,
)
from testing.browser_steps import PATIENCE, press

PARTS = PICTURES["regression"]


@pytest.fixture(scope="module")
def page(app, browser):
    with watched_page(browser, f"{app.url}/regression") as opened:
        yield opened


@pytest.fixture
def significance(page):
    open_part(page, "Significance")
    return page


def choose_features(page):
    choose(page, "Rows", "Wine, chosen features")
    expect(page.get_by_label("Selected values")).to_be_visible(timeout=PATIENCE)
    settled(page)


def test_coefficients_and_their_path_are_drawn(page):
    open_part(page, "Coefficients and prior")
    expect_pictures(page, PARTS["Coefficients and prior"])
    expect(page.get_by_text("Only the prior stops them.")).to_be_visible()


@pytest.mark.nightly
def test_the_width_of_the_prior_changes_its_penalty_and_the_coefficients(page):
    open_part(page, "Coefficients and prior")
    expect(page.get_by_text("= 1: penalty weight")).to_contain_text("C = s² = 1.")
    for move, width, c in (("ArrowRight", 2, 4), ("ArrowRight", 5, 25), ("Home", 0.01, "10⁻⁴"), ("End", 1000, "10⁶")):
        for name in ("path", "map_coefficients"):
            expect(picture(page, name)).to_be_visible()
        changes(page, "map_coefficients", lambda move=move: key(page, "Prior width s", move))
        expect(page.get_by_text(f"= {width}: penalty weight")).to_contain_text(f"C = s² = {c}.")
        figure = page.get_by_role("figure", name=f"Coefficients with a prior of width {width}", exact=True)
        expect(figure).to_be_visible()


@pytest.mark.nightly
def test_all_features_have_no_standard_errors_and_no_table(significance):
    choose(significance, "Rows", "Wine, all features")
    expect(significance.get_by_text("the likelihood has no finite maximum")).to_be_visible(timeout=PATIENCE)
    expect(significance.locator('[data-testid="stDataFrame"]')).to_have_count(0)
    expect(picture(significance, "significance")).to_have_count(0)


def test_chosen_features_have_p_values(significance):
    choose_features(significance)
    expect_pictures(significance, PARTS["Significance"])
    titles, rows = headers_and_rows(significance)
    assert titles == ["Class", "Feature", "Coefficient", "Standard error", "z", "p", "p, Holm", "95 %, from", "to"]
    assert rows == 2 * (1 + 3)
    cells = significance.locator("table[role=grid] tbody tr").first.locator("td").all_text_contents()
    assert 0 <= float(cells[titles.index("p")]) <= 1


@pytest.mark.nightly
def test_moons_have_p_values(significance):
    choose(significance, "Rows", "Moons")
    expect(element(significance, "significance").locator(".yaxislayer-above")).to_contain_text("second", timeout=PATIENCE)
    expect(significance.locator("table[role=grid]").first).to_have_attribute("aria-rowcount", "4")


@pytest.mark.nightly
def test_without_features_the_page_asks_for_one_and_takes_it_from_the_keyboard(significance):
    choose_features(significance)
    features = element(significance, "significant_features")
    for name in features.get_by_label("Selected values").locator("[data-tag]").all_text_contents():
        features.get_by_role("button", name=f"Remove {name}").click()
        expect(features.locator("[data-tag]", has_text=name)).to_have_count(0)
    expect(significance.get_by_text("Choose at least one feature.")).to_be_visible(timeout=PATIENCE)
    expect(picture(significance, "significance")).to_have_count(0)
    for name in ("hue", "alcohol"):
        box = features.get_by_role("combobox")
        box.press_sequentially(name)
        box.press("Enter")
        expect(features.locator("[data-tag]", has_text=name)).to_be_visible()
    expect(significance.locator("table[role=grid]").first).to_have_attribute("aria-rowcount", "7", timeout=PATIENCE)
    significance.keyboard.press("Escape")


@pytest.mark.nightly
def test_the_net_stands_beside_regression(page):
    open_part(page, "Beside the net")
    expect_pictures(page, PARTS["Beside the net"])
    labels = element(page, "beside_nll").locator(".yaxislayer-above")
    for name in ("net, 5 seeds", "regression, s = 10"):
        expect(labels).to_contain_text(name)


@pytest.mark.nightly
def test_dropping_each_feature_is_started_and_stopped(page):
    open_part(page, "Features of the net")
    expect_pictures(page, PARTS["Features of the net"])
    # They begin by themselves where the server expects them to take half a minute at most.
    offer, progress = page.get_by_role("button", name="Train 65 runs for this"), page.get_by_text(re.compile(r"^Run \d+ of 65"))
    expect(offer.or_(progress)).to_be_visible(timeout=PATIENCE)
    if offer.count():
        offer.click()
    expect(progress).to_be_visible(timeout=PATIENCE)
    press(page, "Stop")
    expect(page.get_by_role("button", name="Train them again")).to_be_enabled(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect_pictures(page, PARTS["Features of the net"])
    expect(element(page, "importance").get_by_text("dropped, trained again")).to_have_count(0)
