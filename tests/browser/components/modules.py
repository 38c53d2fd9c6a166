"""The components' own modules in a page of their own, as the browser imports them from a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from testing import ROOT

COMPONENTS = ROOT / "ui" / "components"
ADDRESS = "http://components.test"


def import_modules(page: Page, *paths: str) -> Callable[[str, Any], Any]:
    """Make all that these modules export known in the page; returns what evaluates a function there."""

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path.lstrip("/")
        if path:
            route.fulfill(path=COMPONENTS / path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{ADDRESS}/**", serve)
    page.goto(ADDRESS)
    page.evaluate(
        "async (paths) => { for (const path of paths) Object.assign(window, await import(path)); }",
        [f"{ADDRESS}/{path}" for path in paths],
    )
    return lambda function, inputs: page.evaluate(f"(inputs) => ({function})(inputs)", inputs)
