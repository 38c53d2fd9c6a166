import re
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.probability.truncation import truncated_log_softmax
from ensemble.probability.vectors import cross_entropy, entropy, free_energy, log_partition, perplexity, softmax
from ensemble.related import example
from pages.parts.softmax.next_tokens import PROMPTS
from testing.browser import settled
from testing.browser_parts import watched_page
from testing.browser_steps import PATIENCE, follow, messages_sent, number_of, press, words_drawn

EXAMPLE = [2, 1, -1]
STEPS = ("exponentiate", "divide", "link", "predictors", "gibbs", "shift", "decisive", "temperature", "overflow")


@pytest.fixture(scope="module")
def scores_page(app, browser):
    with watched_page(browser, f"{app.url}/softmax") as opened:
        yield opened


@pytest.fixture
def open_step(scores_page):
    """Opens a step as a new session would: three scores, temperature 1."""

    def open_(step, width=1280, height=900):
        page, root = scores_page, scores_page.locator('.root[data-ready="true"][data-step]')
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.documentElement.style.removeProperty('--text-scale')")
        if not page.url.partition("?")[0].endswith("/softmax"):
            follow(page, "softmax")
        # What belongs to a step alone is forgotten when another one is opened.
        elsewhere = [(STEPS.index(step) + 1) % len(STEPS)] if root.get_attribute("data-step") == step else []
        for number in (*elsewhere, STEPS.index(step)):
            page.get_by_role("radiogroup", name="Step", exact=True).get_by_role("radio").nth(number).click()
            expect(root).to_have_attribute("data-step", STEPS[number], timeout=PATIENCE)
            settled(page)
        if shown(page, "z").tolist() != EXAMPLE:
            press(page, "3")
            for number, score in enumerate(EXAMPLE, start=1):
                type_score(page, number, score)
        if root.get_attribute("data-temperature") != "1":
            press(page, "T = 1")
            settled(page)
        return page

    return open_


@pytest.fixture
def page(open_step):
    return open_step(STEPS[0])


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


def test_bars_and_readings_are_those_of_python(page):
    for scores in ([2, 1, -1], [10, -10, 0], [0.5, 0.5, 0.5]):
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
            readings = [number_of(text.removesuffix(" classes")) for text in page.locator(".readout dd").all_text_contents()]
            expected = [entropy(p), perplexity(p), log_partition(scores, temperature)]
            np.testing.assert_allclose(readings, expected, rtol=0.02, atol=6e-3)


def test_there_are_two_to_six_classes(page):
    for count in (2, 3, 6):
        press(page, str(count))
        expect(page.locator(".scores .score")).to_have_count(count)
        settled(page)
        assert len(shown(page, "p")) == count
        assert shown(page, "p").sum() == pytest.approx(1)


@pytest.mark.parametrize("count", [pytest.param(2, marks=pytest.mark.nightly), 3, pytest.param(5, marks=pytest.mark.nightly)])
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


def test_both_ways_of_computing_the_free_energy_agree(open_step):
    page = open_step("gibbs")
    expected = f"{free_energy([2, 1, -1]):.2f}"
    assert all(text.endswith(f"≈{expected}") for text in formulas(page))


def test_a_constant_on_every_score_moves_no_bar(open_step):
    page = open_step("shift")
    before = shown(page, "p")
    page.locator("#own").fill("7.5")
    expect(page.locator(".own output")).to_have_text("7.50")
    np.testing.assert_allclose(shown(page, "p"), before, rtol=1e-9)


def test_a_factor_on_every_score_makes_it_decisive(open_step):
    page = open_step("decisive")
    page.locator("#own").fill("1")
    expect(page.locator(".own output")).to_have_text("10.00")
    np.testing.assert_allclose(shown(page, "p"), softmax([20, 10, -10]), rtol=1e-6)


def test_large_scores_are_nan_only_without_the_subtraction(open_step):
    page = open_step("overflow")
    page.locator("#own").fill("100")
    expect(page.locator(".formulas")).to_contain_text("NaN")
    press(page, "float64")
    expect(page.get_by_role("button", name="float64", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="float32", exact=True)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".formulas")).not_to_contain_text("NaN")
    page.locator("#own").fill("800")
    expect(page.locator(".formulas")).to_contain_text("NaN")
    switch = page.get_by_role("switch", name="Subtract the largest score first")
    switch.check()
    expect(switch).to_be_checked()
    expect(page.locator(".formulas")).not_to_contain_text("NaN")
    assert any(text.endswith("≈0.705") for text in formulas(page))


@pytest.mark.nightly
def test_scores_survive_another_step_and_another_page(page):
    type_score(page, 1, -3)
    go_to(page, "temperature")
    follow(page, "train")
    follow(page, "softmax")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    assert shown(page, "z")[0] == -3


@pytest.mark.nightly
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


