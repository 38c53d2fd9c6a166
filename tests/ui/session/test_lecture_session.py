"""A plan in a session: its steps open their views, whatever was set before, and an address brings all of it back."""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan_link import MAX_LINK
from ui import session
from ui.session import link, plan_in_link, views
from ui.session.lecture import steps as lecture
from ui.session.state import STATE, Owner, SessionState

PLAN = Plan.of(
    {
        "title": "Temperature",
        "steps": [
            {"title": "Scores", "page": "softmax", "part": "temperature"},
            {"title": "One wine", "page": "predictions", "settings": {"members": 3, "temperature": 2.5, "wine": 7}},
            {"title": "Prices", "page": "decide", "settings": {"prices": "3~~1_2_5", "row": 4}, "shows": ["members"]},
            {
                "title": "Worse",
                "page": "shift",
                "part": "Worse inputs",
                "settings": {
                    "rows": "blobs",
                    "corruption": "noise",
                    "severity": 5,
                    "shares": "0.1_0.9",
                    "left_out": 2,
                    "drawing": "letter",
                    "net": "independent",
                    "search": "bias",
                    "along": "dropout",
                    "data": "digits",
                },
            },
            {"title": "Gone", "page": "calibrasion"},
            {"title": "Odd", "page": "softmax", "settings": {"room": "ABCDE", "membres": 3, "members": 99}},
        ],
    }
)


@contextmanager
def new_session(query=None, page="softmax"):
    """A session that has begun on a page with this query in its address, without a browser."""
    state = SessionState(owner=Owner("me", "tab"), page=page)
    opened = []
    with (
        patch.object(st, "session_state", {STATE: state}),
        patch.object(st, "query_params", SimpleNamespace(to_dict=lambda: dict(query or {}))),
        patch.object(st, "switch_page", lambda page, query_params: opened.append(page)),
        patch.object(lecture.runs, "show_what_is_asked_for", lambda: None),
    ):
        state.notices = link.read(query or {})
        yield SimpleNamespace(state=state, opened=opened)


def view():
    """What a page shows, as links have it."""
    return {name: text for key in views.OF_A_VIEW for name, text in link.SECTIONS[key].write().items()}


def test_a_step_is_set_as_its_settings_say_and_all_else_is_as_usual():
    with new_session() as here:
        session.open_plan(PLAN)
        assert view() == {}
        session.go_to(1)
        assert view() == {"members": "3", "temperature": "2.5", "wine": "7"}
        session.go_to(3)
        assert view() == PLAN.steps[3].settings
        session.go_to(2)
        assert view() == PLAN.steps[2].settings
        assert here.state.notices == []
        assert here.state.next_page == "decide"


def test_a_step_without_a_part_is_about_the_first_one():
    with new_session():
        session.open_plan(PLAN)
        session.arrive_at_part("step", ("first", "temperature"))
        assert st.session_state["step"] == "temperature"
        session.go_to(5)
        assert session.arrive_at_part("step", ("first", "temperature")) == ""
        assert st.session_state["step"] == "first"


def test_every_section_of_a_view_can_be_set_by_a_step():
    of_links_alone = {"lesson", "part", "room", "lecturer", "plan", "view", "run", "sweep"}
    assert {*link.SECTIONS} - {*views.OF_A_VIEW} == of_links_alone


def test_whoever_goes_on_has_done_a_step_and_whoever_goes_back_has_not():
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(3)
        session.go_to(1)
        assert here.state.steps_done == {0}
        session.finish_step()
        assert here.state.steps_done == {0, 1}


@pytest.mark.parametrize("step", [-1, len(PLAN.steps), 10**9])
def test_beyond_the_ends_of_a_plan_nothing_happens(step):
    with new_session() as here:
        session.go_to(0)
        session.open_plan(PLAN)
        session.go_to(step)
        assert (here.state.step, here.state.steps_done) == (0, frozenset())


def test_a_step_hides_what_it_does_not_show_until_one_leaves_it_or_explores():
    with new_session() as here:
        session.open_plan(PLAN)
        assert session.shows("dropout")
        assert session.shows_all()
        session.go_to(2)
        assert session.shows("members")
        assert not session.shows("dropout")
        assert not session.step_shows("seeds")
        here.state.explores = True
        assert session.shows("dropout")
        session.open_step()
        assert not session.shows("dropout")
        session.leave_plan()
        assert session.shows("dropout")
        assert session.step() is None


