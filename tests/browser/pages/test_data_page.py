"""The data page: a built-in set, an upload through the browser's own file chooser, and names that mean harm."""

import random
import re

import pytest
from playwright.sync_api import expect

from ensemble.datasets.csv_template import template
from testing.browser import settled
from testing.browser_parts import SHORT, element, expect_pictures, open_part, wait_for_related
from testing.browser_steps import PATIENCE, follow, press, train_to_the_end

HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd()", "**b**", "$x$")
CLASS = "$y$ <b>class</b>"


def open_data(open_page, app, query=SHORT):
    page = open_page(f"{app.url}/data?{query}")
    expect_pictures(page, ["counts", "rows"])
    return page


def upload(page, content, name="mine.csv"):
    """Ask for one's own rows, and choose a file."""
    page.get_by_text("My own data", exact=True).click()
    page.locator('[data-testid="stFileUploader"] input').set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.locator('[data-testid="stFileChipName"]').wait_for(timeout=PATIENCE)
    settled(page)


def choose_option(page, label, name):
    box = page.get_by_role("combobox", name=label, exact=True)
    box.fill(name)
    box.press("Enter")
    expect(box).to_have_value(name, timeout=PATIENCE)
    settled(page)


def chosen_features(page):
    return page.locator(".stMultiSelect [data-tag]")


def hostile_table():
    """Forty rows, so that each fold has some of each class; all names in it mean harm."""
    rng = random.Random(0)
    names = [*HOSTILE, CLASS]
    rows = [[f"{rng.gauss(index == k, 0.4):.3f}" for index in range(4)] + [HOSTILE[k]] for k in [0, 1, 2, 3] * 10]
    return "\n".join(",".join(cells) for cells in [names, *rows]).encode()


def in_picture(page, words):
    """Words of a picture; Plotly writes some spaces as ones that do not break."""
    return {text.replace("\xa0", " ") for text in page.locator(words).all_text_contents()}


def expect_harmless(page):
    """Nothing of the names has become an element, a formula or a word in bold."""
    settled(page)
    assert page.locator('img[src="x"]').count() == 0
    assert page.locator("strong, b").get_by_text(re.compile("^(b|class)$")).count() == 0
    assert page.locator(".katex annotation").get_by_text(re.compile("^[xy]$")).count() == 0
    assert not page.locator('[data-testid="stException"]').count()


@pytest.mark.nightly
def test_a_chosen_set_is_drawn_and_trained_on(app, open_page):
    page = open_data(open_page, app)
    choose_option(page, "Data", "Iris")
    expect(page.get_by_text("150 rows, 4 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    expect_pictures(page, ["counts", "rows"])
    expect(page.locator(".st-key-rows .legendtext").first).to_have_text("setosa")
    expect(page).to_have_url(re.compile("data=iris"))
    follow(page, "train")
    train_to_the_end(page, 5)
    expect(page.get_by_text("test flowers").first).to_be_visible(timeout=PATIENCE)


@pytest.mark.nightly
def test_an_upload_is_trained_on_and_what_was_chosen_of_it_is_kept(app, open_page):
    page = open_data(open_page, app, "epochs=2&members=2")
    upload(page, template())
    expect(page.get_by_text("12 rows, 7 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    for _ in range(3):
        chosen_features(page).last.get_by_role("button").click()
        settled(page)
    expect(chosen_features(page)).to_have_text(["sepal_length", "sepal_width"])
    names = page.locator('[data-testid="stDataFrame"] table[role="grid"] th')
    assert "Line of the file" in names.all_text_contents()
    page.get_by_role("radio", name="Fill in").click()
    expect(page.get_by_text("12 rows, 2 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    expect(element(page, "rows").locator(".xtitle")).to_have_text("sepal_length", timeout=PATIENCE)
    follow(page, "train")
    train_to_the_end(page, 2)
    expect(page.get_by_text("test rows").first).to_be_visible(timeout=PATIENCE)
    follow(page, "data")
    expect(page.get_by_text("12 rows, 2 features, 3 classes")).to_be_visible(timeout=PATIENCE)
    expect(chosen_features(page)).to_have_text(["sepal_length", "sepal_width"])
    expect(page.get_by_role("radio", name="Fill in")).to_be_checked()
    expect(page.get_by_text("mine.csv", exact=True)).to_be_visible()
    press(page, "Remove the file")
    expect(page.get_by_text("mine.csv", exact=True)).to_have_count(0)
    assert not chosen_features(page).count()


@pytest.mark.nightly
def test_a_broken_file_gets_one_sentence(app, open_page):
    page = open_data(open_page, app)
    upload(page, b"\x00\x01\x02\xff" * 100)
    error = page.locator('[data-testid="stAlert"]')
    expect(error).to_have_text(re.compile("^This is a binary file, .+ made it.$"), timeout=PATIENCE)
    expect(page.locator(".st-key-rows")).to_have_count(0)
    follow(page, "train")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()


@pytest.mark.nightly
def test_hostile_names_are_shown_as_text_from_page_to_page(app, open_page):
    page = open_data(open_page, app, "epochs=2&members=2")
    upload(page, hostile_table(), f"{HOSTILE[0]}**b**.csv")
    expect(page.get_by_text("40 rows, 4 features, 4 classes")).to_be_visible(timeout=PATIENCE)
    expect(page.locator('[data-testid="stMarkdown"]').get_by_text(f"{HOSTILE[0]}**b**.csv", exact=True)).to_be_visible()
    expect_pictures(page, ["counts", "rows"])
    expect(chosen_features(page)).to_have_text(list(HOSTILE))
    assert in_picture(page, ".st-key-rows .legendtext") == {*HOSTILE, "test row"}
    assert in_picture(page, ".st-key-counts .ytick") == set(HOSTILE)
    choose_option(page, "Class", "$x$")
    expect_harmless(page)
    choose_option(page, "Class", CLASS)
    expect_pictures(page, ["counts", "rows"])
    expect_harmless(page)
    follow(page, "train")
    train_to_the_end(page, 2)
    for name in HOSTILE:
        expect(page.get_by_text(name, exact=True).first).to_be_attached(timeout=PATIENCE)
    expect_harmless(page)
    follow(page, "predictions")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    for name in HOSTILE:
        expect(page.locator(".bars")).to_contain_text(name, timeout=PATIENCE)
    expect_harmless(page)
    follow(page, "calibration")
    wait_for_related(page)
    expect_pictures(page, ["reliability"])
    for name in HOSTILE:
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("radio", name=HOSTILE[2], exact=True).click()
    expect_pictures(page, ["reliability"])
    expect_harmless(page)
    for part in ("Scores", "Prediction sets"):
        open_part(page, part)
        expect_harmless(page)