def test_scores_of_a_row_beyond_ten_are_shown_as_they_are(app, open_page):
    """They were cut to 10 without a word, and the bars with them."""
    logits = example.run().logits(example.data().x_test)
    row = int(np.abs(logits).max(axis=1).argmax())
    scores = logits[row].astype(float)
    assert 20 < np.abs(scores).max() < 50
    page = open_page(f"{app.url}/softmax")
    page.get_by_text("Scores of a wine").click()
    settled(page)
    box = page.get_by_role("spinbutton", name="Wine, 1 to 36")
    box.fill(str(row + 1))
    box.press("Enter")
    begins = re.compile(re.escape(f"{scores[0]:.4f}"[:-1]))
    expect(page.locator(".root")).to_have_attribute("data-z", begins, timeout=PATIENCE)
    expect(page.locator(".highest")).to_have_text("50")
    np.testing.assert_allclose(shown(page, "z"), scores, rtol=1e-6)
    np.testing.assert_allclose(shown(page, "p"), softmax(scores), rtol=1e-5, atol=1e-12)
    sliders = page.locator(".scores input[type=range]")
    at = [float(slider.input_value()) for slider in sliders.all()]
    np.testing.assert_allclose(at, scores, atol=0.2)


def test_on_a_phone_the_steps_are_one_row_that_shows_the_chosen_one(app, open_page):
    """They took four rows, and the first score stood below half of the screen."""
    page = open_page(f"{app.url}/softmax?part=language_model", width=390, height=844)
    steps = page.get_by_role("radiogroup", name="Step", exact=True).get_by_role("radio")
    expect(steps.last).to_be_checked()
    expect(steps.last).to_be_in_viewport(ratio=0.9)
    settled(page)
    assert len({step.bounding_box()["y"] for step in steps.all()}) == 1
    steps.first.click()
    expect(steps.first).to_be_checked()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    expect(steps.first).to_be_in_viewport(ratio=0.9)
    steps.first.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(steps.nth(1)).to_be_checked()
    expect(steps.nth(1)).to_be_in_viewport(ratio=0.9)
    settled(page)


LINES = """(formulas) => [...formulas.querySelectorAll(".formula")].map((line) => {
  const seen = line.querySelector(".seen");
  const parts = [...seen.querySelectorAll("span")].filter((part) => !part.children.length && part.textContent);
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const number = seen.querySelector(".number");
  return {
    top: Math.min(...boxes.map((box) => box.top)), bottom: Math.max(...boxes.map((box) => box.bottom)),
    left: line.getBoundingClientRect().left, font: getComputedStyle(number).fontFamily,
    colors: new Set([...seen.querySelectorAll(".colored")].map((part) => getComputedStyle(part).color)).size,
  };
})"""


def test_live_formulas_use_katex_fonts_spaced_and_left_aligned(page):
    """Exponents touched the line above, digits were sans, brackets three lines tall, "÷" stood for "/"."""
    box = page.get_by_label("Temperature as a number")
    box.fill("2")
    box.press("Enter")
    edge = page.locator(".classes").bounding_box()["x"]
    for step in STEPS:
        go_to(page, step)
        lines = page.locator(".formulas").evaluate(LINES)
        for line, following in pairwise(lines):
            assert following["top"] - line["bottom"] >= 3
        for line in lines:
            assert line["left"] == pytest.approx(edge, abs=1)
            assert line["font"].startswith("KaTeX_Main")
        assert max(line["colors"] for line in lines) >= (step not in ("gibbs",))
        assert "÷" not in "".join(formulas(page))
    assert page.evaluate("[...document.fonts].some((font) => font.family === 'KaTeX_Main' && font.status === 'loaded')")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_formula_of_the_text_breaks_after_an_operator(open_step, width):
    """The line of the free energy broke after its minus."""
    page = open_step("gibbs", width=width)
    for step in ("gibbs", "shift", "decisive"):
        go_to(page, step)
        page.locator(".katex-html").first.wait_for(timeout=PATIENCE)
        tops = page.locator(".katex-html").evaluate_all(
            """(formulas) => formulas.map((formula) => {
              const bases = [...formula.querySelectorAll(":scope > .base")];
              return new Set(bases.map((base) => Math.round(base.getBoundingClientRect().bottom))).size;
            })"""
        )
        assert set(tops) == {1}


def test_a_step_can_be_pressed_in_the_row_of_a_phone_after_a_score_was_typed(open_step):
    """The press puts the focus on the chosen step, which scrolled the row: another step was under the finger then."""
    page = open_step("exponentiate", width=390, height=844)
    type_score(page, 1, 2)
    page.get_by_role("radiogroup", name="Step", exact=True).get_by_role("radio").nth(3).click()
    expect(page.locator(".root[data-step]")).to_have_attribute("data-step", "predictors", timeout=PATIENCE)
    settled(page)


def test_the_sum_z_has_one_value_on_the_screen(page):
    drawn = [word["text"] for word in words_drawn(page, lambda: type_score(page, 1, 2))]
    z = f"{np.exp(log_partition([2, 1, -1])):.2f}"
    assert formulas(page)[0].endswith(f"≈{z}")
    assert f"Z ≈ {z}" in drawn
    assert not [text for text in drawn if "Z" in text and "10" not in text and text != "divided by Z"]


