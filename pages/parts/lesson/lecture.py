"""A lecture: one of the shipped plans, or one's own, to be given or changed."""

from __future__ import annotations

from pages.parts.lesson import choose_plan, lead, write_plan
from ui import session
from ui.widgets.lecture import hand_out


def show() -> None:
    """The plan that is written, or a choice of what to begin with."""
    lead.show_refusal()
    draft = session.draft()
    if draft is None:
        choose_plan.show()
    else:
        write_plan.show(draft)
    hand_out.show_of_the_last()
