"""Words on a phone: whole, and with nothing over them."""

import pytest
from playwright.sync_api import expect

from testing.browser import new_context, settled
from testing.browser_steps import PATIENCE

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser):
    context = new_context(browser, viewport=PHONE, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("calibration", "Calibrated data sets (simulated) with an ECE"),
        ("compare", "A against B over many seeds"),
        ("predictions", "fit T on other rows"),
    ],
)
def test_labels_are_not_cut_short(app, phone, path, shows):
    """ux: a figure, a button and a link ended in three dots, without what they were about."""
    phone.goto(f"{app.url}/{path}")
    words = phone.locator("main p:visible", has_text=shows).first
    words.wait_for(timeout=PATIENCE)
    settled(phone)
    cut = """words => {
        for (let box = words; box.tagName !== "MAIN"; box = box.parentElement)
            if (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX === "hidden") return true;
        return false;
    }"""
    assert not words.evaluate(cut)


def test_the_tools_of_a_table_cover_no_words(app, phone):
    phone.goto(f"{app.url}/calibration?part=Temperature")
    tools = phone.locator('[data-testid="stElementToolbar"]')
    tools.wait_for(timeout=PATIENCE)
    settled(phone)
    above = phone.locator("main p", has_text="T above 1").bounding_box()
    assert above["y"] + above["height"] <= tools.bounding_box()["y"] + 8, "its buttons begin 8 px below its edge"


def test_the_sums_of_expected_costs_are_seen_to_their_end(app, phone):
    phone.goto(f"{app.url}/decide")
    sums = phone.locator(".formulas .seen")
    expect(sums).to_have_count(3, timeout=PATIENCE)
    settled(phone)
    assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= PHONE["width"] - 16 for one in sums.all())
    phone.set_viewport_size({"width": 1280, "height": 900})
    expect(sums.first).to_contain_text("·")


def test_all_classes_of_an_event_are_in_sight(app, phone):
    phone.goto(f"{app.url}/calibration")
    event = phone.locator(".st-key-event").get_by_role("radio")
    event.last.wait_for(timeout=PATIENCE)
    settled(phone)
    assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= PHONE["width"] for one in event.all())


def test_no_title_ends_in_a_line_of_one_sign(app, phone):
    """ux: “right 419 of 600 (70” stood above “%)”."""
    phone.goto(f"{app.url}/data?part=Judge+forecasts")
    title = phone.locator("main p", has_text="mean top probability").first
    title.wait_for(timeout=PATIENCE)
    settled(phone)
    last = """title => {
        const range = document.createRange();
        range.selectNodeContents(title);
        const boxes = [...range.getClientRects()], end = Math.max(...boxes.map(box => box.bottom));
        const line = boxes.filter(box => box.bottom > end - 4);
        return Math.max(...line.map(box => box.right)) - Math.min(...line.map(box => box.left));
    }"""
    assert title.evaluate(last) > 30


@pytest.mark.parametrize("width", [390, 1280])
def test_the_number_on_a_slider_stands_on_one_line(app, open_page, width):
    page = open_page(f"{app.url}/train", width=width)
    numbers = page.locator('[data-testid="stSliderThumbValue"]')
    expect(numbers.first).to_be_visible(timeout=PATIENCE)
    assert max(number.bounding_box()["height"] for number in numbers.all()) < 30
