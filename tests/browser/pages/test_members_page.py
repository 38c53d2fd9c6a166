"""Members: seven parts over six ensembles."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from testing.browser import settled
from testing.browser_parts import (
    PICTURES,
    changes,
    choose,
    element,
    expect_pictures,
    in_link,
    open_part,
    option,
    part_button,
    picture,
    type_wine,
    watched_page,
)
from testing.browser_steps import PATIENCE, follow, messages_sent
from tests.browser.components.test_what_if import drag_to, drawn, shown, slider

PARTS = PICTURES["members"]
# A dot plot, a triangle and a surface: each kind of picture once.
BY_DAY = ("Training", "Disagreement", "Far from the data")


@pytest.fixture(scope="module")
def page(app, browser):
    with watched_page(browser, f"{app.url}/members") as opened:
        expect_pictures(opened, ["score_nll"])
        yield opened


def wine_box(page):
    return page.get_by_role("spinbutton", name="Test wine, 1 to 36")


def expect_wine(page, wine):
    """It stands in the box, in the triangle's legend and above it."""
    expect(wine_box(page)).to_have_value(str(wine), timeout=PATIENCE)
    expect(element(page, "triangle").locator(".legendtext").last).to_have_text(f"Wine {wine}", timeout=PATIENCE)
    expect(page.get_by_text(f"large: wine {wine}", exact=False)).to_be_visible(timeout=PATIENCE)


def components_ready(page):
    page.locator('.st-key-what_if .root[data-ready="true"]').wait_for(timeout=PATIENCE)


@pytest.mark.parametrize("part", [pytest.param(part, marks=[pytest.mark.nightly] * (part not in BY_DAY)) for part in PARTS])
def test_each_part_shows_its_pictures(page, part):
    open_part(page, part)
    expect_pictures(page, PARTS[part])
    assert page.locator(".js-plotly-plot").count() == len(PARTS[part])
    if part == "Far from the data":
        components_ready(page)
        expect(page.locator(".st-key-what_if .sliders-caption")).to_contain_text("where no training wine was")
    if part == "Masks":
        page.locator('.st-key-masks .root[data-ready="true"]').wait_for(timeout=PATIENCE)


@pytest.mark.nightly
def test_a_row_of_the_table_makes_its_wine_stand_out(page):
    open_part(page, "Disagreement")
    table, header, row = element(page, "disagreeing_wines"), 36, 35
    wine = table.locator("table[role=grid] tbody tr").nth(3).locator("td").first.text_content()
    changes(page, "entropy_split", lambda: table.click(position={"x": 20, "y": header + 3.5 * row}))
    expect_wine(page, wine)


def test_a_clicked_bar_makes_its_wine_stand_out(page):
    open_part(page, "Disagreement")
    type_wine(page, 12)
    expect_wine(page, 12)
    settled(page)
    bar = element(page, "entropy_split").locator(".barlayer .trace").first.locator(".point path").nth(1)
    wine = element(page, "entropy_split").locator(".xtick text").nth(1).text_content()
    changes(page, "entropy_split", lambda: bar.click(force=True))
    expect_wine(page, wine)


@pytest.mark.nightly
def test_a_typed_wine_stands_out(page):
    open_part(page, "Disagreement")
    changes(page, "triangle", lambda: type_wine(page, 12))
    expect_wine(page, 12)


@pytest.mark.nightly
def test_each_ensemble_disagrees_in_its_own_way(page):
    open_part(page, "Disagreement")
    for way in ("joint", "bootstrap", "independent"):
        changes(page, "triangle", lambda way=way: option(page, "Members of", way).click())


def test_parts_are_chosen_by_keys(page):
    open_part(page, "Training")
    part_button(page, "Training").press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(in_link("Pooling"), timeout=PATIENCE)
    expect_pictures(page, PARTS["Pooling"])


@pytest.mark.nightly
def test_a_dragged_feature_sends_nothing_to_the_server(page):
    open_part(page, "Far from the data")
    components_ready(page)
    slider(page, "proline").scroll_into_view_if_needed()
    distance = shown(page, "distance")
    assert messages_sent(page, lambda: drag_to(page, "proline", 0.95)) == 0
    assert shown(page, "outside") == 1
    assert shown(page, "distance") > distance
    assert np.isclose(shown(page, "p").sum(), 1)


def pools_shown(page):
    drawn(page)
    shown = page.locator(".st-key-masks .root").evaluate("(root) => ({ ...root.dataset })")
    return int(shown["count"]), *(np.array(shown[pool].split(" "), float) for pool in ("linear", "log"))


