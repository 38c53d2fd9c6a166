"""A lesson from its making to the student who opens its link, and the presenter's view."""

import io
import re
from urllib.parse import urlencode

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from ensemble.sharing.lesson import Lesson
from testing.browser import settled
from testing.browser_steps import PATIENCE, TITLES, follow, in_navigation, run_shown, wait_for_epochs, wait_for_words

ELSEWHERE = "http://127.0.0.1:9"
IS_ABOVE = """([first, second]) => {
    const [above, below] = [first, second].map(one => document.querySelector(one).getBoundingClientRect());
    return above.bottom <= below.top;
}"""
HARMFUL = f"""<script>window.harmed = 1</script> <img src=x onerror="window.harmed = 2">

![]({ELSEWHERE}/x.png) ![a][b] [run](javascript:window.harmed=3)

[b]: {ELSEWHERE}/y.png
"""


def turn(page, switch):
    page.get_by_text(switch, exact=True).click()
    settled(page)


def sliders_of_settings(page):
    return page.locator('[data-testid="stSlider"] [data-testid="stWidgetLabel"]')


def link_shown(page):
    return page.locator('[data-testid="stCode"] code')


def make_lesson(page):
    """Two sliders to move, no guesses, and a run that begins on arrival; the link."""
    page.get_by_role("textbox", name="Title").fill("Dropout, day one")
    page.get_by_role("textbox", name="Title").press("Enter")
    expect(page.get_by_role("heading", level=2, name="Dropout, day one")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("textbox", name="Text").fill("Move **dropout** only.")
    page.get_by_role("textbox", name="Text").press("Control+Enter")
    expect(page.get_by_text("Move dropout only.")).to_be_visible(timeout=PATIENCE)
    turn(page, "Hide controls")
    page.get_by_role("button", name="Remove Ensemble size").click()
    expect(page.locator(".stMultiSelect [data-tag]")).to_have_text(["Dropout", "Epochs"], timeout=PATIENCE)
    turn(page, "Ask for guesses")
    turn(page, "Train on arrival")
    expect(link_shown(page)).to_have_text(re.compile("questions=off&train=1"), timeout=PATIENCE)
    settled(page)
    return link_shown(page).text_content()


def read_qr_code(image):
    """What a photograph of it says."""
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(image.screenshot())))
    return code.text


@pytest.mark.nightly
def test_a_lesson_is_made_and_its_link_opens_it_for_somebody_else(app, open_page):
    page = open_page(f"{app.url}/lesson?part=One+view&members=4&epochs=20&dropout=0.4&data=iris")
    link = make_lesson(page)
    # The button that copies the link appeared only on hover.
    page.mouse.move(0, 0)
    expect(page.get_by_role("button", name="Copy to clipboard")).to_be_visible()
    image = page.locator('[data-testid="stImage"] img')
    expect(image).to_be_visible()
    assert read_qr_code(image) == link
    # No alternative text; and it stood 30 px lower than its column begins, and inset.
    expect(image).to_have_attribute("alt", "QR code of the link above")
    assert image.bounding_box()["x"] == link_shown(page).locator("xpath=ancestor::*[@data-testid='stCode']").bounding_box()["x"]
    student = open_page(link)
    expect(student.get_by_role("heading", level=2, name="Dropout, day one")).to_be_visible(timeout=PATIENCE)
    expect(student.get_by_text("Move dropout only.")).to_be_visible()
    wait_for_words(student, "Finished")
    wait_for_epochs(student, 20)
    settled(student)
    expect(sliders_of_settings(student)).to_have_text(["Dropout", "Epochs"])
    assert not student.get_by_role("spinbutton").count()
    expect(student.get_by_role("slider", name="Dropout")).to_have_value("0.4")
    expect(student.get_by_role("slider", name="Epochs")).to_have_value("20")
    expect(student).to_have_url(re.compile("members=4.*data=iris"))
    expect(student.get_by_text("test flowers").first).to_be_visible()
    run = run_shown(student)
    student.reload()
    settled(student)
    wait_for_epochs(student, 20)
    assert run_shown(student) == run
    expect(sliders_of_settings(student)).to_have_text(["Dropout", "Epochs"])
    follow(student, "softmax")
    expect(student.get_by_role("button", name="Next step")).to_be_visible()
    assert not student.locator('[data-testid="stRadio"]').count()


