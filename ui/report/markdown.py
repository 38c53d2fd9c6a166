"""Convert people's Markdown to HTML for a file: HTML tags are escaped, and nothing is fetched."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from ui.report.formulas import as_words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MAX_LETTERS = 4000
MAX_NESTING = 8
ICON = re.compile(r":material/\w{1,40}:")
COLOURED = re.compile(r":(?:small|[a-z]{3,8}(?:-background|-badge)?)\[([^\[\]]*)\]")


def as_html(text: str) -> str:
    """Markdown as HTML: emphasis, lists, code, tables, links to web pages and formulas; pictures stay links.

    Examples
    --------
    >>> as_html("**H**(p) is $\\\\ln 3$ <img src=x>")
    '<p><strong>H</strong>(p) is <span class="formula">ln 3</span> &lt;img src=x&gt;</p>\\n'
    """
    plain = COLOURED.sub(r"\1", ICON.sub("", text[:MAX_LETTERS]))
    return str(_reader().render(plain))


def in_line(text: str) -> str:
    """As ``as_html``, of one line: without a paragraph of its own."""
    plain = COLOURED.sub(r"\1", ICON.sub("", text[:MAX_LETTERS]))
    return str(_reader().renderInline(" ".join(plain.split())))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # here, because only a hand-out needs it

    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    reader.enable("table")
    reader.disable("image")
    reader.inline.ruler.before("escape", "formula", _formula)
    reader.add_render_rule("formula", _written)
    reader.add_render_rule("heading_open", lambda *_: '<p class="heading">')
    reader.add_render_rule("heading_close", lambda *_: "</p>\n")
    return reader


def _formula(state: Any, silent: bool) -> bool:
    """What stands between two dollar signs, or two pairs of them, is one token."""
    start = state.pos
    if state.src[start] != "$":
        return False
    mark = "$$" if state.src[start : start + 2] == "$$" else "$"
    end = state.src.find(mark, start + len(mark))
    inside = state.src[start + len(mark) : end]
    if end < 0 or not inside.strip() or "\n\n" in inside or (mark == "$" and inside != inside.strip()):
        return False
    if not silent:
        state.push("formula", "", 0).content = inside
    state.pos = end + len(mark)
    return True


def _written(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return f'<span class="formula">{as_words(tokens[index].content)}</span>'
