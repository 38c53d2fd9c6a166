"""Texts with fields: what is put in, what is joined, and that every text of a page can be read."""

import importlib

import pytest
from jinja2 import Environment, UndefinedError, meta

from testing import ROOT
from ui.text.fill import fill

WORDS = sorted(path.parent.name for path in (ROOT / "pages" / "parts").glob("*/words.py"))


def test_a_field_without_a_value_is_refused():
    with pytest.raises(UndefinedError, match="row_names"):
        fill("All {{ row_names }}.")


def test_a_value_is_put_in_as_it_is():
    assert fill("<b>{{ name }}</b>", name="{{ x }} & $y$") == "<b>{{ x }} & $y$</b>"


def test_lines_of_a_paragraph_are_joined_and_nothing_else():
    text = "\nOne\nparagraph, $x$.\n\n$$a$$\n\n$$b$$\n\n- a list,\n  its second line;\n- its end.\n"
    assert fill(text) == "One paragraph, $x$.\n\n$$a$$\n\n$$b$$\n\n- a list,\n  its second line;\n- its end."


def test_numbered_lists_stay_lists():
    assert fill("1. One **thing**.\n2. Another.\n\nIt was\n10 of 12.") == "1. One **thing**.\n2. Another.\n\nIt was 10 of 12."


class Value(str):
    """A value whose attributes are values."""

    def __getattr__(self, name):
        return Value(name)


@pytest.mark.parametrize("page", WORDS)
def test_every_text_of_a_page_is_read(page):
    words = importlib.import_module(f"pages.parts.{page}.words")
    texts = [text for name, text in vars(words).items() if name.isupper() and isinstance(text, str)]
    assert texts
    for text in texts:
        fields = meta.find_undeclared_variables(Environment().parse(text))
        filled = fill(text, **dict.fromkeys(fields, Value("value")))
        assert "{{" not in filled
        assert "{%" not in filled
