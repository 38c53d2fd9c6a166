"""What every page wears: menu, history, focus, help texts, the presenter's view, and text that can be read."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from ensemble.calibration.temperature import fit_temperature
from ensemble.related import example
from testing.browser import settled
from testing.browser_parts import expect_pictures, key, part_button
from testing.browser_steps import PATIENCE, TITLES, follow, number_of, press, press_train, wait_for_words
from ui.page_registry import SECTIONS
from ui.widget_keys import part_key

SMALLEST, MIN_PRESENTED, MAX_TOP = 12, 22, 260
WITHOUT_PICTURE = ("room",)  # until one is opened
MENU, CLOSED = '[data-testid="stSidebar"]', ("data-collapsed", "true")
# Every text that a canvas draws, with its size in pixels of the screen.
WATCH_CANVASES = """() => {
  window.drawn = new Map();
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    const size = (parseFloat(this.font) * this.getTransform().d) / devicePixelRatio;
    if (this.canvas.getRootNode() instanceof ShadowRoot) {
      const name = this.canvas.className, sizes = window.drawn.get(name) ?? new Map();
      window.drawn.set(name, sizes.set(String(text), size));
    }
    return fillText.call(this, text, ...at);
  };
}"""
DRAWN = "name => Object.fromEntries(window.drawn.get(name) ?? [])"
ALL_SIZES = "() => [...window.drawn].flatMap(([name, texts]) => [...texts].map(([text, size]) => [size, `${name}: ${text}`]))"
# Every other text: the page's own, the components', and Plotly's.
TEXT_SIZES = """() => {
  const found = [];
  const walk = (root) => { for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) walk(node.shadowRoot);
    const text = [...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.textContent.trim()).join("");
    const box = node.getBoundingClientRect();
    const apart = node.closest("style, script, [hidden], .katex, [data-testid=stIconMaterial]");
    if (!text || !box.width || !box.height || apart) continue;
    found.push([parseFloat(getComputedStyle(node).fontSize), text.slice(0, 40)]);
  } };
  walk(document.body);
  return found;
}"""
# How far down the first picture of a page begins: a canvas, a still picture, an image, or bars of probabilities.
FIRST_PICTURE = """() => {
  const found = [];
  const walk = (root) => { for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) walk(node.shadowRoot);
    const { top, width, height } = node.getBoundingClientRect();
    const list = "[class*=st-key-topic_] details, .st-key-plan_lecture";
    const isOne = node.matches(`canvas, img, .js-plotly-plot, .bars, input.bar, .track, ${list}`);
    if (isOne && width > 60 && height > 15) found.push(top);
  } };
  walk(document.querySelector('[data-testid="stMain"]'));
  return Math.min(...found);
}"""
MENU_LINKS = '[data-testid="stTopNavLink"]'
SECTION_NAMES = """links => links.flatMap(link => {
  const name = getComputedStyle(link.parentElement, "::before").content;
  return name === "none" || !name ? [] : [name.replaceAll('"', "")];
})"""


def smaller_than(sizes, limit):
    return [text for size, text in sizes if size < limit - 0.01]


def go(page, address, ready):
    page.goto(address)
    ready.first.wait_for(timeout=PATIENCE)
    settled(page)


@pytest.fixture(scope="module")
def walked(app, browser):
    """A page with the classic run behind it, and every text that its canvases draw."""
    page = browser.contexts[0].new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(f"({WATCH_CANVASES})()")
    page.goto(f"{app.url}/train")
    settled(page)
    press_train(page)
    wait_for_words(page, "Finished")
    page.wait_for_function("window.drawn.has('bars')")
    settled(page)
    yield page
    page.close()


def test_every_page_begins_at_the_top_and_is_one_press_away(app, open_page):
    """220 px of the first 800 carried nothing but a title; no name, no grouping, no order."""
    page = open_page(f"{app.url}/softmax", height=800)
    for name, title in TITLES.items():
        if name != "softmax":
            follow(page, name)
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text(title)
        expect(page).to_have_title(f"{title} · Softmax Lab")
        expect(heading).to_have_css("font-size", "28px")
        if name not in WITHOUT_PICTURE:
            page.wait_for_function(f"({FIRST_PICTURE})() < {MAX_TOP}", timeout=PATIENCE)
    links = page.locator(MENU_LINKS)
    assert links.all_inner_texts() == list(TITLES.values())
    assert links.evaluate_all(SECTION_NAMES) == list(SECTIONS)
    assert len({link.bounding_box()["y"] for link in links.all()}) == 1
    page.get_by_test_id("stLogoLink").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["softmax"])
    settled(page)


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["members", "calibration", "regression", "experiments"])
def test_the_first_picture_of_every_part_is_in_the_upper_third_of_a_laptop(app, open_page, name):
    page = open_page(f"{app.url}/{name}", height=800)
    parts = page.locator(f".st-key-{part_key(name)} [role=radio]")
    parts.first.wait_for()
    for part in parts.all():
        part.click()
        expect(part).to_be_checked()
        settled(page)
        page.wait_for_function(f"({FIRST_PICTURE})() < {MAX_TOP}")


def test_on_a_phone_the_menu_closes_when_a_page_is_chosen(app, open_page):
    """Not over the page on arrival by link, and gone once a page is chosen."""
    page = open_page(f"{app.url}/train", width=390, height=844)
    menu = page.locator(MENU)
    expect(menu).to_have_attribute(*CLOSED)
    expect(page.get_by_role("heading", level=1)).to_have_css("font-size", "22px")
    for again in (True, False):
        page.locator('[data-testid="stExpandSidebarButton"]').click()
        expect(menu).to_have_attribute("data-collapsed", "false")
        links = menu.locator('[data-testid="stSidebarNavLink"]')
        assert links.evaluate_all(SECTION_NAMES) == list(SECTIONS)
        if again:
            page.reload()
            settled(page)
            expect(menu).to_have_attribute(*CLOSED)
    page.locator(f'{MENU} a[href$="/members"]').click()
    expect(page.get_by_role("heading", level=1, name=TITLES["members"])).to_be_visible(timeout=PATIENCE)
    expect(menu).to_have_attribute(*CLOSED)
    settled(page)
    on_top = "() => Boolean(document.elementFromPoint(120, 400)?.closest('[data-testid=stMain]'))"
    page.wait_for_function(on_top, timeout=PATIENCE)


def test_back_takes_one_press_a_page(app, open_page):
    """A page's own changes of its address are no steps."""
    page = open_page(f"{app.url}/cross_entropy")
    follow(page, "members")
    part_button(page, "Disagreement").click()
    expect(page).to_have_url(re.compile("part=Disagreement"), timeout=PATIENCE)
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["cross_entropy"], timeout=PATIENCE)
    settled(page)
    assert page.url.partition("?")[0].endswith("/cross_entropy")
    follow(page, "train")
    for members in (11, 12, 13):
        key(page, "Ensemble size", "ArrowRight")
        expect(page).to_have_url(re.compile(f"members={members}"), timeout=PATIENCE)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["cross_entropy"], timeout=PATIENCE)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["train"], timeout=PATIENCE)
    settled(page)
    assert page.get_by_role("slider", name="Ensemble size").get_attribute("value") == "13"