def test_a_lesson_runs_no_script_and_asks_nobody_for_pictures(app, open_page):
    page = open_page(f"{app.url}/train")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app.url}/train?{urlencode(Lesson(title=f'![]({ELSEWHERE}/t.png)', text=HARMFUL).to_query())}")
    expect(page.get_by_text("<script>window.harmed = 1</script>")).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert asked
    assert [url for url in asked if not url.startswith((app.url, "data:", "blob:"))] == []
    assert page.evaluate("window.harmed") is None
    words = page.locator('[data-testid="stMarkdown"]')
    assert words.locator('img, script, a[href^="javascript"]').count() == 0


def expect_step(page, position):
    expect(page.get_by_role("radiogroup", name="Step").get_by_role("radio").nth(position)).to_be_checked(timeout=PATIENCE)
    settled(page)


@pytest.mark.nightly
def test_a_presenters_keys_step_through_a_page_and_on_to_the_next(app, open_page):
    page = open_page(f"{app.url}/softmax?view=presenter")
    expect(page.get_by_role("button", name="Next step")).to_be_visible(timeout=PATIENCE)
    page.locator('.st-key-presenter_keys .root[data-ready="true"]').wait_for(state="attached", timeout=PATIENCE)
    expect_step(page, 0)
    expect(page.locator('[data-testid="stHeader"]')).to_be_hidden()
    expect(in_navigation(page, "train")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "25.5px"
    steps = page.get_by_role("radiogroup", name="Step").get_by_role("radio").count()
    for position in range(1, steps):
        page.keyboard.press("ArrowRight")
        expect_step(page, position)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["cross_entropy"], timeout=PATIENCE)
    settled(page)
    expect(page).to_have_url(re.compile("/cross_entropy.*view=presenter"))
    expect(page.locator('[data-testid="stHeader"]')).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["softmax"], timeout=PATIENCE)
    expect_step(page, steps - 1)


def test_a_switch_and_a_link_open_the_same_presenters_view(app, open_page):
    """A switch loads no new document: its styles have to win over those that the document came with."""
    page = open_page(f"{app.url}/lesson?view=presenter", width=1920, height=1080)
    title = page.get_by_role("heading", level=1)
    settled(page)
    of_the_link = title.bounding_box()
    page.goto(f"{app.url}/lesson")
    page.get_by_text("Presenter's view", exact=True).click()
    expect(page.locator(".st-key-leave_presenter")).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert title.bounding_box() == of_the_link


def test_questions_keeps_its_questions_in_the_presenters_view(app, open_page):
    page = open_page(f"{app.url}/questions?view=presenter", width=1920, height=1080)
    expect(page.locator("details")).to_have_count(30)
    expect(page.locator("summary").first).to_be_visible()
    expect(page.get_by_role("radiogroup").first).to_be_visible()


def test_a_slide_of_a_lecture_has_room_for_its_picture(app, open_page):
    """Settings that nobody can change there are left out, and nothing covers anything else."""
    page = open_page(f"{app.url}/members?plan=lecture&step=7&view=presenter", width=1920, height=1080)
    expect(page.locator(".st-key-experiment_bar")).to_be_hidden()
    page.wait_for_function(IS_ABOVE, arg=[".st-key-leave_presenter", ".st-key-step_strip"])  # once the font has arrived
    page.goto(f"{app.url}/train?plan=lecture&step=6&view=presenter")
    expect(page.locator(".st-key-experiment_bar")).to_be_visible()
