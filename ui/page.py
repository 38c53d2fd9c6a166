"""What every page begins with, and what its parts are given."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ui.page_registry import HEALTH, PAGES
from ui.server.streamlit_internals import require_router
from ui.widgets import shell

if TYPE_CHECKING:
    from ensemble import Dataset, EnsembleConfig

_PAGES = {**PAGES, HEALTH.url: HEALTH}


class Page:
    """A page that has begun: its title is drawn, and the session has read its link.

    Attributes
    ----------
    url : str
        Its address.
    part : str
        The title of the part that is shown; empty for a page that has no parts.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.part = ""

    @property
    def config(self) -> EnsembleConfig:
        """The configuration that the controls show."""
        from ui import session

        return session.config()

    @property
    def data(self) -> Dataset:
        """The split that the controls ask for."""
        from ui import session

        return session.dataset()


def begin(url: str) -> Page:
    """Draw a page's title, then read the link, and show its notices and its lesson's text.

    The title comes before anything that takes long is imported, so that it is seen at once.
    """
    require_router()
    shell.show_title(_PAGES[url])

    from ui import session
    from ui.widgets.lesson import show_what_the_link_brought

    session.arrive()
    show_what_the_link_brought()
    return Page(url)


def choose_part(page: Page, parts: Mapping[str, ModuleType], **options: Any) -> ModuleType:
    """Let people choose one part of a page by its title; it stays from page to page, and a link may begin with another one."""
    from ui.widgets.parts import choose_part as choose

    page.part = choose(page.url, tuple(parts), **options)
    return parts[page.part]