@pytest.mark.parametrize("color_scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_links_show_the_focus_as_everything_else_does(app, open_page, color_scheme):
    """Menu links without a visible focus; page links too."""
    page = open_page(f"{app.url}/data", color_scheme=color_scheme)
    colour = {"light": "rgb(14, 124, 134)", "dark": "rgb(42, 165, 176)"}[color_scheme]
    settled(page)
    for link in (page.locator('[data-testid="stTopNavLink"]').nth(2), page.get_by_test_id("stPageLink-NavLink").first):
        page.keyboard.press("Tab")
        link.focus()
        expect(link).to_be_focused()
        for name, value in {"outline-style": "solid", "outline-width": "2px", "outline-color": colour}.items():
            expect(link).to_have_css(name, value)


def test_a_help_text_passes_the_pointer_and_closes_on_click(app, open_page):
    """The tooltip covers neighbouring controls and stays after the press."""
    page = open_page(f"{app.url}/train")
    button, help_text = page.get_by_role("button", name="Classic example"), page.get_by_test_id("stTooltipContent")
    button.hover()
    expect(help_text).to_be_visible()
    assert help_text.evaluate("help => getComputedStyle(help).pointerEvents") == "none"
    button.click()
    settled(page)
    expect(help_text).to_be_hidden()


COVERED = """help => {
  const covers = (a, b) => Math.min(a.right, b.right) > Math.max(a.left, b.left) + 1
    && Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top) + 1;
  const box = help.getBoundingClientRect();
  const others = [...document.querySelectorAll("button, input, a[href], [role=slider], [role=radio]")];
  const isMet = (one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    const met = document.elementFromPoint(left + width / 2, top + height / 2);
    return met && one.parentElement.contains(met);
  };
  return others.filter((one) => isMet(one) && !one.matches(":hover") && covers(box, one.getBoundingClientRect()))
    .map((one) => one.getAttribute("aria-label") || one.textContent);
}"""


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["train", "calibration"])
def test_no_help_text_covers_a_control(app, open_page, name):
    """Over the settings of Train each stood on the slider above; over a button on its neighbours."""
    page = open_page(f"{app.url}/{name}", height=800)
    page.locator('[data-testid="stMain"] canvas, .js-plotly-plot').first.wait_for()
    settled(page)
    main, help_text = page.get_by_test_id("stMain"), page.get_by_test_id("stTooltipContent")
    explained = main.get_by_test_id("stTooltipHoverTarget")
    assert explained.count() >= 5
    for target in explained.all():
        if not target.is_visible():
            continue
        target.hover()
        expect(help_text).to_be_visible()
        expect(help_text).to_have_attribute("style", re.compile("translate"))
        assert help_text.evaluate(COVERED) == [], target.inner_text()
        page.mouse.move(2, 2)
        expect(help_text).to_have_count(0)


