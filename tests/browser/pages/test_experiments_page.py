"""Many runs: three experiments, watched, paused, brought back, and one run of them trained again."""

import re

import pytest
from playwright.sync_api import expect

from ensemble.sweeps.tables import METRICS
from testing.browser import settled
from testing.browser_parts import choose, element, expect_pictures, option, part_button, picture, watched_page
from testing.browser_steps import PATIENCE, TITLES, follow, press

SHORT = "epochs=5&members=3"
PICTURES = {
    "How lucky was that?": [f"luck_{metric}" for metric in METRICS],
    "Sweep": ["sweep_effect", "sweep_spreads"],
    "Two settings, same seeds": ["pairs_differences"],
}
BY_DAY = ("Sweep",)
LABELS = dict(zip(PICTURES, ("Train over seeds", "Train the sweep", "Train the pairs"), strict=True))


@pytest.fixture(scope="module")
def page(app, browser):
    with watched_page(browser, f"{app.url}/experiments?{SHORT}&seeds=4&along_values=1,2,4&each=3&pairs=4") as opened:
        for part in BY_DAY:
            open_part(opened, part)
            train(opened, part)
        yield opened


@pytest.fixture(scope="module")
def whole_page(page):
    """All parts have been trained."""
    for part in PICTURES:
        if part not in BY_DAY:
            open_part(page, part)
            train(page, part)
    return page


def open_part(page, part):
    part_button(page, part).click()
    expect(part_button(page, part)).to_be_checked()
    expect(page.get_by_role("button", name=LABELS[part])).to_be_visible(timeout=PATIENCE)
    settled(page)


def train(page, part):
    """The seeds of one setting are trained without being asked for."""
    if part != "How lucky was that?":
        press(page, LABELS[part])
    expect(finished(page)).to_be_visible(timeout=PATIENCE)
    expect_pictures(page, PICTURES[part])


def finished(page):
    return page.get_by_text(re.compile(r"^Finished · [\d,]+ of [\d,]+ runs"))


def test_a_part_keeps_its_runs_and_shows_its_pictures(page):
    open_part(page, "Sweep")
    expect_pictures(page, PICTURES["Sweep"])


@pytest.mark.nightly
@pytest.mark.parametrize("part", PICTURES)
def test_each_part_keeps_its_runs_and_shows_its_pictures(whole_page, part):
    open_part(whole_page, part)
    expect_pictures(whole_page, PICTURES[part])


@pytest.mark.nightly
def test_another_metric_is_another_picture(page):
    open_part(page, "Sweep")
    choose(page, "Show", "Accuracy")
    expect(element(page, "sweep_effect").locator(".ytitle")).to_have_text("test accuracy", timeout=PATIENCE)
    choose(page, "Show", "Test loss")
    expect(element(page, "sweep_effect").locator(".ytitle")).to_have_text("test loss (nats, log scale)", timeout=PATIENCE)


def test_a_row_of_the_table_opens_its_runs(page):
    open_part(page, "Sweep")
    table, header, row = element(page, "many_points"), 36, 35
    table.click(position={"x": 20, "y": header + 1.5 * row})
    expect(page.get_by_role("combobox", name="Point")).to_have_value("ensemble size 2", timeout=PATIENCE)


@pytest.mark.nightly
def test_a_reload_finds_the_runs_again(whole_page):
    page = whole_page
    open_part(page, "Two settings, same seeds")
    expect(page).to_have_url(re.compile("sweep="), timeout=PATIENCE)
    page.reload()
    settled(page)
    for part in PICTURES:
        open_part(page, part)
        expect_pictures(page, PICTURES[part])


@pytest.mark.nightly
def test_the_link_holds_what_is_typed(page):
    open_part(page, "Sweep")
    box = page.get_by_role("textbox", name="Values of ensemble size")
    box.fill("1, 3")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"along_values=1%2C\+3"), timeout=PATIENCE)
    box.fill("1, 2, 4")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"along_values=1%2C\+2%2C\+4"), timeout=PATIENCE)


@pytest.mark.nightly
def test_a_run_is_trained_again_on_its_own_page(page):
    open_part(page, "Sweep")
    press(page, "Train this run again")
    expect(page.get_by_role("heading", level=1, name=TITLES["train"])).to_be_visible(timeout=PATIENCE)
    page.locator('[data-testid="stMarkdown"]').get_by_text("Finished").first.wait_for(timeout=PATIENCE)
    follow(page, "experiments")
    expect_pictures(page, PICTURES["Sweep"])


@pytest.mark.nightly
def test_runs_appear_as_they_end_and_can_pause_and_stop(app, open_page):
    opened = open_page(f"{app.url}/experiments?epochs=40&members=3&seeds=500")
    press(opened, LABELS["How lucky was that?"])
    dots = element(opened, "so_far_luck").locator("canvas")
    expect(dots.first).to_be_visible(timeout=PATIENCE)
    expect(opened.get_by_text(re.compile(r"^Training · .* runs/s · .* left · 1 training process"))).to_be_visible(
        timeout=PATIENCE
    )
    press(opened, "Pause")
    expect(opened.get_by_text(re.compile("^Paused"))).to_be_visible(timeout=PATIENCE)
    expect(picture(opened, "luck_test_loss")).to_be_visible(timeout=PATIENCE)
    expect(opened).to_have_url(re.compile("sweep="), timeout=PATIENCE)
    visitor = open_page(opened.url)
    for label in ("Resume", "Stop"):
        expect(visitor.get_by_role("button", name=label)).to_be_disabled(timeout=PATIENCE)
        expect(opened.get_by_role("button", name=label)).to_be_enabled()
    press(opened, "Resume")
    expect(dots.first).to_be_visible(timeout=PATIENCE)
    press(opened, "Stop")
    expect(opened.get_by_text(re.compile("^Stopped"))).to_be_visible(timeout=PATIENCE)
    expect(picture(opened, "luck_test_loss")).to_be_visible(timeout=PATIENCE)


@pytest.mark.nightly
def test_a_link_opens_an_experiment(app, open_page):
    opened = open_page(f"{app.url}/experiments?part=Sweep&along=activation&across=pooling&drawn=start")
    expect(part_button(opened, "Sweep")).to_be_checked()
    expect(opened.get_by_role("combobox", name="And also vary")).to_have_value("Pooling")
    expect(option(opened, "Each seed changes", "Start only")).to_be_checked()


@pytest.mark.nightly
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(whole_page, width):
    page = whole_page
    page.set_viewport_size({"width": width, "height": 900})
    for part in PICTURES:
        open_part(page, part)
        expect_pictures(page, PICTURES[part])
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=PATIENCE)
    page.set_viewport_size({"width": 1280, "height": 900})
