"""Pages of the shared app that fail a test if they had an error."""

import pytest
from playwright.sync_api import Page

from testing.browser import new_context, settled
from testing.browser_steps import PATIENCE

# Streamlit asks for these under the page's own address before it finds the server's root.
STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def window(browser):
    """Keeps the app's compiled scripts from test to test; loading them takes a page longer than anything else."""
    return browser.contexts[0]


@pytest.fixture
def open_page(browser, window):
    """Opens pages, and fails the test if one of them had an error; a page beside another is somebody else's."""
    pages, errors = [], []

    def note(words, tolerated):
        if not (tolerated and tolerated in words):
            errors.append(words)

    def open_(url, width=1280, height=900, color_scheme="light", wait=True, tolerated="") -> Page:
        def note_console(message):
            if message.type == "error" and not message.location["url"].endswith(STREAMLITS_OWN):
                note(f"{message.text} {message.location['url']}", tolerated)

        taken = any(page.context is window and not page.is_closed() for page in pages)
        page = (new_context(browser) if taken else window).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme)
        page.on("pageerror", lambda error: note(error.stack or str(error), tolerated))
        page.on("console", note_console)
        page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        if wait:
            settled(page)
        return page

    yield open_
    pages = [page for page in pages if not page.is_closed()]
    exceptions = [page.locator('[data-testid="stException"]').count() for page in pages]
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
        if page.context is not window:
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
