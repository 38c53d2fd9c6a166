"""The first screen of a phone: the picture, or most of it, and what moves it."""

import pytest
from playwright.sync_api import expect

from ensemble.lecture.plan_file import write_plan
from ensemble.lecture.shipped import shipped
from testing.browser import new_context, settled
from testing.browser_parts import picture
from testing.browser_steps import PATIENCE, press
from testing.people.lecture_walk import main_picture
from ui.session.lecture.step_in_room import lecture_in, take_to

PHONE = {"width": 390, "height": 844}
PLAN = shipped()["lecture"]
WITHOUT_A_QUESTION, WITH_ONE, ANSWERED = 380, 260, 380
"""So many pixels of a picture are seen at least, if it has as many."""
STEPS = {step.title: index for index, step in enumerate(PLAN.steps)}
SHOWN = ("Three scores", "Temperature", "The loss has two parts", "Ten nets on wine", "One wine nobody agrees on", "The bill")


@pytest.fixture
def room(room):
    """A room that is led through the plan."""
    room.lead(write_plan(PLAN).encode())
    return room


@pytest.fixture
def phone(browser):
    context = new_context(browser, viewport=PHONE, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def seen(located):
    """How many pixels of it are on the first screen, and how high it is."""
    box = located.bounding_box()
    return min(box["y"] + box["height"], PHONE["height"]) - max(box["y"], 0), box["height"]


def assert_seen(located, pixels):
    there, height = seen(located)
    assert there >= min(pixels, height - 1), (there, height)


def test_each_step_of_a_lecture_that_is_led_shows_its_picture(app, phone, room):
    take_to(lecture_in(room), 0)
    phone.goto(f"{app.url}/softmax?room={room.code}")
    for title in SHOWN:
        take_to(lecture_in(room), STEPS[title])
        step = PLAN.steps[STEPS[title]]
        expect(phone.locator(".st-key-step_head")).to_contain_text(title, timeout=PATIENCE)
        main_picture(phone, step).wait_for(timeout=PATIENCE)
        settled(phone)
        if step.question is None:
            assert_seen(main_picture(phone, step), WITHOUT_A_QUESTION)
            continue
        labels = phone.locator(".st-key-room_question").get_by_role("radiogroup").locator("label")
        expect(labels).to_have_count(len(step.question.answers), timeout=PATIENCE)
        settled(phone)
        assert_seen(main_picture(phone, step), WITH_ONE)
        assert len({label.bounding_box()["width"] for label in labels.all()}) == 1, "each answer is as wide as the screen"
        labels.nth(1).click()
        press(phone, "Answer")
        expect(phone.get_by_text("You can change it")).to_be_visible(timeout=PATIENCE)
        settled(phone)
        assert_seen(main_picture(phone, step), ANSWERED)


def test_the_next_step_begins_at_its_beginning(app, phone, room):
    take_to(lecture_in(room), STEPS["Ten nets on wine"])
    phone.goto(f"{app.url}/softmax?room={room.code}")
    main = phone.locator('[data-testid="stMain"]')
    expect(phone.locator(".st-key-step_head")).to_contain_text("Ten nets", timeout=PATIENCE)
    main_picture(phone, PLAN.steps[STEPS["Ten nets on wine"]]).wait_for(timeout=PATIENCE)
    main.evaluate("main => main.scrollTo({ top: 400 })")
    take_to(lecture_in(room), STEPS["One wine nobody agrees on"])
    expect(phone.locator(".st-key-step_head")).to_contain_text("One wine", timeout=PATIENCE)
    phone.wait_for_function("document.querySelector('[data-testid=\"stMain\"]').scrollTop === 0", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("path", "key"), [("members?part=Size", "by_size"), ("calibration?part=Temperature", "over_temperatures")], ids=str
)
def test_buttons_and_parts_take_one_row_each_and_the_picture_is_below(app, open_page, path, key):
    page = open_page(f"{app.url}/{path}", **PHONE)
    expect(picture(page, key)).to_be_visible(timeout=PATIENCE)
    settled(page)
    for row in (".st-key-experiment_bar button:visible", '[class*="_part"] [role="radio"]'):
        boxes = [one.bounding_box() for one in page.locator(row).all()]
        assert len(boxes) >= 4
        assert len({round(box["y"] + box["height"] / 2) for box in boxes}) == 1, row
    for name in ("Pin", "Download", "Settings"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    chosen = page.locator('[class*="_part"] [role="radio"][aria-checked="true"]').bounding_box()
    assert 0 <= chosen["x"] <= PHONE["width"] - chosen["width"], "the chosen part is in sight"
    assert_seen(picture(page, key), WITHOUT_A_QUESTION)


def test_a_lecturer_can_lead_from_a_phone_while_a_question_is_open(app, phone, room):
    take_to(lecture_in(room), STEPS["A guess"])
    phone.goto(f"{app.url}/softmax?room={room.code}&lecturer={room.secret}")
    expect(phone.locator(".st-key-step_head")).to_contain_text("A guess", timeout=PATIENCE)
    settled(phone)
    press(phone, "Reveal")
    expect(phone.locator(".st-key-room_strip").get_by_text("Right: They stay as they are.")).to_be_visible(timeout=PATIENCE)


def test_columns_that_stand_below_each_other_stand_close(app, phone):
    phone.goto(f"{app.url}/members?part=Size")
    settled(phone)
    above, below = (column.bounding_box() for column in phone.locator(".stHorizontalBlock > .stColumn").all())
    assert below["y"] - above["y"] - above["height"] == pytest.approx(16)
