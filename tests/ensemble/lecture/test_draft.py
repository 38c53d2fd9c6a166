"""A plan that is being written."""

import pytest

from ensemble import InputError
from ensemble.lecture.draft import Draft
from ensemble.lecture.plan import MAX_STEPS
from ensemble.lecture.plan_file import write_plan
from ensemble.lecture.shipped import shipped


def draft_of(*titles):
    draft = Draft("Mine")
    for title in titles:
        draft.insert({"title": title, "page": "softmax"})
    return draft


def titles(draft):
    return [step.title for step in draft.steps]


@pytest.mark.parametrize("name", [*shipped()])
def test_a_shipped_plan_is_the_same_after_it_was_made_a_draft(name):
    assert Draft.of(shipped()[name]).plan() == shipped()[name]


def test_steps_move_within_the_ends_and_the_one_that_is_edited_goes_along():
    draft = draft_of("A", "B", "C")
    draft.move(1)
    assert (titles(draft), draft.chosen) == (["A", "B", "C"], 2)
    draft.move(-1)
    draft.move(-1)
    draft.move(-1)
    assert (titles(draft), draft.chosen) == (["C", "A", "B"], 0)
    draft.insert({"title": "D", "page": "train"}, at=1)
    assert (titles(draft), draft.step.title) == (["C", "D", "A", "B"], "D")


def test_all_steps_can_be_removed_and_the_one_after_is_edited_then():
    draft = draft_of("A", "B", "C")
    draft.chosen, draft.open_step = 1, draft.steps[1]
    draft.remove()
    assert (titles(draft), draft.step.title, draft.open_step) == (["A", "C"], "C", None)
    draft.remove()
    draft.remove()
    draft.remove()
    assert (draft.steps, draft.step, draft.chosen) == ([], None, 0)


def test_a_draft_with_gaps_is_kept_and_says_what_is_missing():
    draft = draft_of("A")
    draft.title = " "
    with pytest.raises(InputError, match="needs a title"):
        draft.plan()
    draft.title = "Mine"
    draft.step.take("title", "")
    with pytest.raises(InputError, match="Step 1, title: this is missing"):
        draft.plan()
    draft.step.take("title", "A")
    draft.step.take_in_question("text", "Which?")
    with pytest.raises(InputError, match="Step 1, question, answers"):
        draft.plan()
    draft.step.take_in_question("answers", ["B", "C"])
    draft.step.take_in_question("right", 0)
    assert draft.plan().steps[0].question.right == 0
    draft.step.take_in_question("answers", [])
    draft.step.take_in_question("text", "")
    assert draft.plan().steps[0].question is None
    draft.remove()
    with pytest.raises(InputError, match="at least one step"):
        draft.plan()


def test_a_half_written_plan_is_in_its_file_with_all_that_was_typed():
    draft = draft_of("A", "B", "C")
    draft.steps[1].take("title", "")
    draft.title, draft.about = "", "x" * 3000
    draft.steps[0].take("words", "Line one.\n\nLine two.")
    draft.steps[0].take("settings", {"members": "3"})
    draft.steps[1].take_in_question("answers", ["Same", "Same", "y" * 400])
    draft.steps[2].take_in_question("text", "Which?")
    draft.steps[2].take("shows", [])
    again = Draft.read(write_plan(draft.with_gaps()).encode())
    assert (again.title, again.about) == (draft.title, draft.about)
    assert [step.values for step in again.steps] == [step.values for step in draft.steps]
    gaps = again.gaps()
    assert gaps[0] == "The plan needs a title."
    for said in ("The plan, about", "Step 2, title", "Step 2, question, text", "Step 3, question, answers"):
        assert sum(gap.startswith(said) for gap in gaps) == 1
    with pytest.raises(InputError, match="Step 1, page: “Train” cannot be used"):
        Draft.read(b"steps: [{page: Train}]")


def test_a_draft_without_gaps_is_the_file_of_its_plan():
    plan = next(iter(shipped().values()))
    assert write_plan(Draft.of(plan).with_gaps()) == write_plan(plan)
    assert Draft.of(plan).gaps() == []


def test_no_more_steps_are_taken_than_a_plan_can_have():
    draft = draft_of(*"A" * MAX_STEPS)
    with pytest.raises(InputError, match="at most 60 steps"):
        draft.insert({"title": "B", "page": "train"})
    assert len(draft.steps) == MAX_STEPS


def test_an_empty_list_of_controls_hides_all_and_none_hides_nothing():
    draft = draft_of("A")
    draft.step.take("shows", [])
    assert draft.plan().steps[0].shows == ()
    draft.step.take("shows", None)
    assert draft.plan().steps[0].shows is None
