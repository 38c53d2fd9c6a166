"""How Python source is written from templates: what comes from data gets in as a literal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

WIDTH = 100


@cache
def environment() -> Environment:
    """The templates of this package."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # here, because the first page should not wait for it

    # Nothing is escaped: the result is Python, and each value in it a literal.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined, trim_blocks=True
    )


def quoted(text: str) -> str:
    """A literal of the text, cut so that it fits on a line; in double quotes, as formatters like it, if that is the same."""
    whole = text
    while len(repr(text)) > WIDTH - 20:
        text = text[:-1]
    literal = repr(text if text == whole else text + "…")
    return literal if '"' in literal else f'"{literal[1:-1]}"'


def sequence(name: str, literals: Sequence[str]) -> str:
    """A list on one line, or with a line for each literal if that gets too long."""
    one_line = f"[{', '.join(literals)}]"
    if len(f"{name} = {one_line}") <= WIDTH:
        return one_line
    return "\n".join(["[", *(f"    {literal}," for literal in literals), "]"])


def no_formula(name: str) -> str:
    """The name, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{name}" if unicodedata.normalize("NFKC", name).strip()[:1] in {*"=+-@\u2212"} else name
