"""Where there is no browser."""

import pytest

from testing.browser import HOW_TO_GET_ONE, browser_path
from tests.conftest import without_a_browser


class Playwright:
    class chromium:
        executable_path = "/nowhere/chromium"


def test_without_a_browser_the_tests_are_skipped_with_the_way_to_get_one(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="playwright install chromium"):
        without_a_browser()


def test_without_a_browser_the_tests_fail_where_ci_is_set(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="playwright install chromium"):
        without_a_browser()


def test_an_installed_browser_is_found_where_playwright_has_none(monkeypatch):
    monkeypatch.setattr("testing.browser.shutil.which", lambda name: f"/usr/bin/{name}" if name == "google-chrome" else None)
    assert browser_path(Playwright) == "/usr/bin/google-chrome"
    monkeypatch.setattr("testing.browser.shutil.which", lambda name: None)
    assert browser_path(Playwright) is None
    assert "install" in HOW_TO_GET_ONE
