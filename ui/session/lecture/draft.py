"""The plan that somebody writes in this session, step by step from views of the app."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.draft import Draft, DraftStep
from ensemble.lecture.plan_file import write_plan
from ui.page_registry import PAGES, title_of_part
from ui.server import plan_schema
from ui.session import settings
from ui.session.link import SECTIONS, address_of_file
from ui.session.state import state
from ui.session.views import OF_A_VIEW, open_view
from ui.widget_keys import part_key

IN_PLANS = {page.url: page.title for page in PAGES.values() if page.url != "lesson"}
"""Titles of the pages that a step can show, by their addresses."""


def draft() -> Draft | None:
    """The plan that is being written; None if there is none."""
    return state().draft_plan


def write_draft_of(plan: Plan | None) -> None:
    """Begin a draft from a plan or an empty one; the previous draft is lost."""
    state().draft_plan = Draft.of(plan) if plan else Draft()


def forget_draft() -> None:
    """Delete the draft."""
    state().draft_plan = None


def read_draft(content: bytes) -> None:
    """Begin a draft from the file of a plan, which may be unfinished.

    Raises
    ------
    InputError
        If it is no plan, or has a page that this app does not have; the previous draft is then kept.
    """
    found = Draft.read(content)
    for number, step in enumerate(found.steps, 1):
        page = step.values["page"]
        if page not in IN_PLANS:
            raise InputError(f"Step {number}, page: no step can show “{page}”. Choose one of: {', '.join(IN_PLANS)}.")
    state().draft_plan = found


def draft_file(plan: Plan) -> str:
    """A plan, which may have gaps, as a file that names its schema.

    Raises
    ------
    InputError
        If the plan is too large for a file.
    """
    return write_plan(plan, address_of_file(plan_schema.PATH))


def view(page: str, sections: Collection[str]) -> dict[str, Any]:
    """The view on a page of this session, as the fields of a step.

    Parameters
    ----------
    page : str
        The address of the page.
    sections : collection of str
        The page's own sections in its links.
    """
    shown = [SECTIONS[key] for key in OF_A_VIEW if SECTIONS[key].everywhere or key in sections]
    query = {name: text for section in shown for name, text in section.write().items()}
    part = str(settings.value_of(part_key(page)) or "")
    return {"page": page} | ({"part": part} if part else {}) | ({"settings": query} if query else {})


def add_view(page: str, sections: Collection[str], at: int | None = None) -> int:
    """Insert the view on a page as a step, at an index or at the end; returns the step's number, from 1.

    Raises
    ------
    InputError
        If the plan has as many steps as a plan may have.
    """
    present = draft() or Draft()
    state().draft_plan = present
    shown = view(page, sections)
    return present.insert({"title": title_of(shown), **shown}, at)


def take_view(step: DraftStep, page: str, sections: Collection[str]) -> None:
    """Replace the view of a step by that on a page; the step's words stay."""
    shown = view(page, sections)
    for name in ("page", "part", "settings"):
        step.take(name, shown.get(name))
    if present := draft():
        present.open_step = None


def open_view_of(present: Draft, step: DraftStep) -> None:
    """Open the view of a step, to be changed; the page then offers to take its view for this step (a callback)."""
    values, present.open_step = step.values, step
    state().notices = open_view(values["page"], values.get("part", ""), values.get("settings", {}))


def title_of(shown: dict[str, Any]) -> str:
    """A title for a view: its page, and its part if it has one."""
    part = title_of_part(shown["page"], str(shown.get("part", "")))
    return f"{IN_PLANS[shown['page']]}: {part}" if part else IN_PLANS[shown["page"]]
