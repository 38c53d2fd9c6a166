import re

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.probability.vectors import cross_entropy, entropy, kl_divergence
from testing.browser import settled
from testing.browser_parts import watched_page
from testing.browser_steps import PATIENCE, follow, messages_sent, number_of, press, words_drawn


@pytest.fixture(scope="module")
def shared_page(app, browser):
    with watched_page(browser, f"{app.url}/cross_entropy") as opened:
        yield opened


@pytest.fixture
def page(shared_page):
    """Three classes without a lock, in nats, and nothing is 0."""
    if not shared_page.url.partition("?")[0].endswith("/cross_entropy"):
        follow(shared_page, "cross_entropy")
    shared_page.locator('.root[data-p][data-ready="true"]').wait_for(timeout=PATIENCE)
    shared_page.evaluate("document.documentElement.style.removeProperty('--text-scale')")
    for name in ("3", "nats", "Smoothed p", "Reset"):
        press(shared_page, name)
    settled(shared_page)
    type_share(shared_page, "p", 1, 0.6)
    press(shared_page, "q = p")
    settled(shared_page)
    type_share(shared_page, "q", 3, 0.5)
    return shared_page


def vector(page, name):
    return np.array([float(part) for part in page.locator(".root[data-p]").get_attribute(f"data-{name}").split()])


def type_share(page, name, number, fraction):
    box = page.get_by_label(f"{name} of class {number} as a number")
    box.fill(str(fraction))
    box.press("Enter")
    settled(page)


def readings(page):
    """What the lines end with: H(p, q), H(p), KL(p‖q), KL(q‖p)."""
    totals = [re.split("[≈=]", text)[-1] for text in page.locator(".formulas math").all_text_contents()]
    return [text if text == "∞" else number_of(text.removesuffix("nats").removesuffix("bits")) for text in totals]


def pieces(page, strip):
    return page.locator(".strips").evaluate(
        """(strips, strip) => [...strips.querySelectorAll(`.strip.${strip} .piece`)]
        .map((one) => [Number(one.dataset.value), one.getBoundingClientRect().width])""",
        strip,
    )


def test_a_dragged_bar_moves_the_others_without_the_server(page):
    slider = page.get_by_label("q of class 1", exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    bar, before = page.locator(".vector.q .bar").nth(2).element_handle(), vector(page, "q")

    def drag():
        page.mouse.move(box["x"] + box["width"] * 0.2, middle)
        page.mouse.down()
        bar.evaluate(
            """bar => { window.seen = []; const look = () => { window.seen.push(bar.style.getPropertyValue("--share"));
            window.watching = requestAnimationFrame(look); }; look(); }"""
        )
        page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=30)
        page.evaluate("cancelAnimationFrame(window.watching)")

    assert messages_sent(page, drag) == 0
    assert len(set(page.evaluate("window.seen"))) > 10
    page.mouse.up()
    settled(page)
    q = vector(page, "q")
    assert q[0] > 0.8
    assert q.sum() == pytest.approx(1)
    assert q[2] / q[1] == pytest.approx(before[2] / before[1])


def test_a_locked_bar_stays(page):
    before, lock = vector(page, "p")[1], page.get_by_role("button", name="Lock p of class 2")
    lock.click()
    type_share(page, "p", 1, 0.1)
    np.testing.assert_allclose(vector(page, "p"), [0.1, before, 0.9 - before])
    expect(page.get_by_label("p of class 2", exact=True)).to_be_disabled()
    lock.click()


def test_readings_are_those_of_python(page):
    for unit in ("nats", "bits"):
        type_share(page, "p", 1, 0.9)
        type_share(page, "q", 3, 0.7)
        press(page, unit)
        settled(page)
        p, q, scale = vector(page, "p"), vector(page, "q"), np.log(2) if unit == "bits" else 1
        expected = np.array([cross_entropy(p, q), entropy(p), kl_divergence(p, q), kl_divergence(q, p)]) / scale
        np.testing.assert_allclose(readings(page), expected, rtol=0.01)


def test_an_infinite_divergence_is_shown_as_such(page):
    press(page, "q rules out what p holds possible")
    settled(page)
    total, h, kl, back = readings(page)
    assert (kl, total) == ("∞", "∞")
    assert h == pytest.approx(np.log(3), rel=0.01)
    assert back == pytest.approx(np.log(1.5), rel=0.01)
    assert "KL(p‖q) = ∞" in page.locator(".strip.whole").text_content()
    assert pieces(page, "sums")[-1][0] == np.inf


def test_the_pieces_of_the_classes_are_as_long_as_their_terms_and_as_the_sum(page):
    """A table and four readings repeated the strip."""
    p, q = vector(page, "p"), vector(page, "q")
    (h, wide), (kl, _) = pieces(page, "whole")
    scale = wide / h
    own, excess, whole = -p * np.log(p), p * np.log(p / q), -p * np.log(q)
    for strip, expected in (("parts", [*own, *excess]), ("sums", whole)):
        values, widths = zip(*pieces(page, strip), strict=True)
        np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(widths, np.abs(expected) * scale, atol=1)
    assert sum(whole) == pytest.approx(h + kl)
    assert page.locator("table").count() == 0


