"""Pages of the shared app that fail a test if they had an error."""

import os

import pytest
from playwright.sync_api import Page

from ensemble.room import Rooms, host
from testing.browser import new_context, settled
from testing.browser_steps import PATIENCE

# Streamlit asks for these under the page's own address before it finds the server's root.
STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def window(browser):
    """Keeps the app's compiled scripts from test to test; loading them takes a page longer than anything else."""
    return browser.contexts[0]


@pytest.fixture
def room():
    """A room whose lecturer's link the test has, kept where the app keeps its rooms."""
    made = Rooms(host.store_at(os.environ[host.VARIABLE])).open()
    yield made
    made.close()


@pytest.fixture
def open_page(browser, window):
    """Opens pages, and fails the test if one of them had an error; a page beside another is somebody else's.

    The first is opened in the tab that previous tests left empty: it has the app's scripts in memory, which halves the time.
    """
    pages, errors, listeners = [], [], []

    def note(words, tolerated):
        if not any(known in words for known in tolerated):
            errors.append(words)

    def listen(page, event, listener):
        page.on(event, listener)
        listeners.append((page, event, listener))

    def next_page():
        if any(page.context is window and not page.is_closed() for page in pages):
            return new_context(browser).new_page()
        page = next((tab for tab in window.pages if tab.url == "about:blank"), None) or window.new_page()
        page.bring_to_front()  # browsers draw hidden tabs about once a second
        page.mouse.move(0, 0)
        page.emulate_media(media="null", reduced_motion="null", forced_colors="null")
        return page

    def open_(url, width=1280, height=900, color_scheme="light", wait=True, tolerated=()) -> Page:
        def note_console(message):
            if message.type == "error" and not message.location["url"].endswith(STREAMLITS_OWN):
                note(f"{message.text} {message.location['url']}", tolerated)

        page = next_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme)
        listen(page, "pageerror", lambda error: note(error.stack or str(error), tolerated))
        listen(page, "console", note_console)
        listen(page, "dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        if wait:
            settled(page)
        return page

    yield open_
    pages = [page for page in pages if not page.is_closed()]
    exceptions = [page.locator('[data-testid="stException"]').count() for page in pages]
    for page in pages:
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    for page, event, listener in listeners:
        page.remove_listener(event, listener)
    for page in pages:
        if page.context is window:
            page.goto("about:blank")
            page.unroute_all()
            next((tab for tab in window.pages if tab.url != "about:blank"), page).bring_to_front()
        else:
            page.context.close()
    assert not errors, "\n".join(errors)
    assert not any(exceptions)


@pytest.fixture
def train_page(app, open_page):
    return open_page(f"{app.url}/train")


@pytest.fixture
def reading_page(app, open_page):
    """The example's predictions: those of the classic run."""
    page = open_page(f"{app.url}/predictions")
    page.locator('.root[data-ready="true"]').wait_for(timeout=PATIENCE)
    settled(page)
    return page
