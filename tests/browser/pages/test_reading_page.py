import re

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.probability.vectors import cross_entropy, entropy, kl_divergence, softmax
from ensemble.related import example
from testing.browser import settled
from testing.browser_parts import watched_page
from testing.browser_steps import PATIENCE, follow, messages_sent, number_of, press, words_drawn


def wine_shown(page):
    return int(page.locator(".root").get_attribute("data-wine"))


def temperature_shown(page):
    return float(page.locator(".root").get_attribute("data-temperature"))


def set_temperature(page, temperature):
    box = page.get_by_label("Temperature as a number")
    box.fill(str(temperature))
    box.press("Enter")
    settled(page)


def readings(page, index):
    names, values = page.locator(f"{index} dt").all_text_contents(), page.locator(f"{index} dd").all_text_contents()
    return dict(zip(names, map(number_of, values), strict=True))


def bars_shown(page):
    return np.array([number_of(text) for text in page.locator(".bar .number").all_text_contents()])


def scores_shown(page):
    if not page.locator(".steps tbody tr").count():
        page.get_by_text("Softmax, step by step").click()
    scores = page.locator(".steps tbody tr:not(.sum) td:nth-child(2)")
    expect(scores).to_have_count(3)
    return np.array([number_of(score) for score in scores.all_text_contents()])


@pytest.fixture(scope="module")
def predictions(app, browser):
    """The example's predictions in one page for all tests, and the row that it opens with."""
    with watched_page(browser, f"{app.url}/predictions") as page:
        page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
        settled(page)
        yield page, wine_shown(page)


@pytest.fixture
def reading_page(predictions):
    """As it opens: its first row, temperature 1, no smoothing, in nats, small members."""
    page, first = predictions
    page.evaluate("document.documentElement.style.removeProperty('--text-scale')")
    page.locator("input#smoothing").fill("0")
    for name in ("T = 1", "nats"):
        press(page, name)
    enlarge = page.get_by_role("button", name="Enlarge the members")
    if enlarge.get_attribute("aria-pressed") == "true":
        enlarge.click()
    settled(page)
    if wine_shown(page) != first:
        box = page.get_by_label("Test wine, 1 to 36")
        box.fill(str(first + 1))
        box.press("Enter")
        expect(page.locator(".root")).to_have_attribute("data-wine", str(first), timeout=PATIENCE)
        settled(page)
    return page


def test_the_temperature_moves_the_bars_between_two_frames_without_the_server(reading_page):
    slider = reading_page.locator("input#temperature")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    bars = reading_page.locator(".fill").first.element_handle()

    def drag():
        reading_page.mouse.move(box["x"] + box["width"] / 2, middle)
        reading_page.mouse.down()
        bars.evaluate(
            """bar => { window.seen = []; const look = () => { window.seen.push(bar.style.transform);
            window.watching = requestAnimationFrame(look); }; look(); }"""
        )
        reading_page.mouse.move(box["x"] + box["width"] - 12, middle, steps=30)
        reading_page.evaluate("cancelAnimationFrame(window.watching)")

    assert messages_sent(reading_page, drag) == 0
    seen = reading_page.evaluate("window.seen")
    assert len(set(seen)) > 10
    reading_page.mouse.up()
    settled(reading_page)
    assert temperature_shown(reading_page) > 50
    np.testing.assert_allclose(bars_shown(reading_page), 1 / 3, atol=0.05)


def test_keys_move_the_temperature_and_its_ends_are_a_hundredth_and_a_hundred(reading_page):
    slider = reading_page.locator("input#temperature")
    root = reading_page.locator(".root")
    for key, temperature in (("ArrowRight", r"1\.0\d+"), ("Home", r"0\.01"), ("End", "100")):
        slider.press(key)
        expect(root).to_have_attribute("data-temperature", re.compile(f"^{temperature}$"))
    press(reading_page, "T = 1")
    expect(root).to_have_attribute("data-temperature", "1")


def test_a_temperature_can_be_typed_and_nonsense_leaves_the_last_one(reading_page):
    set_temperature(reading_page, 2.5)
    assert temperature_shown(reading_page) == 2.5
    set_temperature(reading_page, "1e9")
    assert temperature_shown(reading_page) == 2.5
    set_temperature(reading_page, "")
    assert temperature_shown(reading_page) == 2.5


def test_temperature_survives_another_wine_and_another_page(reading_page):
    set_temperature(reading_page, 2.5)
    press(reading_page, "Next")
    settled(reading_page)
    assert temperature_shown(reading_page) == 2.5
    follow(reading_page, "train")
    follow(reading_page, "predictions")
    reading_page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    assert temperature_shown(reading_page) == 2.5


