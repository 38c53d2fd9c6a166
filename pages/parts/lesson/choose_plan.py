"""What a lecture begins with: a shipped plan, a file, or nothing."""

from __future__ import annotations

import streamlit as st

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.shipped import shipped
from ensemble.limits import limits
from pages.parts.lesson import lead, plan_link, words
from ui import session
from ui.text.fill import fill
from ui.text.format import plain
from ui.widgets.lecture.lesson import safe
from ui.widgets.shell import presenter

FILE = "plan_file"
MAX_MEGABYTES = 1


def show() -> None:
    """The shipped plans, each to be tried or changed, and the ways to one's own."""
    st.markdown(fill(words.LECTURE))
    for name, plan in shipped().items():
        with st.container(border=True, key=f"plan_{name}", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch", gap=None):
                st.markdown(f"**{plain(plan.title)}** · {length(plan)}")
                if plan.about:
                    st.caption(safe(plan.about))
            with st.container(horizontal=True, width="content", gap="small"):
                show_ways(name, plan)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            "Start empty",
            key="plan_empty",
            icon=":material/add:",
            on_click=session.write_draft_of,
            args=(None,),
            help="Write a plan of your own.",
        )
        show_file()
        presenter.switch()


def show_ways(name: str, plan: Plan) -> None:
    """What can be done with a plan."""
    lead.show_button(plan, name, is_main=name == next(iter(shipped())))
    st.button(
        "Try it",
        key=f"try_{name}",
        icon=":material/play_arrow:",
        on_click=session.open_plan,
        args=(plan,),
        help="Go through it alone, as students do.",
    )
    st.button(
        "Edit a copy",
        key=f"edit_{name}",
        icon=":material/edit:",
        on_click=session.write_draft_of,
        args=(plan,),
        help="Change its steps and words. The shipped plan stays.",
    )
    plan_link.show(plan, name)


def show_file() -> None:
    """A way to open a file; what is wrong with it is said, and what was written before stays."""
    if problem := session.take_flash(session.Flash.PLAN):
        st.error(plain(problem), icon=":material/error:")
    if not limits().uploads:
        return
    with st.popover("Open a file", key="plan_files", icon=":material/upload:"):
        st.file_uploader(
            "A plan (YAML)",
            key=FILE,
            on_change=_open,
            max_upload_size=MAX_MEGABYTES,
            help="One that was downloaded here. Any text editor changes it.",
        )


def length(plan: Plan) -> str:
    """How long a plan is.

    >>> length(Plan.of({"title": "T", "steps": [{"title": "One", "page": "train", "minutes": 1.5}]}))
    '1.5 min · 1 step'
    """
    return f"{plan.minutes:g} min · {len(plan.steps)} step{'s' if len(plan.steps) > 1 else ''}"


def _open() -> None:
    if file := session.uploaded(FILE):
        try:
            session.read_draft(file.content)
        except InputError as refusal:
            session.flash(session.Flash.PLAN, str(refusal))