def test_masks_under_the_slider_are_pooled_in_the_browser(page):
    """The slider, the keys and the switch that lists all masks: nothing is sent to the server."""
    open_part(page, "Masks")
    type_wine(page, 7)
    settled(page)
    page.locator('.st-key-masks .root[data-ready="true"]').wait_for(timeout=PATIENCE)
    range_, every = page.get_by_role("slider", name="Masks"), page.get_by_role("checkbox", name="All 1,024 masks")

    def drag_and_list_all():
        box = range_.bounding_box()
        for share in (0.05, 0.4, 0.999):
            page.mouse.click(box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2)
            count, linear, log = pools_shown(page)
            assert count == pytest.approx(1 + 499 * share, abs=12)
            assert np.isclose([linear.sum(), log.sum()], 1).all()
        range_.press("Home")
        count, linear, log = pools_shown(page)
        assert count == 1
        np.testing.assert_allclose(linear, log, atol=1e-12)
        every.check()
        drawn(page)

    range_.scroll_into_view_if_needed()
    assert messages_sent(page, drag_and_list_all) == 0
    expect(page.locator(".st-key-masks .claim")).to_contain_text("The log pool of all 1,024 masks is dropout off")
    expect(page.locator(".st-key-masks .one")).to_contain_text("which is rounding")
    expect(range_).to_be_disabled()
    every.uncheck()


def pick_from_list(page, label, name):
    box = page.get_by_role("combobox", name=label, exact=True)
    box.fill(name)
    box.press("Enter")
    expect(box).to_have_value(name, timeout=PATIENCE)
    settled(page)


def train_in_the_plane(page, across, up):
    """The two surfaces have the features' names on their axes."""
    for key in ("confidence", "disagreement"):
        chart = element(page, key)
        expect(chart.locator(".xtitle")).to_have_text(across, timeout=PATIENCE)
        expect(chart.locator(".ytitle")).to_have_text(up, timeout=PATIENCE)
        assert chart.locator(".heatmaplayer image").count()
    expect_pictures(page, ["confidence", "disagreement"])


@pytest.mark.nightly
def test_the_plane_of_the_moons_has_two_surfaces(page):
    open_part(page, "Far from the data")
    choose(page, "Rows", "moons")
    train_in_the_plane(page, "first", "second")


@pytest.mark.nightly
def test_the_plane_of_two_features_of_wine_has_two_surfaces(page):
    open_part(page, "Far from the data")
    choose(page, "Rows", "wine")
    pick_from_list(page, "Across", "alcohol")
    pick_from_list(page, "Up", "hue")
    train_in_the_plane(page, "alcohol", "hue")


@pytest.mark.nightly
def test_a_link_opens_its_part(app, open_page):
    opened = open_page(f"{app.url}/members?part=Pooling")
    expect(part_button(opened, "Pooling")).to_be_checked()
    expect(opened).to_have_url(re.compile("part=Pooling"))


@pytest.mark.nightly
def test_part_wine_and_runs_stay_when_one_comes_back(page):
    open_part(page, "Disagreement")
    type_wine(page, 7)
    expect_wine(page, 7)
    follow(page, "softmax")
    follow(page, "members")
    expect(part_button(page, "Disagreement")).to_be_checked()
    expect_wine(page, 7)
    expect(picture(page, "triangle")).to_be_visible()


@pytest.mark.nightly
def test_on_a_phone_every_choice_and_the_mutual_information_are_in_sight(page):
    """“spirals” was cut off, and the table hid its most important column."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_part(page, "Far from the data")
    for name in ("moons", "spirals"):
        box = option(page, "Rows", name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    open_part(page, "Disagreement")
    header = element(page, "disagreeing_wines").locator("table[role=grid] thead th")
    expect(header.nth(1)).to_have_text("Mutual information", timeout=PATIENCE)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_dots_on_the_edge_of_the_triangle_are_whole(page):
    """A clip path cut them in half."""
    open_part(page, "Disagreement")
    expect_pictures(page, ["triangle"])
    clips = (
        element(page, "triangle")
        .locator("path.point")
        .evaluate_all(
            """(dots) => dots.map((dot) => {
              const around = [];
              for (let one = dot; one && one.tagName !== "svg"; one = one.parentElement) around.push(one);
              return around.some((one) => one.getAttribute("clip-path"));
            })"""
        )
    )
    assert clips
    assert not any(clips)