def test_one_live_region_says_what_came_out_of_a_training(walked):
    """The end of a training was not announced."""
    region = walked.locator('.live-region[role="status"]')
    expect(region).to_have_count(1)
    expect(region).to_have_text(re.compile(r"^Training is complete\. Test accuracy 94\.4 %, test loss 0\.136 nats\.$"))
    follow(walked, "members")
    follow(walked, "train")
    expect(region).to_have_count(1)


def test_no_text_of_a_picture_is_smaller_than_12_pixels(walked):
    """Canvases wrote at 10 to 11 px, Plotly at 11 to 12 px."""
    follow(walked, "predictions")
    walked.wait_for_function("window.drawn.has('sums')")
    follow(walked, "data")
    expect_pictures(walked, ["counts", "rows"])
    assert smaller_than(walked.evaluate(ALL_SIZES), SMALLEST) == []
    assert smaller_than(walked.evaluate(TEXT_SIZES), SMALLEST) == []


def test_trains_picture_names_its_axis_and_marks_what_is_wrong(walked, wine):
    """No "epoch" on the axis, accuracy from 0 to 100 %, names twice, no mark on a wrong wine."""
    follow(walked, "train")
    # Before the run the axes were others: all is drawn anew at another width.
    walked.evaluate("window.drawn.clear()")
    walked.set_viewport_size({"width": 1260, "height": 900})
    walked.wait_for_function("window.drawn.has('bars')")
    for canvas in ("loss", "accuracy"):
        assert {"epoch", "train", "test"} <= set(walked.evaluate(DRAWN, canvas))
    assert "0 %" not in walked.evaluate(DRAWN, "accuracy")
    expect(walked.get_by_text("share right, axis from 80 %")).to_be_visible()
    assert {"Cultivar 0", "Cultivar 1", "Cultivar 2", "✗", "1/3"} <= set(walked.evaluate(DRAWN, "bars"))
    expect(walked.locator(".legend")).to_have_text("previous run")
    run = example.run()
    wrong = int((run.predict_proba(wine.x_test).argmax(axis=1) != wine.y_test).sum())
    walked.evaluate(
        """() => { window.crosses = 0; const fillText = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
          if (text === "✗") window.crosses++; return fillText.call(this, text, ...at); }; }"""
    )
    walked.set_viewport_size({"width": 1270, "height": 900})
    walked.wait_for_function("window.crosses > 0")
    walked.set_viewport_size({"width": 1280, "height": 900})
    settled(walked)
    assert walked.evaluate("window.crosses") % wrong == 0


