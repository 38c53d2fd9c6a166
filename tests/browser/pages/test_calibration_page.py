"""Calibration: six parts over five folds."""

import re

import pytest
from playwright.sync_api import expect

from testing.browser_parts import (
    PICTURES,
    changes,
    choose,
    element,
    expect_pictures,
    headers_and_rows,
    key,
    open_part,
    option,
    watched_page,
)
from testing.browser_steps import PATIENCE

PARTS = PICTURES["calibration"]
TABLES = {"Scores": 4, "Temperature": 4, "Pool, then calibrate": 3, "Prediction sets": 89}
ALL, TEST = "All wines, out of fold", "Test wines"
JUDGED, FITTED = r"Measured on the other (\d+) wines", r"With (\d+) wines to calibrate on"
COUNTED, COVERED = r"and (\d+) to count on", r"At (\d+) % it takes at least"


@pytest.fixture(scope="module")
def page(app, browser):
    with watched_page(browser, f"{app.url}/calibration") as opened:
        expect_pictures(opened, ["reliability"])
        yield opened


@pytest.fixture
def open_(page):
    """Opens a part, judged on all wines."""

    def open_all(part):
        open_part(page, part)
        choose(page, "Judged on", ALL)
        expect_pictures(page, PARTS[part])

    return open_all


def number_in(page, pattern):
    """The number that a sentence of the page holds."""
    text = page.get_by_text(re.compile(pattern)).first.text_content()
    return int(re.search(pattern, text)[1])


def expect_number(page, pattern, number):
    expect(page.get_by_text(re.compile(pattern.replace(r"(\d+)", str(number)))).first).to_be_visible(timeout=PATIENCE)


def forecasts(page, count):
    return page.get_by_role("figure", name=f"Reliability of {count} forecasts", exact=True)


@pytest.mark.parametrize("part", [pytest.param(part, marks=[pytest.mark.nightly] * (part != "Reliability")) for part in PARTS])
def test_each_part_shows_its_pictures_and_tables(page, open_, part):
    open_(part)
    assert page.locator(".js-plotly-plot").count() == len(PARTS[part])
    if part in TABLES:
        assert headers_and_rows(page)[1] == TABLES[part]


@pytest.mark.nightly
def test_all_wines_or_test_wines_are_judged(page, open_):
    open_("Reliability")
    expect(forecasts(page, 178)).to_be_visible()
    expect_number(page, r"(\d+) perfectly calibrated forecasts", 178)
    changes(page, "reliability", lambda: option(page, "Judged on", TEST).click())
    expect(forecasts(page, 36)).to_be_visible(timeout=PATIENCE)
    expect_number(page, r"(\d+) perfectly calibrated forecasts", 36)


@pytest.mark.nightly
def test_the_reliability_of_one_class_is_another_picture(page, open_):
    open_("Reliability")
    for event in ("Cultivar 1", "the likeliest class is right"):
        changes(page, "reliability", lambda event=event: option(page, "Event", event).click())
        expect(element(page, "reliability").locator(".xtitle")).to_have_text(f"forecast: {event}")


@pytest.mark.nightly
def test_the_share_moves_wines_from_the_judges_to_the_fit(page, open_):
    open_("Temperature")
    before = number_in(page, JUDGED)
    key(page, "Share of wines to calibrate on", "ArrowRight")
    expect(page.get_by_text(f"Measured on the other {before} wines")).to_have_count(0, timeout=PATIENCE)
    assert number_in(page, JUDGED) < before
    key(page, "Share of wines to calibrate on", "ArrowLeft")
    expect_number(page, JUDGED, before)


@pytest.mark.nightly
def test_coverage_and_share_change_their_own_numbers(page, open_):
    open_("Prediction sets")
    covered, fitted, counted = (number_in(page, pattern) for pattern in (COVERED, FITTED, COUNTED))
    changes(page, "promise", lambda: key(page, "Coverage", "ArrowRight"))
    expect_number(page, COVERED, covered + 1)
    assert (number_in(page, FITTED), number_in(page, COUNTED)) == (fitted, counted)
    changes(page, "promise", lambda: key(page, "Share of wines to calibrate on", "ArrowRight"))
    assert number_in(page, FITTED) > fitted
    assert number_in(page, FITTED) + number_in(page, COUNTED) == fitted + counted == 178
    assert number_in(page, COVERED) == covered + 1
    key(page, "Coverage", "ArrowLeft")
    key(page, "Share of wines to calibrate on", "ArrowLeft")
    expect_number(page, COVERED, covered)
    expect_number(page, FITTED, fitted)


def test_prediction_sets_are_listed_wine_by_wine(page, open_):
    open_("Prediction sets")
    titles, rows = headers_and_rows(page)
    assert titles[1:4] == ["True class", "Set", "Right"]
    assert rows == number_in(page, COUNTED)
    expect(page.get_by_text(re.compile(rf"^\d+ of {rows} sets hold the true class"))).to_be_visible()


@pytest.mark.nightly
def test_the_part_and_what_is_judged_stay_from_part_to_part(page, open_):
    open_("Reliability")
    choose(page, "Judged on", TEST)
    open_part(page, "Scores")
    expect(option(page, "Judged on", TEST)).to_be_checked()
    expect_number(page, r"(\d+) wines. Recalibration is", 36)


@pytest.mark.nightly
def test_on_a_phone_every_part_is_reached_by_moving_their_row_and_the_page_does_not_move(app, open_page):
    """On one line with the choice of rows, the last three were cut off."""
    page = open_page(f"{app.url}/calibration", width=390)
    parts = page.locator(".st-key-calibration_part").get_by_role("radio")
    expect(parts).to_have_count(6, timeout=PATIENCE)
    for part in parts.all():
        part.scroll_into_view_if_needed()
        box = part.bounding_box()
        assert 0 <= box["x"] <= 390 - box["width"]
        assert page.locator('[data-testid="stMain"]').evaluate("main => main.scrollLeft") == 0
