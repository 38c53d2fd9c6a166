"""Downloads of a plan: the hand-out, and the completion file."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.completion import Completion
from ensemble.lecture.shipped import shipped
from ui import session
from ui.page_registry import PAGES
from ui.session.lecture.answers import Answering, answering
from ui.session.link import address_of
from ui.text.format import plain

NOTHING_PROVES = "Nothing in the completion file proves who made it."


def show_afterwards() -> None:
    """Both files, on the last step of the open plan; a lecturer has no completion file."""
    plan = session.plan()
    if plan is None:
        return
    with st.container(key="afterwards", horizontal=True, vertical_alignment="center", gap="small"):
        download_button(plan)
        if not session.state().room_secret:
            completion_button(plan)
            st.caption(NOTHING_PROVES)


def show_of_the_last() -> None:
    """The hand-out of the plan that this tab showed last, even if it was left since; nothing if it showed none."""
    plan = session.state().lecture_record.plan
    if plan is None:
        return
    with st.container(border=True, key="last_plan", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(plan.title)}**, as this tab has shown it", width="stretch")
        download_button(plan, "take_last_hand_out")


def download_button(plan: Plan, key: str = "take_hand_out") -> None:
    """Offer the hand-out of what this session has shown of a plan; it is made when the button is pressed."""
    records = session.state().lecture_record.shown(plan)
    links = {index: _link_of_step(plan, index) for index in range(len(plan.steps))}
    further, present = _further(plan), answering(plan)

    def make() -> str:
        from ui.report.hand_out import hand_out  # here, because only a press of its button needs it
        from ui.report.of_the_lecture import Around, lecture_shown
        from ui.widgets.qr import qr_code

        qr = qr_code(further[0][1]) if further and further[0][1] == links[0] else ""
        around = Around(present.people, further, qr, present.by_step())
        return hand_out(lecture_shown(plan, records, links.__getitem__, around), datetime.now(UTC))

    st.download_button(
        "Hand-out",
        make,
        "hand-out.html",
        "text/html",
        key=key,
        icon=":material/print:",
        on_click="ignore",
        help="The steps with the numbers, pictures and answers of this lecture. One page to read offline or to print.",
    )


def completion_button(plan: Plan) -> None:
    """Offer the completion file of a plan."""
    present, done, link = answering(plan), session.state().steps_done | {session.state().step}, _link_of_plan(plan)
    st.download_button(
        "Completion file",
        lambda: _completion(present, len(done & {*range(len(plan.steps))}), link),
        "completion.json",
        "application/json",
        key="take_completion",
        icon=":material/task_alt:",
        on_click="ignore",
        help="For a course that asks for it: steps done, your own score, and the link. Your name is not in it.",
    )


def _completion(present: Answering, done: int, link: str) -> bytes:
    plan = present.plan
    return Completion(
        plan=plan.title,
        steps_done=done,
        steps=len(plan.steps),
        score=present.own_score(),
        link=link if link.startswith("http") else "",
        date=f"{datetime.now(UTC):%Y-%m-%d}",
    ).to_bytes()


def _link_of_plan(plan: Plan, step: int = 0) -> str:
    """The address of a plan at a step; empty if the plan is too long for a link."""
    try:
        return session.link_of_plan(plan, step)
    except InputError:
        return ""


def _link_of_step(plan: Plan, index: int) -> str:
    """The address of a step; the address of its view if the plan is too long for a link; empty for an unknown page."""
    step = plan.steps[index]
    if step.page not in PAGES:
        return ""
    part = {"part": step.part} if step.part else {}
    return _link_of_plan(plan, index) or address_of(step.page, {**step.settings, **part})


def _further(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Titles and addresses of the plan itself, and of the plans that ship with the app."""
    own = (("This plan again, alone, at your own pace", _link_of_plan(plan)),)
    others = (
        (f"{other.title} ({other.minutes:g} minutes)", _link_of_plan(other)) for other in shipped().values() if other != plan
    )
    return tuple((title, link) for title, link in (*own, *others) if link)
