"""A lecture in a room: who may lead it, where it stands, who is lost, and what people offer to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan_file import MAX_BYTES, read_plan, write_plan
from ensemble.lecture.shipped import shipped
from ensemble.room import Rooms, codes, leading
from ensemble.room.access import NotAllowedError
from ensemble.room.sqlite_store import SqliteStore

PLAN = write_plan(shipped()["lecture"]).encode()
VIEW = "softmax?temperature=2"


@pytest.fixture
def rooms(store):
    return Rooms(store, most_rooms=3, most_people=8)


@pytest.fixture
def room(rooms):
    room = rooms.open()
    room.lead(PLAN)
    return room


@pytest.fixture
def phone(rooms, room):
    """The room as a student has it."""
    return rooms.find(room.code)


def test_a_room_keeps_the_plan_and_everybody_is_at_its_step(rooms, room, phone):
    assert read_plan(phone.plan_bytes()) == shipped()["lecture"]
    assert (phone.step(), phone.led().began) == (0, None)
    room.go_to_step(1)
    assert phone.step() == 1
    room.stop_leading()
    assert (phone.plan_bytes(), phone.led(), phone.step()) == (None, None, 0)
    with pytest.raises(InputError, match="no lecture"):
        room.go_to_step(1)
    assert rooms.open().led() is None


def test_the_state_that_phones_hear_of_changes_with_the_plan_and_the_step_alone(room, phone):
    seen = [phone.state]
    for act in (
        lambda: room.go_to_step(1),
        lambda: room.go_to_step(2),
        lambda: room.lead(write_plan(Plan.of({"title": "Other", "steps": [{"title": "One", "page": "train"}]})).encode()),
        lambda: room.stop_leading(),
    ):
        act()
        seen.append(phone.state)
    assert len(set(seen)) == len(seen)
    room.lead(PLAN)
    before, version = room.state, room.version
    phone.say_lost("me", 0)
    phone.offer_view("me", VIEW)
    assert room.state == before, "other phones are not redrawn"
    assert room.version > version, "the lecturer's page is"


def test_the_clock_starts_at_the_first_step_and_steps_start_once(room):
    room.go_to_step(0, clock=lambda: 100.0)
    assert (room.led().began, room.led().step_began) == (100.0, 100.0)
    room.go_to_step(1, clock=lambda: 160.0)
    room.go_to_step(1, clock=lambda: 170.0)
    assert (room.led().began, room.led().step_began) == (100.0, 160.0)


@pytest.mark.parametrize("step", [-1, 60, 10**9, True, 1.0, "1", None])
def test_there_is_no_such_step(room, step):
    with pytest.raises(InputError, match="no such step"):
        room.go_to_step(step)
    assert room.step() == 0


@pytest.mark.parametrize(
    "act",
    [
        lambda room: room.lead(PLAN),
        lambda room: room.go_to_step(1),
        lambda room: room.stop_leading(),
        lambda room: room.lost(0),
        lambda room: room.views(),
        lambda room: room.show_view(codes.digest("me")),
    ],
)
def test_whoever_has_only_the_code_or_another_secret_cannot_lead(rooms, room, phone, act):
    phone.offer_view("me", VIEW)
    other, before = rooms.open(), room.version
    forged = [leading.Leading(room._store, room.code, secret, 8) for secret in ("x", other.secret, "é" * 1000, "\ud800")]
    for stranger in (phone, *forged):
        with pytest.raises(NotAllowedError):
            act(stranger)
    assert room.version == before


def test_a_plan_is_bounded(room):
    assert leading.MAX_PLAN == MAX_BYTES
    for plan in (b"", b"x" * (leading.MAX_PLAN + 1)):
        with pytest.raises(InputError, match="128 kB"):
            room.lead(plan)
    assert room.plan_bytes() == PLAN


def test_ten_thousand_presses_of_one_person_count_once():
    room = Rooms(SqliteStore(":memory:")).open()
    room.lead(PLAN)
    for _ in range(10_000):
        room.say_lost("me", 0)
    assert (room.lost(0), room.people) == (1, 1)


def test_who_is_lost_is_counted_and_withdraws_and_a_full_room_counts_no_more(room, phone):
    for person in range(8):
        phone.say_lost(f"person {person}", 0)
        phone.say_lost(f"person {person}", 0)
    assert room.lost(0) == 8
    with pytest.raises(InputError, match="holds 8 people"):
        phone.say_lost("the ninth", 0)
    for _ in range(2):
        phone.say_lost("person 3", 0, is_lost=False)
    assert room.lost(0) == 7
    assert (phone.is_lost("person 3", 0), phone.is_lost("person 4", 0)) == (False, True)


def test_the_next_step_begins_with_nobody_lost_also_after_going_back(room, phone):
    phone.say_lost("me", 0)
    room.go_to_step(1)
    assert (room.lost(0), room.lost(1)) == (0, 0)
    with pytest.raises(InputError, match="another step"):
        phone.say_lost("me", 0)
    phone.say_lost("me", 1)
    room.go_to_step(1)
    assert room.lost(1) == 1, "the same step is no next one"
    room.go_to_step(0)
    room.go_to_step(1)
    assert room.lost(1) == 0
    room.lead(PLAN)
    assert (room.step(), room.lost(0)) == (0, 0)


def test_views_come_in_order_one_a_person_and_are_withdrawn_or_shown(room, phone):
    for person, link in (("me", "train"), ("you", VIEW), ("me", "softmax?temperature=9")):
        phone.offer_view(person, link)
    mine, yours = codes.digest("me"), codes.digest("you")
    assert room.views() == ((yours, VIEW), (mine, "softmax?temperature=9"))
    assert phone.has_offered("you")
    room.show_view(yours)
    assert room.led().view == yours
    room.show_view("")
    assert (room.led().view, [view.name for view in room.views()]) == ("", [mine]), "what was shown waits no longer"
    phone.withdraw_view("me")
    phone.withdraw_view("me")
    with pytest.raises(InputError, match="withdrawn"):
        room.show_view(mine)
    phone.offer_view("me", VIEW)
    room.show_view(mine)
    room.go_to_step(1)
    assert (room.led().view, room.views()) == ("", ())


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://example.org",
        "//example.org",
        "../health",
        "Softmax",
        "softmax?a=<b> c",
        "softmax?\n",
        "softmax#x",
        "é?a=1",
        "softmax?" + "a" * 2000,
        "a" * 10_000_000,
    ],
)
def test_what_is_no_link_to_a_page_is_not_offered(room, phone, link):
    with pytest.raises(InputError, match="Only a page of this app"):
        phone.offer_view("me", link)
    assert room.views() == ()


@given(some.text() | some.from_regex(r"[a-z_]+\?[ -~]*", fullmatch=True))
def test_any_text_is_a_view_or_refused(link):
    room = Rooms(SqliteStore(":memory:")).open()
    room.lead(PLAN)
    try:
        room.offer_view("me", link)
    except InputError:
        assert room.views() == ()
    else:
        assert [view.link for view in room.views()] == [link]


def test_a_lecture_that_has_ended_takes_nothing_any_more(room, phone):
    room.stop_leading()
    for act in (lambda: phone.say_lost("me", 0), lambda: phone.offer_view("me", VIEW), lambda: room.show_view("")):
        with pytest.raises(InputError, match="no lecture"):
            act()
    room.close()
    for act in (lambda: phone.say_lost("me", 0), lambda: phone.offer_view("me", VIEW), lambda: room.lead(PLAN)):
        with pytest.raises(InputError, match="no room"):
            act()


def test_after_a_restart_the_lecture_is_at_its_step(tmp_path):
    path = tmp_path / "rooms.sqlite"
    before = SqliteStore(path)
    room = Rooms(before).open()
    room.lead(PLAN)
    room.go_to_step(1)
    before.disconnect()
    after = SqliteStore(path)
    again = Rooms(after).find(room.code)
    assert (again.step(), again.plan_bytes()) == (1, PLAN)
    after.disconnect()


def test_the_store_knows_nobody_who_is_lost_or_offers_a_view(tmp_path):
    store = SqliteStore(tmp_path / "rooms.sqlite")
    room = Rooms(store).open()
    room.lead(PLAN)
    room.say_lost("the secret of a phone", 0)
    room.offer_view("the secret of a phone", VIEW)
    store.disconnect()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert VIEW.encode() in content
    assert b"the secret of a phone" not in content
    assert room.secret.encode() not in content