def test_the_descent_follows_the_bars(page):
    type_share(page, "p", 1, 0.2)
    floor = entropy(vector(page, "p"))
    expect(page.locator("canvas.descent").last).to_have_attribute(
        "data-floor", re.compile(f"^{floor:.4f}"[:-1]), timeout=PATIENCE
    )
    assert float(page.locator("canvas.descent").last.get_attribute("data-floor")) == pytest.approx(floor)


def test_there_are_two_to_six_classes(page):
    for count in (2, 4, 6):
        press(page, str(count))
        expect(page.locator(".vector.p .bar")).to_have_count(count)
        settled(page)
        assert vector(page, "p").sum() == pytest.approx(1)
        assert len(vector(page, "q")) == count


def test_gradient_descent_runs_down_to_the_entropy_of_each_target(app, open_page):
    page = open_page(f"{app.url}/cross_entropy")
    page.locator('.root[data-p][data-ready="true"]').wait_for(timeout=PATIENCE)
    canvases = page.locator("canvas.descent")
    start = [float(canvas.get_attribute("data-loss")) for canvas in canvases.all()]
    press(page, "Step")
    expect(page.locator("output.steps")).to_have_text("1 of 120 steps")
    press(page, "Run")
    expect(page.locator("output.steps")).to_have_text("120 of 120 steps", timeout=PATIENCE)
    for canvas, before in zip(canvases.all(), start, strict=True):
        loss, floor = float(canvas.get_attribute("data-loss")), float(canvas.get_attribute("data-floor"))
        assert floor <= loss < floor + 0.05 < before
    floors = [float(canvas.get_attribute("data-floor")) for canvas in canvases.all()]
    assert floors[0] == 0
    assert floors[2] == pytest.approx(entropy([0.6, 0.3, 0.1]))
    # The row p - q is not empty when the descent has arrived.
    assert [canvas.get_attribute("data-pushes") for canvas in canvases.all()][1:] == ["0 0 0", "0 0 0"]
    drawn = [word["text"] for word in words_drawn(page, lambda: press(page, "Run"))]
    assert {"p − q", "0.00", "steps", "H(p, q) in nats"} <= set(drawn)
    press(page, "Reset")
    expect(page.locator("output.steps")).to_have_text("0 of 120 steps")


def test_examples_are_one_press_away(page):
    for name in ("One-hot p", "Smoothed p", "q = p"):
        press(page, name)
        settled(page)
        p, q = vector(page, "p"), vector(page, "q")
        expected = {"One-hot p": [1, 0, 0], "Smoothed p": [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3], "q = p": q}[name]
        np.testing.assert_allclose(p, expected)


def test_vectors_survive_another_page(page):
    type_share(page, "p", 1, 0.2)
    follow(page, "train")
    follow(page, "cross_entropy")
    page.locator('.root[data-p][data-ready="true"]').wait_for(timeout=PATIENCE)
    assert vector(page, "p")[0] == pytest.approx(0.2)


def test_the_first_bar_stands_on_the_first_screen_and_is_its_own_handle(app, open_page):
    """“Drag any bar”, but no bar could be dragged; the first slider stood at y = 811."""
    page = open_page(f"{app.url}/cross_entropy", width=1280, height=800)
    page.locator('.root[data-p][data-ready="true"]').wait_for(timeout=PATIENCE)
    bars = page.locator(".vector .bar")
    last = bars.last.bounding_box()
    strip = page.locator(".strip.whole").bounding_box()
    assert last["y"] + last["height"] < strip["y"] < strip["y"] + strip["height"] < 800
    assert page.locator(".vector input[type=range]").count() == bars.count() == 6
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    assert vector(page, "p")[0] == pytest.approx(0.605)
    box = bars.first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    settled(page)
    assert vector(page, "p")[0] == pytest.approx(0.3, abs=0.01)


def test_the_strip_has_round_ticks(page):
    """0.375 and 1.13."""
    for p in (0.1, 0.6, 0.97):
        type_share(page, "p", 1, p)
        ticks = [float(tick) for tick in page.locator(".strips").get_attribute("data-ticks").split()]
        step = ticks[1]
        assert f"{step:e}"[0] in "125"
        np.testing.assert_allclose(np.diff(ticks), step)


def test_words_on_canvases_grow_with_the_presenters_view(page):
    """They stayed at 11 px."""
    assert min(word["size"] for word in words_drawn(page, lambda: press(page, "Step"))) >= 12
    page.evaluate("document.documentElement.style.setProperty('--text-scale', '1.75')")
    press(page, "bits")
    expect(page.locator(".descents figcaption").first).to_contain_text("bits")
    assert min(word["size"] for word in words_drawn(page, lambda: press(page, "Step"))) >= 20


def test_float_arithmetic_gives_nan_for_0_ln_0(page):
    lines = page.locator(".naive math")
    expect(lines).to_have_count(0)
    press(page, "0 ln 0")
    expect(lines).to_have_count(3)
    assert all("NaN" in text for text in lines.all_text_contents())
    assert readings(page)[0] == pytest.approx(cross_entropy([1, 0, 0], [0.7, 0.3, 0]), rel=0.01)
    press(page, "q rules out what p holds possible")
    expect(lines).to_have_count(0)
    assert readings(page)[0] == "∞"
