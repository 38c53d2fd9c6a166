"""A view that somebody offers for the lecturer's screen: a page of the app with its settings, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from ensemble import InputError
from ensemble.room.leading import MAX_VIEW
from ui.page_registry import PAGES
from ui.session.link import SECTIONS
from ui.session.views import OF_A_VIEW

MAX_NAMES = 80
MAX_LETTERS = 400
CANNOT_BE_SHOWN = "This view cannot be shown to the class. Offer a page of the menu’s groups Learn and Experiment."
_SECTIONS = (*(key for key in OF_A_VIEW if key != "search"), "part", "run")
KNOWN = frozenset(name for key in _SECTIONS for name in SECTIONS[key].names)
"""Parameters of a view: none of a room, a plan, a lesson, or of what somebody has typed."""


def view_of(page: str, query: Mapping[str, str]) -> str:
    """What a page shows, as a link that ``checked_view`` takes; what is not of a view in the address is left out.

    Raises
    ------
    InputError
        If it is none of the pages that can be shown, or too long.
    """
    link = f"{page}?{urlencode({name: text for name, text in query.items() if name in KNOWN})}"
    checked_view(link)
    return link


def checked_view(link: str) -> tuple[str, str, dict[str, str]]:
    """The page, the part and the other parameters of a view that somebody has offered.

    Raises
    ------
    InputError
        If it leads anywhere but to a page of the app about an experiment, or has other parameters than those of a view.
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
