"""What axe-core finds on every page, light and dark, on a desk and on a phone."""

import os
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from testing.browser import ROOT, settled
from testing.browser_parts import SHORT, expect_pictures, open_part, watched_page
from testing.browser_steps import PATIENCE, TITLES, follow, press_train, wait_for_words
from testing.fuzz import is_nightly
from testing.people import crowd

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
HOW_TO_GET_IT = "axe-core is not installed: run `npm ci`."
# By night every view; by day each scheme and each width once.
ALL_VIEWS = [(scheme, width) for width in (1280, 390) for scheme in ("light", "dark")]
VIEWS = ALL_VIEWS if is_nightly() else [("light", 1280), ("dark", 390)]
BY_DAY = ("train",)
HEIGHTS = {1280: 800, 390: 844}
# A rule's impact is axe's own: critical and serious, and what is asked for besides.
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"], elementRef: false })).violations
  .filter(({ id, impact }) => ["critical", "serious"].includes(impact) || ["heading-order", "region"].includes(id))
  .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ").slice(-160)} ${node.any[0]?.message}`))"""


def axe_source(path: Path = AXE) -> str:
    """The text of axe-core; without it the test is skipped, or fails where CI is set."""
    if path.exists():
        return path.read_text(encoding="utf-8")
    if os.environ.get("CI") == "true":
        pytest.fail(HOW_TO_GET_IT)
    pytest.skip(HOW_TO_GET_IT)


@pytest.fixture(scope="module")
def page(app, browser):
    """One page for all of them, with one short training behind it."""
    source = axe_source()
    with watched_page(browser, f"{app.url}/train?{SHORT}") as page:
        page.evaluate(source)
        press_train(page)
        wait_for_words(page, "Finished")
        yield page


def found(page):
    """What axe finds in each view, once each."""
    violations = {}
    page.mouse.move(0, 0)
    # Streamlit puts a help text outside all landmarks, and the last button that was pressed may still show its own.
    expect(page.get_by_test_id("stTooltipContent")).to_have_count(0)
    for scheme, width in VIEWS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        settled(page)
        page.wait_for_timeout(150)
        violations |= {f"{scheme} {width}": one for one in [page.evaluate(RUN)] if one}
    page.set_viewport_size({"width": 1280, "height": 800})
    settled(page)
    return violations


@pytest.mark.fuzz
@pytest.mark.parametrize("name", [name if name in BY_DAY else pytest.param(name, marks=pytest.mark.nightly) for name in TITLES])
def test_axe_finds_nothing_critical_or_serious(page, name):
    """Contrast, alternative texts, and headings in their order (h1, then h2)."""
    if not page.url.partition("?")[0].endswith(f"/{name}"):
        follow(page, name)
    if name == "members":
        expect_pictures(page, ["score_nll"])
    if name == "calibration":
        expect_pictures(page, ["reliability"])
    if name == "data":
        expect_pictures(page, ["counts", "rows"])
    assert found(page) == {}
    if name == "shift":
        open_part(page, "A class that was not there")
        expect_pictures(page, ["roc"])
        assert found(page) == {}
    if name == "decide":
        open_part(page, "The bill")
        expect_pictures(page, ["promised_and_paid"])
        assert found(page) == {}


def look_at(page, url, words):
    page.goto(url)
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.evaluate(axe_source())
    return found(page)


@pytest.mark.nightly
def test_axe_finds_nothing_critical_or_serious_in_a_room(app, open_page, room):
    """The lecturer's parts, and a student's phone before and after the answer, with the class's question and nets."""
    lecturers, students = f"{app.url}/room?room={room.code}&lecturer={room.secret}", f"{app.url}/room?room={room.code}"
    # Two browsers: one that has opened the lecturer's link remembers it.
    student, lecturer = open_page(f"{app.url}/softmax"), open_page(f"{app.url}/softmax")
    assert look_at(student, students, "no question now") == {}
    room.ask(crowd.asked(0))
    assert look_at(student, students, "How sure are you") == {}
    crowd.answer(room, crowd.asked(0), range(30), 0.6, np.random.default_rng(0))
    room.show_distribution()
    room.vote_again()
    crowd.answer(room, crowd.asked(0), range(30), 0.9, np.random.default_rng(1))
    room.reveal()
    assert look_at(student, students, "Right at first") == {}
    assert look_at(lecturer, lecturers, "Photograph the QR code") == {}
    assert look_at(lecturer, f"{lecturers}&part=Guess+together", "A question of your own") == {}
    crowd.answer_five(room, 30)
    assert look_at(lecturer, f"{lecturers}&part=Are+you+a+probability%3F", "The class pooled") == {}
    crowd.train(room, 30)
    assert look_at(lecturer, f"{lecturers}&part=The+class+is+the+ensemble", "of its 30 nets") == {}
    assert look_at(student, students, "Train a net for the class") == {}


def test_without_axe_the_test_is_skipped_and_fails_in_ci(monkeypatch, tmp_path):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="npm ci"):
        axe_source(tmp_path / "axe.js")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="npm ci"):
        axe_source(tmp_path / "axe.js")
