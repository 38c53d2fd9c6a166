"""A view that a student offers for the lecturer's screen: a page of the app with its settings, and nothing else."""

from __future__ import annotations

import math
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from ensemble import InputError
from ensemble.datasets.csv_table import UPLOADED
from ensemble.execution import service
from ensemble.execution.jobs import Job
from ensemble.room.leading import MAX_VIEW
from ui.page_registry import PAGES
from ui.session.link import SECTIONS
from ui.session.settings import present_part
from ui.session.state import state
from ui.session.views import OF_A_VIEW, open_view
from ui.widget_keys import Key

MAX_NAMES = 80
MAX_LETTERS = 400
MAX_SCORE, MAX_SCORES = 10.0, 6
CANNOT_BE_SHOWN = "This page cannot be shown to the class. Offer one that the menu has under Learn or Experiment."
SCORES = "z"
"""Parameter for the scores of the page Softmax, which are not in its address."""
_SECTIONS = (*(key for key in OF_A_VIEW if key != "search"), "part", "run")
KNOWN = frozenset({SCORES}.union(*(SECTIONS[key].names for key in _SECTIONS)))
"""Parameters that a view may have: none of a room, a plan or a lesson, and no text that somebody has typed."""


def own_view() -> str:
    """The view on the session's page, as a link that ``checked_view`` accepts.

    Raises
    ------
    InputError
        If the page cannot be offered.
    """
    query = {name: text for name, text in st.query_params.to_dict().items() if name in KNOWN}
    if part := present_part():
        query["part"] = part
    chosen = st.session_state.get(Key.SCORES)
    if state().page == "softmax" and chosen:
        query |= {SCORES: " ".join(f"{z:.6g}" for z in chosen["z"]), "temperature": f"{chosen['temperature']:.6g}"}
    link = f"{state().page}?{urlencode(query)}"
    checked_view(link)
    return link


def checked_view(link: str) -> tuple[str, str, dict[str, str]]:
    """The page, the part and the other parameters of an offered view, which is untrusted input.

    Raises
    ------
    InputError
        If the link is not to a page of the app that shows an experiment, or has parameters that a view may not have.
    """
    page, _, rest = link[: MAX_VIEW + 1].partition("?")
    if len(link) > MAX_VIEW or page not in PAGES or not PAGES[page].in_lessons:
        raise InputError(CANNOT_BE_SHOWN)
    try:
        pairs = parse_qsl(rest, keep_blank_values=True, max_num_fields=MAX_NAMES)
    except ValueError:
        raise InputError(CANNOT_BE_SHOWN) from None
    query = dict(pairs)
    if query.keys() - KNOWN or len(query) < len(pairs) or any(len(text) > MAX_LETTERS for text in query.values()):
        raise InputError(CANNOT_BE_SHOWN)
    return page, query.pop("part", ""), query


def open_offered_view(link: str) -> Job | None:
    """Open an offered view, without notices on unusable settings; returns its run if it is held here (a callback).

    Raises
    ------
    InputError
        As ``checked_view``.
    """
    page, part, query = checked_view(link)
    run, scores = query.pop("run", ""), _scores(query.pop(SCORES, ""))
    open_view(page, part, query)
    if scores:
        state().new_scores = {"z": scores, "temperature": state().temperature}
    found = service.current().job(run) if run else None
    return found if found and found.dataset.name != UPLOADED else None


def _scores(text: str) -> list[float] | None:
    """Two to six numbers, clipped to -10..10; None for anything else.

    >>> _scores("1 -20"), _scores("1"), _scores("1 nan"), _scores("1 x")
    ([1.0, -10.0], None, None, None)
    """
    try:
        z = [float(one) for one in text.split()]
    except ValueError:
        return None
    if not 2 <= len(z) <= MAX_SCORES or any(map(math.isnan, z)):
        return None
    return [min(max(one, -MAX_SCORE), MAX_SCORE) for one in z]