def test_a_page_that_is_gone_is_a_sentence_and_opens_nothing():
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(4)
        assert here.state.notices == [
            "Step 5 is about a page “calibrasion”, which this app does not have. The plan stays on this page."
        ]
        assert here.state.next_page == ""


def test_what_a_step_cannot_set_is_a_sentence_each():
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(5)
        assert [notice.startswith("Step 6: ") for notice in here.state.notices] == [True] * 3
        assert here.state.room_code == ""
        assert session.config().members == 32


def test_a_part_that_is_gone_is_a_sentence():
    plan = Plan.of({"title": "Gone", "steps": [{"title": "Part", "page": "softmax", "part": "Reliabilty"}]})
    with new_session() as here:
        session.open_plan(plan)
        said = session.arrive_at_part("step", ("first", "second"))
        there = "The first one is shown. Its parts are: first, second."
        assert said == f"Step 1: this page has no part “Reliabilty”. {there}"
        assert here.state.notices == [said]
        assert session.arrive_at_part("step", ("first", "second")) == ""


def test_a_link_with_a_wrong_part_says_which_there_are():
    parts, titles = (
        ("exponentiate", "two"),
        {"Scores to probabilities": "exponentiate", "Softmax": "exponentiate", "Two": "two"},
    )
    with new_session({"part": "Softmux"}) as here:
        said = session.arrive_at_part("step", parts, titles)
        assert said == "This page has no part “Softmux”. The first one is shown. Its parts are: Softmax, Two."
        assert (here.state.part, here.state.notices) == ("exponentiate", [said])
        assert session.arrive_at_part("another", ("first",)) == said.replace("Softmax, Two", "first")


def test_a_wrong_part_is_said_on_its_own_page_only():
    with new_session({"part": "Softmux"}) as here:
        session.arrive("softmax")
        here.state.page = "softmax"
        said = session.arrive_at_part("step", ("first", "second"))
        session.arrive("softmax")
        assert session.notices() == [said]
        session.arrive("shift")
        assert session.notices() == []


def test_a_part_of_a_link_may_be_named_in_any_case():
    parts, titles = ("exponentiate", "two"), {"Two": "two"}
    for asked in ("two", "Two", "TWO"):
        with new_session({"part": asked}) as here:
            assert session.arrive_at_part("step", parts, titles) == ""
            assert here.state.part == "two"


def test_a_part_of_an_earlier_page_is_no_wrong_part_of_this_one():
    query = {"part": "Size"}
    with new_session(query) as here:
        query.clear()  # as the next page's address is
        assert session.arrive_at_part("step", ("first", "second")) == ""
        assert here.state.notices == []


def test_a_view_of_the_shown_page_is_opened_although_another_page_was_on_its_way():
    """Who is late joins on the page Room: the plan opens at its first step, and then goes to the present one on this page."""
    with new_session() as here:
        here.state.page = "room"
        session.open_plan(PLAN)
        assert here.state.next_page == "softmax"
        views.open_view("room", "", {})
        assert here.state.next_page == "room"


@pytest.mark.parametrize("page", ["softmax", "train", "decide"])
def test_a_bare_link_opens_the_first_step_on_whatever_page_it_is(page):
    with new_session({"plan": plan_in_link.in_link(PLAN)}) as here:
        session.arrive_at_step(page)
        assert here.opened == ([] if page == "softmax" else ["pages/softmax.py"])
        assert here.state.part_in_link == "temperature"


def test_a_link_of_a_step_opens_its_view():
    with new_session({"plan": plan_in_link.in_link(PLAN), "step": "2", "done": "1"}) as here:
        session.arrive_at_step("softmax")
        assert here.opened == ["pages/predictions.py"]
        assert (here.state.step, here.state.steps_done, here.state.temperature) == (1, {0}, 2.5)


def test_a_reload_keeps_what_has_been_moved_since_the_step_was_opened():
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(1)
        here.state.temperature = 7
        address = link.written("temperature", "wine")
    with new_session(address) as here:
        session.arrive_at_step("predictions")
        assert (here.state.step, here.state.steps_done, here.state.temperature) == (1, {0}, 7)
        assert here.opened == []


@pytest.mark.parametrize("in_address", ["2", "3"])  # the browser may have been quicker than the page
def test_back_and_forward_go_to_the_step_of_the_address(in_address):
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(1)
        session.go_to(2)
        here.state.page, here.state.next_page = "decide", ""
        with patch.object(st, "query_params", SimpleNamespace(to_dict=lambda: {"step": in_address})):
            session.arrive_at_step("predictions")
        assert (here.state.step, here.state.temperature) == (1, 2.5)


