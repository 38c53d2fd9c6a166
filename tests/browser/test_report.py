"""The report in a browser that has no network."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from ensemble.classic import outcome
from tests.pages.train.test_report import HOSTILE, MADE_AT, run_on
from ui.report.document import report
from ui.text.format import number

WIDTH_OF_A4 = 718


@contextmanager
def opening(browser, folder):
    """Opens a report from its file; the block fails at its end if the report asked for anything or had an error."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}, color_scheme="dark")
    asked, errors = [], []

    def open_(run, data):
        file = folder / "report.html"
        file.write_text(report(run, data, MADE_AT), encoding="utf-8")
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(file.as_uri())
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        assert asked == [file.as_uri()]
        return page

    yield open_
    context.close()
    assert not errors
    assert len(asked) == 1


@pytest.fixture
def open_report(browser, tmp_path):
    with opening(browser, tmp_path) as open_:
        yield open_


@pytest.fixture(scope="module")
def page(browser, wine, tmp_path_factory):
    """The report of a short run, for all tests that leave it as it was."""
    with opening(browser, tmp_path_factory.mktemp("report")) as open_:
        yield open_(run_on(wine, epochs=200), wine)


def width_in(page, width):
    """The width that the document takes in a window of that width, once the figures have followed."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        """width => new Promise(followed => { const figure = document.querySelector("#losses .main-svg");
        const look = () => figure.clientWidth <= width ? followed() : requestAnimationFrame(look); look(); })""",
        width,
    )
    return page.evaluate("document.documentElement.scrollWidth")


def test_it_opens_from_a_file_without_a_network_and_draws_its_figures(page, wine):
    run = run_on(wine, epochs=200)
    for name, marks in (("losses", ".scatterlayer .js-line"), ("reliability", ".scatterlayer .trace"), ("triangle", ".point")):
        assert page.locator(f"#{name} {marks}").count() >= 2
    assert page.locator("#triangle .point").count() == len(wine.y_test)
    assert f"{number(outcome(run, wine).test_loss)} nats" in page.locator("dl").inner_text()
    assert page.locator("table.rows tbody tr").count() == len(wine.y_test)


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_window(page, width):
    assert width_in(page, width) <= width


def test_it_is_light_for_somebody_who_likes_it_dark(page):
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('#losses .bg')).fill") == "rgb(255, 255, 255)"


def test_figures_answer_to_the_pointer(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#losses .nsewdrag").hover()
    page.locator("#losses .hoverlayer .hovertext").first.wait_for()
    assert "nats" in page.locator("#losses .hoverlayer").text_content()


def test_hostile_names_are_shown_as_they_stand(open_report, wine):
    data = replace(wine, name=HOSTILE[0], class_names=HOSTILE, feature_names=(*HOSTILE, *wine.feature_names[3:]))
    page = open_report(run_on(data), data)
    assert page.locator("img").count() == 0
    assert HOSTILE[0] in page.locator("header").inner_text()
    assert HOSTILE[0] in page.locator("ul").inner_text()
    legend = page.locator("#triangle .legendtext").all_text_contents()
    short = [name if len(name) <= 40 else name[:39] + "…" for name in HOSTILE]
    assert [text.replace("\xa0", " ") for text in legend[:3]] == short
    in_legend_and_corner = page.locator("#triangle").text_content().replace("\xa0", " ").count(HOSTILE[0])
    assert in_legend_and_corner == 2


def test_it_prints_on_sheets_of_a4_without_cutting_anything_off(page):
    page.emulate_media(media="print")
    assert width_in(page, WIDTH_OF_A4) <= WIDTH_OF_A4
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
