"""One name for a page: in the menu, on top of it, and in the texts that speak of it."""

import ast
import re

import pytest

from testing import ROOT
from testing.app_test import open_app
from ui.page_registry import PAGES, SECTIONS


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_headed_by_its_name_in_the_menu_and_its_question(page):
    app = open_app(page.script)
    assert not app.exception
    assert [title.value for title in app.title] == [page.title]
    assert app.caption[0].value == page.question


def test_sections_stand_together_in_the_order_of_the_menu():
    sections = [page.section for page in PAGES.values()]
    assert [section for position, section in enumerate(sections) if section not in sections[:position]] == list(SECTIONS)
    assert sections == sorted(sections, key=SECTIONS.index)


def test_every_page_has_a_script_and_every_script_is_a_page():
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {*PAGES, "health", "notes"}


def texts_of(script):
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


def test_texts_speak_of_pages_by_their_names():
    named = {
        name
        for folder in ("pages", "ui", "ensemble")
        for script in (ROOT / folder).rglob("*.py")
        for text in texts_of(script)
        for name in re.findall(r"\bpages? “([^”]+)”", text)
    }
    assert named
    assert named - {page.title for page in PAGES.values()} == {"Health"}