def test_read_says_which_wine_and_whether_the_net_is_wrong(walked):
    """The sentence, the one-line loss, an entropy above 0 at first, and labels on the picture."""
    follow(walked, "predictions")
    verdict = walked.locator(".verdict")
    expect(verdict).to_have_text(re.compile(r"^Wine 7: the net says Cultivar 2 \(4\d %\)\. It is Cultivar 1\.$"))
    expect(walked.locator(".one-line")).to_have_text(re.compile(r"^−ln 0\.\d+ = 1\.4\d nats"))
    p, loss = re.match(r"−ln (0\.\d+) = (\d\.\d+)", walked.locator(".one-line").text_content()).groups()
    assert -np.log(float(p)) == pytest.approx(float(loss), rel=0.01)
    assert number_of(walked.locator(".split dd").first.text_content()) > 0
    expect(walked.get_by_text("uniform, 1/3")).to_be_visible()
    press(walked, "Next")
    expect(verdict).to_have_text(re.compile(r"^Wine 8: the net says Cultivar \d \((over )?\d+ %\)\. That is right\.$"))


def test_the_best_temperature_on_these_rows_is_marked_and_called_fitted_to_them(walked, wine):
    """T is dragged on the test rows' own loss."""
    follow(walked, "predictions")
    best = fit_temperature(example.run().logits(wine.x_test), wine.y_test)
    words = walked.locator("p.best").text_content()
    shown = float(re.search(r"lowest at T = ([\d.]+)\.", words)[1])
    assert shown == pytest.approx(best, rel=0.01)
    assert "A T chosen here is fitted to the test set" in words
    assert any(text.startswith("lowest here, T =") for text in walked.evaluate(DRAWN, "nll"))
    expect(walked.get_by_role("link", name=re.compile("^Calibration: fit T"))).to_be_visible()


@pytest.mark.nightly
def test_the_presenters_view_is_legible_and_can_be_left(walked, app):
    """Text of canvases and pictures too, no frame through the title, no menu, the place, a way out."""
    run = re.search("run=([^&]+)", walked.url)[1]
    walked.set_viewport_size({"width": 1920, "height": 1080})
    for name, ready in (("train", "canvas.loss"), ("predictions", "canvas.sums"), ("data", ".st-key-rows .main-svg")):
        go(walked, f"{app.url}/{name}?view=presenter&run={run}", walked.locator(ready))
        walked.locator('.st-key-presenter_keys .root[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
        settled(walked)
        assert smaller_than(walked.evaluate(TEXT_SIZES), MIN_PRESENTED) == []
        assert smaller_than(walked.evaluate(ALL_SIZES), MIN_PRESENTED) == []
        assert walked.locator('[data-testid$="NavLink"][href$="/train"]:not([data-testid*="PageLink"])').count() == 0
    go(walked, f"{app.url}/members?view=presenter", walked.get_by_role("radiogroup", name="Part"))
    walked.locator('.st-key-presenter_keys .root[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
    expect(walked.locator(".st-key-presenter_place")).to_have_text("1 / 7")
    walked.mouse.click(4, 700)
    walked.keyboard.press("ArrowRight")
    expect(walked.locator(".st-key-presenter_place")).to_have_text("2 / 7", timeout=PATIENCE)
    frame = "() => getComputedStyle(document.querySelector('[data-testid=stMain]'), '::before').boxShadow"
    assert walked.evaluate(frame) in ("none", "")
    settled(walked)
    walked.keyboard.press("Escape")
    expect(walked.locator('[data-testid="stTopNavLink"]').first).to_be_visible(timeout=PATIENCE)
    settled(walked)
    assert "view=presenter" not in walked.url
    walked.set_viewport_size({"width": 1280, "height": 900})