def test_the_menu_leaves_the_step_as_it_is():
    with new_session() as here:
        session.open_plan(PLAN)
        session.go_to(2)
        here.state.page = "decide"
        session.arrive_at_step("shift")
        assert here.state.step == 2


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ({"plan": "lectures"}, "is damaged"),
        ({"plan": ""}, "is damaged"),
        ({"plan": "<script>"}, "is damaged"),
        ({"plan": "A" * 5000}, "too large"),
        ({"plan": "lecture", "step": "0"}, "asks for a step that is not 1 to"),
        ({"plan": "lecture", "step": "-1"}, "asks for a step that is not 1 to"),
        ({"plan": "lecture", "step": "9" * 30}, "asks for a step that is not 1 to"),
        ({"plan": "lecture", "step": "61"}, "asks for a step that is not 1 to"),
        ({"plan": "lecture", "step": "²"}, "asks for a step that is not 1 to"),
        ({"plan": "lecture", "done": "xyz"}, "The plan starts with none finished"),
        ({"plan": "lecture", "done": "f" * 50}, "The plan starts with none finished"),
        ({"plan": "lecture", "guessed": "7"}, "asked anew"),
        ({"plan": "lecture", "guessed": "0" * 50}, "asked anew"),
    ],
)
def test_a_broken_link_of_a_plan_is_one_sentence(query, notice):
    with new_session(query) as here:
        session.arrive_at_step("softmax")
        [said] = here.state.notices
    assert notice in said
    assert said.endswith(".")


@given(query=some.fixed_dictionaries({}, optional={name: some.text(max_size=40) for name in plan_in_link.IN_LINKS}))
def test_whatever_a_link_says_of_a_plan_the_session_is_sound(query):
    with new_session(query) as here:
        session.arrive_at_step("softmax")
        assert here.state.plan is None or here.state.step in range(len(here.state.plan.steps))
        assert len(here.state.notices) <= 3


def test_the_link_of_a_plan_leads_to_its_step_and_a_long_plan_has_none():
    with patch.object(link.st, "context", SimpleNamespace(url="http://127.0.0.1/lesson")):
        address = session.link_of_plan(PLAN, 1)
        assert address.startswith("http://127.0.0.1/predictions?plan=")
        assert address.endswith("&step=2")
        assert session.link_of_plan(PLAN, 4).startswith("http://127.0.0.1/softmax?plan=")
        words = "".join(chr(0x4E00 + (k * k * 7919) % 20000) for k in range(1900))
        long = Plan.of({"title": "Long", "steps": [{"title": "Words", "page": "softmax", "words": words}]})
        with pytest.raises(InputError, match="too long for a link"):
            session.link_of_plan(long)
        with new_session():
            session.open_plan(long)
            assert "plan" not in link.written()
    assert len(address) <= MAX_LINK


def test_actions_set_what_they_name_and_say_that_it_is_done():
    steps = [
        {"title": "T", "page": "softmax", "action": {"do": "set the temperature", "to": 2}},
        {"title": "W", "page": "predictions", "action": {"do": "choose an example", "to": 7}},
        {"title": "D", "page": "decide", "action": {"do": "choose an example", "to": 8}},
        {"title": "S", "page": "softmax", "action": {"do": "choose an example", "to": 9}},
    ]
    with new_session() as here:
        session.open_plan(Plan.of({"title": "Actions", "steps": steps}))
        for index, step in enumerate(steps):
            session.go_to(index)
            here.state.page, here.state.next_page = step["page"], ""
            assert not session.is_action_done()
            session.do_action()
            assert session.is_action_done()
            assert here.state.next_page == ""
            if index == 0:
                assert here.state.new_scores == {"temperature": 2}
        assert st.session_state[session.Key.SCORED_ROW] == 9
        assert here.state.decided_row is None  # set by the step before, and as usual in this one


def test_the_class_needs_a_room():
    step = {"title": "Class", "page": "train", "action": {"do": "join the class"}}
    with new_session(page="train") as here:
        session.open_plan(Plan.of({"title": "Class", "steps": [step]}))
        session.do_action()
        assert here.state.flash[session.Flash.STEP].startswith("The class meets in a room.")
        assert not session.is_action_done()
