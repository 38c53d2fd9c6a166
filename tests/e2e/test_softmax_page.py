import re

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.probability import entropy, free_energy, log_partition, perplexity, softmax
from tests.browser import settled
from tests.e2e.steps import PATIENCE, follow, messages_sent, number_of, press

STEPS = ("exponentiate", "link", "predictors", "gibbs", "shift", "decisive", "temperature", "overflow")


@pytest.fixture
def page(app, open_page):
    opened = open_page(f"{app.url}/softmax")
    opened.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    return opened


def shown(page, name):
    return np.array([float(part) for part in page.locator(".root").get_attribute(f"data-{name}").split()])


def go_to(page, step):
    while page.locator(".root").get_attribute("data-step") != step:
        before = page.locator(".root").get_attribute("data-step")
        press(page, "Next step")
        expect(page.locator(".root")).not_to_have_attribute("data-step", before, timeout=PATIENCE)
    settled(page)


def type_score(page, number, score):
    box = page.get_by_label(f"Score of Class {number} as a number")
    box.fill(str(score))
    box.press("Enter")
    settled(page)


def formulas(page):
    return [text.replace("\u2212", "-").replace("\u200b", "") for text in page.locator(".formulas math").all_text_contents()]


def test_three_scores_can_be_dragged_and_the_bars_follow_without_the_server(page):
    slider = page.get_by_label("Score of Class 2", exact=True)
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    bar = page.locator(".fill").nth(1).element_handle()

    def drag():
        page.mouse.move(box["x"] + box["width"] * 0.55, middle)
        page.mouse.down()
        bar.evaluate(
            """bar => { window.seen = []; const look = () => { window.seen.push(bar.style.transform);
            window.watching = requestAnimationFrame(look); }; look(); }"""
        )
        page.mouse.move(box["x"] + box["width"] - 8, middle, steps=30)
        page.evaluate("cancelAnimationFrame(window.watching)")

    assert messages_sent(page, drag) == 0
    assert len(set(page.evaluate("window.seen"))) > 10
    page.mouse.up()
    settled(page)
    assert shown(page, "z")[1] > 8
    assert shown(page, "p").argmax() == 1


@pytest.mark.parametrize("scores", [[2, 1, -1], [10, -10, 0], [0.5, 0.5, 0.5]])
def test_bars_and_readings_are_those_of_python(page, scores):
    for number, score in enumerate(scores, start=1):
        type_score(page, number, score)
    for temperature in (0.01, 1, 30):
        box = page.get_by_label("Temperature as a number")
        box.fill(str(temperature))
        box.press("Enter")
        settled(page)
        p = softmax(scores, temperature)
        np.testing.assert_allclose(shown(page, "z"), scores)
        np.testing.assert_allclose(shown(page, "p"), p, rtol=1e-9, atol=1e-12)
        readings = [number_of(text) for text in page.locator(".readout dd").all_text_contents()]
        expected = [entropy(p), perplexity(p), log_partition(scores, temperature)]
        np.testing.assert_allclose(readings, expected, rtol=0.02, atol=6e-3)


@pytest.mark.parametrize("count", [2, 3, 6])
def test_there_are_two_to_six_classes(page, count):
    press(page, str(count))
    expect(page.locator(".score")).to_have_count(count)
    settled(page)
    assert len(shown(page, "p")) == count
    assert shown(page, "p").sum() == pytest.approx(1)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_every_step_shows_its_formulas_and_its_picture(page, count):
    press(page, str(count))
    settled(page)
    for step in STEPS:
        go_to(page, step)
        assert formulas(page)
        if step != "overflow":
            assert page.locator("canvas.picture").evaluate(
                "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
            )


def test_both_ways_of_computing_the_free_energy_agree(page):
    go_to(page, "gibbs")
    expected = f"{free_energy([2, 1, -1]):.2f}"
    assert all(text.endswith(f"={expected}") for text in formulas(page))


def test_a_constant_on_every_score_moves_no_bar(page):
    go_to(page, "shift")
    before = shown(page, "p")
    page.locator("#own").fill("7.5")
    expect(page.locator(".own output")).to_have_text("7.50")
    np.testing.assert_allclose(shown(page, "p"), before, rtol=1e-9)


def test_a_factor_on_every_score_makes_it_decisive(page):
    go_to(page, "decisive")
    page.locator("#own").fill("1")
    expect(page.locator(".own output")).to_have_text("10.00")
    np.testing.assert_allclose(shown(page, "p"), softmax([20, 10, -10]), rtol=1e-6)


def test_without_the_subtraction_large_scores_are_not_a_number_and_with_it_they_are(page):
    go_to(page, "overflow")
    page.locator("#own").fill("100")
    expect(page.locator(".formulas")).to_contain_text("NaN")
    page.get_by_role("button", name=re.compile("^float32")).click()
    expect(page.locator(".formulas")).not_to_contain_text("NaN")
    page.locator("#own").fill("800")
    expect(page.locator(".formulas")).to_contain_text("NaN")
    page.get_by_role("button", name=re.compile("^Nothing is subtracted")).click()
    expect(page.locator(".formulas")).not_to_contain_text("NaN")
    assert any(text.endswith("=0.705") for text in formulas(page))


def test_scores_survive_another_step_and_another_page(page):
    type_score(page, 1, -3)
    go_to(page, "temperature")
    follow(page, "train")
    follow(page, "softmax")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    assert shown(page, "z")[0] == -3


def test_the_scores_of_a_trained_wine_can_be_used(reading_page):
    truth = reading_page.locator(".bar .number").all_text_contents()
    wine = int(reading_page.locator(".root").get_attribute("data-wine")) + 1
    follow(reading_page, "softmax")
    reading_page.get_by_text("Scores of a wine").click()
    settled(reading_page)
    box = reading_page.get_by_role("spinbutton", name="Wine, 1 to 36")
    box.fill(str(wine))
    box.press("Enter")
    settled(reading_page)
    expect(reading_page.locator(".score .number").first).to_have_text(truth[0], timeout=PATIENCE)
    assert reading_page.locator(".score .number").all_text_contents() == truth
