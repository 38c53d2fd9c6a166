"""The shipped plans in a browser: the lecture is given to a class, and the short ones are gone through alone."""

import pytest
from playwright.sync_api import expect

from ensemble.lecture.shipped import shipped
from ensemble.room import host
from testing.browser import new_context, running_app
from testing.browser_steps import PATIENCE
from testing.cluster import eventually
from testing.people.lecture_walk import Walk, give, go_alone
from testing.people.many_tabs import port_of
from testing.people.students import students

LECTURE, PEOPLE, MOST_PRESSES = "lecture", 20, 25
PROJECTOR, PHONE = {"width": 1920, "height": 1080}, {"width": 390, "height": 844}
SCREENS = [(colours, size) for colours in ("light", "dark") for size in (PROJECTOR, PHONE)]


@pytest.fixture(scope="module")
def fresh_app(tmp_path_factory):
    """As a host starts it, with the example and rooms of its own."""
    rooms = tmp_path_factory.mktemp("rooms") / "rooms.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(host.VARIABLE, str(rooms))
        patch.setenv("SOFTMAX_LAB_TRAIN_AHEAD", "1")  # the tests turn it off
        with running_app() as server:
            yield server


def walk_alone(app, open_page, name, size, colours):
    walk = Walk(open_page(f"{app.url}/lesson", **size, color_scheme=colours), shipped()[name])
    go_alone(walk, f"{app.url}/{walk.plan.steps[0].page}?plan={name}")
    assert len(walk.plan.steps) <= walk.presses <= MOST_PRESSES
    return walk


def test_short_plan_is_gone_through_alone(app, open_page):
    walk_alone(app, open_page, "softmax", PHONE, "dark")


@pytest.mark.nightly
@pytest.mark.parametrize(("colours", "size"), SCREENS, ids=str)
@pytest.mark.parametrize("name", [name for name in shipped() if name != LECTURE])
def test_each_short_plan_is_gone_through_alone(fresh_app, open_page, name, colours, size):
    walk_alone(fresh_app, open_page, name, size, colours)


@pytest.mark.nightly
@pytest.mark.parametrize(("colours", "size"), SCREENS, ids=str)
def test_lecture_is_given_to_a_class_with_few_presses(fresh_app, open_page, browser, colours, size):
    page = open_page(f"{fresh_app.url}/lesson", **size, color_scheme=colours)
    walk = Walk(page, shipped()[LECTURE])
    code = walk.lead(fresh_app.url, LECTURE)
    phone = new_context(browser, viewport=PHONE).new_page()
    phone.goto(f"{fresh_app.url}/softmax?room={code}")
    with students(port_of(fresh_app), code, PEOPLE) as present:
        give(walk, PEOPLE, until_all_have_joined=lambda: eventually(lambda: all(one.has_joined for one in present)))
        last = len(walk.plan.steps)
        expect(phone.locator(".st-key-step_head")).to_contain_text(f"{last} / {last}", timeout=PATIENCE)
        questions = sum(step.question is not None for step in walk.plan.steps)
        assert all(len(student.answered) == questions and student.has_joined for student in present)
    phone.context.close()
    print(*(f"{what}: {seconds:.2f} s" for what, seconds in walk.seconds), sep="\n")
    assert walk.presses <= MOST_PRESSES
