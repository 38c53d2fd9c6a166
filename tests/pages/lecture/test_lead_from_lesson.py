"""From the page Lesson a plan is led in a room with one press."""

import pytest

from ensemble.lecture.plan_file import read_plan
from ensemble.lecture.shipped import shipped
from ensemble.room import host
from testing.app_test import open_app, state_of

pytestmark = pytest.mark.usefixtures("training_service")


@pytest.fixture(autouse=True)
def rooms(tmp_path, monkeypatch):
    monkeypatch.setenv(host.VARIABLE, str(tmp_path / "rooms.sqlite"))
    host.rooms.cache_clear()
    yield host.rooms()
    host.rooms.cache_clear()


def test_one_press_leads_a_shipped_plan_and_invites_people(rooms):
    app = open_app("pages/lesson.py")
    app.button(key="lead_trust").click().run()
    assert not app.exception
    own = state_of(app)
    room = rooms.lead(own.room_code, own.room_secret)
    assert read_plan(room.plan_bytes()) == shipped()["trust"] == own.plan
    assert (own.page, own.part) == ("room", "Invite")
    app.button(key="lecture_begin").click().run()
    assert not app.exception
    assert own.page == "predictions"


def test_a_plan_that_is_written_is_led_once_it_can_be_used():
    app = open_app("pages/lesson.py")
    app.button(key="plan_empty").click().run()
    assert app.button(key="lead_draft").disabled
