"""Screenshots of every page and part: ``python -m benchmarks.pictures``.

They are written to ``pictures/``, which is kept out of the repository: ``<page>-<part>-<view>.png`` is the first screen,
``<page>-<part>-<view>-whole.png`` the whole page. ``--pages train members`` and ``--views phone`` take fewer; ``--query
"members=3&train=1"`` opens each page with a link.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, Page

from testing.browser import ROOT, chromium, new_context, running_app, settled
from ui.page_registry import PAGES
from ui.widget_keys import part_key

FOLDER = ROOT / "pictures"
SECONDS_TO_COME_TO_REST = 1.5


class View(NamedTuple):
    """A screen: its size, its colours, and what the link says besides the page."""

    size: tuple[int, int]
    colours: str
    query: dict[str, str]
    is_whole: bool = True


VIEWS = {
    "laptop": View((1280, 800), "light", {}),
    "laptop-dark": View((1280, 800), "dark", {}),
    "phone": View((390, 844), "dark", {}),
    "phone-light": View((390, 844), "light", {}),
    "presenter": View((1920, 1080), "light", {"view": "presenter"}, is_whole=False),
}


def take(pages: Sequence[str], views: Sequence[str], query: str = "", url: str = "") -> list[Path]:
    """Take the pictures of a new server, or of the one at ``url``; the files."""
    with chromium() as browser:
        if url:
            return _take(browser, url, pages, views, query)
        with running_app() as app:
            return _take(browser, app.url, pages, views, query)


def _take(browser: Browser, url: str, pages: Sequence[str], views: Sequence[str], query: str) -> list[Path]:
    FOLDER.mkdir(exist_ok=True)
    files = []
    for name in views:
        view = VIEWS[name]
        width, height = view.size
        options: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": view.colours}
        context = new_context(browser, **options, reduced_motion="reduce")
        page = context.new_page()
        for address in pages:
            for part in _parts(page, f"{url}/{address}?{query}"):
                asked = urlencode(view.query | ({"part": part} if part else {}))
                page.goto(f"{url}/{address}?{query}&{asked}")
                stem = "-".join(filter(None, (address, re.sub(r"\W+", "_", part).strip("_").lower(), name)))
                files += _photograph(page, FOLDER / stem, view)
                print(files[-1].name, flush=True)
        context.close()
    return files


def _parts(page: Page, address: str) -> list[str]:
    """The titles of a page's parts, as its own control has them; one empty title for a page without parts."""
    page.goto(address)
    _come_to_rest(page)
    choice = page.locator(f'.st-key-{part_key(urlsplit(address).path.strip("/"))} [role="radio"]')
    return [re.sub(r"^\d+ ", "", title) for title in choice.all_inner_texts()] or [""]


def _come_to_rest(page: Page) -> None:
    page.get_by_role("heading", level=1).first.wait_for()
    settled(page)
    page.wait_for_timeout(1000 * SECONDS_TO_COME_TO_REST)


def _photograph(page: Page, stem: Path, view: View) -> list[Path]:
    _come_to_rest(page)
    files = [stem.with_suffix(".png")]
    page.screenshot(path=files[0])
    if view.is_whole:
        width, height = view.size
        whole = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, whole)})
        page.wait_for_timeout(1000 * SECONDS_TO_COME_TO_REST)
        files.append(stem.with_name(f"{stem.name}-whole.png"))
        page.screenshot(path=files[-1])
        page.set_viewport_size({"width": width, "height": height})
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=list(VIEWS))
    parser.add_argument("--query", default="")
    parser.add_argument("--url", default="", help="of a running server")
    chosen = parser.parse_args()
    take(chosen.pages, chosen.views, chosen.query, chosen.url)


if __name__ == "__main__":
    main()
