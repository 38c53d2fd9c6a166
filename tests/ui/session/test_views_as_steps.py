"""What a page shows, as a step of a plan: opened in another session it shows the same."""

from hypothesis import given
from hypothesis import strategies as some

from ensemble.lecture.plan_file import read_plan
from testing.fuzz import examples
from tests.ui.session.test_session_link import FIELDS, held, new_session
from ui import session
from ui.page import IN_ADDRESS
from ui.session.lecture.draft import IN_PLANS, draft_file, view
from ui.session.link import SECTIONS
from ui.session.views import OF_A_VIEW, open_view
from ui.widget_keys import part_key

__all__ = ["held"]
OF_LINKS_ALONE = {name for key, section in SECTIONS.items() if key not in OF_A_VIEW for name in section.names}


@given(some.data())
@examples(200)
def test_a_view_that_has_become_a_step_of_a_file_opens_as_it_was(data):
    page = data.draw(some.sampled_from(sorted(IN_PLANS)))
    sections = IN_ADDRESS.get(page, ())
    with new_session() as state:
        for key in OF_A_VIEW:
            if SECTIONS[key].everywhere or key in sections:
                values, put, _ = FIELDS[key]
                put(data.draw(values.filter(lambda value: not isinstance(value, str) or value.isprintable())))
        session.set_value(part_key(page), "A part")
        shown = view(page, sections)
        assert not shown.get("settings", {}).keys() & OF_LINKS_ALONE
        session.write_draft_of(None)
        assert session.add_view(page, sections) == 1
        state.draft_plan.title = "Mine"
        plan = state.draft_plan.plan()
    assert read_plan(draft_file(plan).encode()) == plan
    [step] = plan.steps
    assert step.title == f"{IN_PLANS[page]}: A part"
    with new_session() as state:
        state.page = page
        assert open_view(page, step.part, step.settings) == []
        session.set_value(part_key(page), state.part_in_link)
        assert view(page, sections) == shown


def test_the_page_that_writes_plans_is_no_step():
    assert "lesson" not in IN_PLANS