@pytest.mark.parametrize("width", [390, 1280])
def test_every_class_has_its_label_on_the_log_scale(open_step, width):
    """The likeliest class had none."""
    page = open_step("predictors", width=width)
    drawn = {word["text"] for word in words_drawn(page, lambda: type_score(page, 1, 9))}
    assert {"Class 1", "Class 2", "Class 3"} <= drawn


def test_the_ends_of_the_scores_are_written_and_their_boxes_have_a_frame(page):
    """No range, no 0, boxes that do not look editable."""
    assert page.locator(".head .ends").first.locator("i").all_text_contents() == ["−10", "0", "10"]
    box = page.get_by_label("Score of Class 1 as a number")
    assert box.evaluate("box => getComputedStyle(box).borderTopColor") not in ("transparent", "rgba(0, 0, 0, 0)")
    slider, zero = page.locator(".scores .slider").first.bounding_box(), page.locator(".head .ends i").nth(1).bounding_box()
    assert zero["x"] + zero["width"] / 2 == pytest.approx(slider["x"] + slider["width"] / 2, abs=1)


def test_a_forecast_that_is_surer_or_less_sure_than_the_truth_costs_more(open_step):
    """“decisive is desirable”, and "the softmax is a weighted average of z"."""
    page = open_step("decisive")
    assert "two that tie leave ln 2" in page.locator(".root").text_content()
    for exponent in (-1, -0.3, 0, 0.3, 1):
        page.locator("#own").fill(str(exponent))
        settled(page)
        scores, p = np.array([2, 1, -1]), softmax([2, 1, -1])
        q = softmax(scores * 10**exponent)
        loss, average = formulas(page)[-2:]
        assert number_of(loss.split("≈")[1].removesuffix("nats")) == pytest.approx(float(cross_entropy(p, q)), abs=2e-3)
        assert float(cross_entropy(p, q)) >= float(entropy(p)) - 1e-12
        assert number_of(average.split("≈")[1]) == pytest.approx(float(q @ scores * 10**exponent), abs=6e-3)


def test_what_follows_a_number_in_a_formula_stays_where_it_is(page):
    """A minus that comes or goes moved the rest of its line."""
    places = []
    for score in (1.5, -1.5):
        type_score(page, 1, score)
        places.append(
            page.locator(".formulas").evaluate(
                "(box) => [...box.querySelectorAll('.relation')].map((one) => one.getBoundingClientRect().x)"
            )
        )
    np.testing.assert_allclose(*places, atol=0.5)


def test_picture_formula_and_next_step_are_on_the_first_screen(open_step):
    page = open_step(STEPS[0], width=1280, height=800)
    for place in (page.locator("canvas.picture"), page.get_by_role("button", name="Next step", exact=True)):
        box = place.bounding_box()
        assert box["y"] + box["height"] < 800


@pytest.mark.nightly
def test_words_on_canvases_grow_with_the_presenters_view(open_step):
    """They stayed at 13 px; at least 12 px otherwise."""
    for scale, smallest in (("1", 12), ("1.75", 20)):
        for step in ("predictors", "decisive"):
            page = open_step(STEPS[STEPS.index(step) - 1])
            page.evaluate("scale => document.documentElement.style.setProperty('--text-scale', scale)", scale)
            page.get_by_role("radiogroup", name="Step", exact=True).get_by_role("radio").nth(STEPS.index(step)).click()
            expect(page.locator(".root")).to_have_attribute("data-step", step, timeout=PATIENCE)
            settled(page)
            assert min(word["size"] for word in words_drawn(page, partial(type_score, page, 1, 2.5))) >= smallest


def test_tokens_are_cut_as_in_python_and_drawn_as_often_as_they_are_left(app, open_page):
    page = open_page(f"{app.url}/softmax?part=Language+model")
    page.locator('.root[data-prompt="0"]').wait_for(timeout=PATIENCE)
    press(page, "Once upon a time there was a …")
    page.get_by_role("slider", name="Top-p", exact=True).fill("0.8")
    page.get_by_role("slider", name="Top-k", exact=True).fill("12")
    settled(page)
    logits = [logit for _, logit in PROMPTS["Once upon a time there was a"]]
    q = np.exp(truncated_log_softmax(logits, k=12, p=0.8))
    np.testing.assert_allclose(shown(page, "q"), q, atol=1e-12)
    for _ in range(3):
        press(page, "Draw 100")
    expect(page.locator(".drawn")).to_contain_text("300 drawn")
    counts = shown(page, "counts")
    assert counts.sum() == 300
    assert not counts[q == 0].any()
    np.testing.assert_allclose(counts / 300, q, atol=0.12)
    assert messages_sent(page, lambda: press(page, "Draw 1 token")) == 0