def test_numbers_at_each_temperature_are_those_of_python(reading_page):
    z = scores_shown(reading_page)
    for temperature in (0.05, 1, 3, 40):
        set_temperature(reading_page, temperature)
        q = softmax(z, temperature)
        np.testing.assert_allclose(bars_shown(reading_page), q, atol=2e-3)
        shown = readings(reading_page, ".readout")
        assert shown["Confidence"] == pytest.approx(q.max(), abs=2e-3)
        assert shown["Entropy H(q)"] == pytest.approx(entropy(q), rel=0.05, abs=2e-3)
        truth = reading_page.locator(".bar").evaluate_all("bars => bars.findIndex(bar => bar.classList.contains('true'))")
        calculation = reading_page.locator(".one-line").text_content()
        assert number_of(calculation.split(" = ")[1].split(":")[0]) == pytest.approx(-np.log(q[truth]), rel=0.01, abs=1e-3)
        assert number_of(calculation.removeprefix("−ln ").split(" = ")[0]) == pytest.approx(q[truth], abs=1e-3)
        verdict = reading_page.locator(".verdict").text_content()
        assert ("That is right." in verdict) == (q.argmax() == truth)


def test_cross_entropy_is_taken_apart_as_python_does(reading_page):
    for smoothing, unit in ((0, "nats"), (0.2, "nats"), (0.5, "bits")):
        q = softmax(scores_shown(reading_page))
        truth = reading_page.locator(".bar").evaluate_all("bars => bars.findIndex(bar => bar.classList.contains('true'))")
        reading_page.locator("input#smoothing").fill(str(smoothing))
        press(reading_page, unit)
        settled(reading_page)
        p = np.eye(3)[truth] * (1 - smoothing) + smoothing / 3
        scale = np.log(2) if unit == "bits" else 1
        shown = readings(reading_page, ".split")
        assert shown["H(p)"] == pytest.approx(entropy(p) / scale, rel=0.01, abs=1e-3)
        assert shown["KL(p‖q)"] == pytest.approx(kl_divergence(p, q) / scale, rel=0.01, abs=1e-3)
        assert shown["H(p, q) = H(p) + KL(p‖q)"] == pytest.approx(cross_entropy(p, q) / scale, rel=0.01, abs=1e-3)


def test_the_mean_test_loss_is_that_of_the_classic_run(reading_page, wine):
    set_temperature(reading_page, 4)
    expected = -np.log(example.run().predict_proba(wine.x_test, temperature=4)[range(36), wine.y_test]).mean()
    assert readings(reading_page, ".readout")["Mean test loss"] == pytest.approx(expected, rel=0.02)


def test_wines_are_changed_by_buttons(reading_page):
    first = wine_shown(reading_page)
    for name, expected in (("Next", first + 1), ("Previous", first)):
        press(reading_page, name)
        expect(reading_page.locator(".root")).to_have_attribute("data-wine", str(expected), timeout=PATIENCE)
    press(reading_page, "Most wrong")
    settled(reading_page)
    press(reading_page, "Least certain")
    expect(reading_page.locator(".root")).to_have_attribute("data-wine", str(first), timeout=PATIENCE)
    expect(reading_page).to_have_url(re.compile(f"wine={first + 1}"))


def test_a_wine_is_picked_from_the_table(reading_page):
    reading_page.get_by_text("All test wines").click()
    table = reading_page.locator('[data-testid="stDataFrame"]')
    table.wait_for()
    settled(reading_page)
    header, row = 36, 35
    # A click through the locator waits until the expander has come to rest.
    table.click(position={"x": 20, "y": header + 2.5 * row})
    expect(reading_page.locator(".root")).to_have_attribute("data-wine", "2", timeout=PATIENCE)


def test_a_wine_is_picked_from_the_row_of_columns(reading_page):
    columns = reading_page.get_by_role("slider", name="Test wines, Enter opens one")
    width = columns.bounding_box()["width"]
    for column, act in (
        (1, lambda: columns.click(position={"x": 34 + 0.5 * (width - 64) / 36, "y": 40})),
        (36, lambda: (columns.press("End"), columns.press("Enter"))),
    ):
        act()
        expect(columns).to_have_attribute("aria-valuenow", str(column))
        said = columns.get_attribute("aria-valuetext")
        wine = int(re.match(r"Wine (\d+): ", said)[1])
        expect(reading_page.locator(".root")).to_have_attribute("data-wine", str(wine - 1), timeout=PATIENCE)
        expect(reading_page.get_by_label("Test wine, 1 to 36")).to_have_value(str(wine))
        settled(reading_page)


def test_members_can_be_enlarged_to_bars_with_names_and_numbers(reading_page):
    button = reading_page.get_by_role("button", name="Enlarge the members")
    drawn = [word["text"] for word in words_drawn(reading_page, button.click)]
    expect(button).to_have_attribute("aria-pressed", "true")
    assert any(re.fullmatch(r"10: Cultivar \d", text) for text in drawn)
    expect(reading_page.locator("canvas.members")).to_have_attribute("aria-label", re.compile("member 10 says Cultivar"))


def test_texts_of_canvases_have_at_least_13_pixels_and_22_in_the_presenters_view(reading_page):
    sizes = {word["size"] for word in words_drawn(reading_page, lambda: set_temperature(reading_page, 2))}
    assert sizes
    assert min(sizes) >= 13
    reading_page.evaluate("document.documentElement.style.setProperty('--text-scale', 1.75)")
    # The theme is read when the page answers.
    set_temperature(reading_page, 4)
    expect(reading_page).to_have_url(re.compile("temperature=4"), timeout=PATIENCE)
    settled(reading_page)
    sizes = {word["size"] for word in words_drawn(reading_page, lambda: set_temperature(reading_page, 3))}
    assert min(sizes) >= 22
