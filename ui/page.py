"""``begin``, which every page calls first, and ``Page``, through which its parts get settings, rows and runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.page_registry import HEALTH, NOTES, PAGES
from ui.server.streamlit_internals import require_router
from ui.widgets.shell import frame

if TYPE_CHECKING:
    from ensemble import Dataset, EnsembleConfig
    from ensemble.execution.jobs import Job
    from ui.session.state import Related

RELATED = {"members": "ensembles", "calibration": "folds", "decide": "folds", "losses": "outputs", "regression": "seeds"}
WITH_BAR = (*RELATED, "predictions", "experiments", "compare", "shift", "draw")
JUDGES = {"calibration": True, "decide": True, "members": False, "compare": False}
"""Pages that can judge a file of forecasts instead of the run: True if they judge one of its models at a time."""
IN_ADDRESS = {
    "predictions": ("wine", "temperature"),
    "experiments": ("part", "experiment"),
    "questions": ("search",),
    "room": ("part",),
    "decide": ("part", "prices", "temperature", "row"),
    "shift": ("part", "rows", "shares", "corruption", "severity", "left_out"),
    "draw": ("drawing", "net"),
    **dict.fromkeys(("softmax", "members", "calibration", "losses", "regression", "data", "lesson"), ("part",)),
}
_PAGES = {**PAGES, HEALTH.url: HEALTH, NOTES.url: NOTES}


class Page:
    """A page whose title is drawn and whose link has been read.

    Attributes
    ----------
    url : str
        Its address.
    part : str
        The title of the part that is shown; empty for a page that has no parts.
    bar : DeltaGenerator
        Where the bar of the experiment is drawn, below the title.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.part = ""
        self.bar = st.container()
        self._is_drawn = False

    @property
    def config(self) -> EnsembleConfig:
        """The configuration that the controls are set to."""
        from ui import session

        return session.config()

    @property
    def data(self) -> Dataset:
        """The rows and the split that the controls are set to."""
        from ui import session

        return session.dataset()

    @property
    def shown(self) -> Job:
        """The run that the page shows; it has ended and has at least one epoch."""
        from ui import session

        return session.ended_shown_job()

    def related(self) -> Related:
        """The runs that the page needs besides the shown one."""
        from ui import session

        return session.related(RELATED[self.url])

    def write_link(self) -> None:
        """As ``write_link``, once all of the page is drawn."""
        write_link()
        self._is_drawn = True

    def show_bar(self) -> None:
        """Draw the bar of the experiment, or of the file of forecasts that the page judges."""
        from ui import session
        from ui.widgets.experiment.experiment_bar import show_bar
        from ui.widgets.forecasts.forecasts_bar import show_forecasts_bar

        foreign = session.forecasts() if self.url in JUDGES else None
        with self.bar:
            if foreign:
                show_forecasts_bar(foreign, JUDGES[self.url])
                return
            show_bar(RELATED.get(self.url, ""), self._write_link_again)

    def _write_link_again(self) -> None:
        """Call ``write_link`` if the page has been drawn; until then the session still has the part of the previous page."""
        if self._is_drawn:
            self.write_link()


def write_link() -> None:
    """Put what the page shows into its address, and what it says into the record of the lecture; fragments do so too."""
    from ui import session
    from ui.session.lecture import record

    record.keep_numbers()
    session.write_link(*IN_ADDRESS.get(session.state().page, ()))


def begin(url: str) -> Page:
    """Draw a page's title, then read the link and show its notices and its lesson's text.

    The title is drawn before slow modules are imported, so that it appears at once.
    """
    require_router()
    title = frame.show_title(_PAGES[url])

    from ui import session
    from ui.session.lecture import record
    from ui.widgets.lecture.lesson import show_what_the_link_brought

    session.arrive(url)
    session.arrive_at_step(url)
    session.state().page, session.state().part = url, ""  # a page without parts keeps none in its address
    record.begin_page()
    if session.state().room_code and url != NOTES.url:
        from ui.widgets.room.room_strip import show_room  # imported here because it loads pandas, which slows other pages down

        show_room(url)
    if session.plan():
        from ui.widgets.lecture.step_strip import show_step  # imported here because only a plan needs it

        show_step()
    elif session.draft() is not None and url in session.IN_PLANS:
        from ui.widgets.lecture.add_step import show_buttons

        with title:
            show_buttons(url, IN_ADDRESS.get(url, ()))
    page = Page(url)
    show_what_the_link_brought()
    if url in WITH_BAR:
        page.show_bar()
    return page


def show_part(page: Page, part: ModuleType, *context: Any) -> None:
    """Draw a part; one of its own controls then draws it alone, unless it has begun a run, which the whole page is about."""
    from ensemble.errors import InputError
    from ui import session
    from ui.text.format import plain

    run = session.job()

    @st.fragment
    def draw() -> None:
        if session.job() is not run or session.is_refusal_outdated():
            st.rerun()
        try:
            part.show(*context)
        except InputError as problem:  # app.py does not see what a fragment raises
            st.error(plain(str(problem)), icon=":material/error:")
        page.write_link()

    draw()


def choose_part(page: Page, parts: Mapping[str, ModuleType], **options: Any) -> ModuleType:
    """Let people choose one part of a page by its title; the choice is kept from page to page, and a link may set it."""
    from ui.widgets.shell.parts import choose_part as choose

    page.part = choose(page.url, tuple(parts), **options)
    return parts[page.part]
