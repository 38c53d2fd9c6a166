"""Texts with named fields, so that a sentence can be changed without reading Python."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

# The end of a line within a paragraph; blank lines, lists, formulas and indented lines stay as they are.
_SOFT_BREAK = re.compile(r"(?<=\S)\n(?!\d+\. )(?=[^\s$-])")


def fill(text: str, **values: object) -> str:
    r"""Put values into the fields of a text, and join the lines of each paragraph.

    Parameters
    ----------
    text : str
        Markdown as a Jinja2 template: a field is a name in double braces, which LaTeX does not use. Nothing is escaped.
    **values
        Values by the names of the fields. Names from data have to be escaped first (``ui.text.format.plain``).

    Raises
    ------
    jinja2.UndefinedError
        If a field has no value.

    Examples
    --------
    >>> fill(r"All {{ row_names }}: $\frac{1}{M} \sum_m p_m$", row_names="wines")
    'All wines: $\\frac{1}{M} \\sum_m p_m$'
    >>> fill("One\nsentence.\n\n- A list.")
    'One sentence.\n\n- A list.'
    """
    template = _template(text)
    return template if isinstance(template, str) else template.render(values)


@lru_cache(maxsize=256)
def _template(text: str) -> Template | str:
    """The text with its lines joined; as it stands if it has no fields."""
    joined = _SOFT_BREAK.sub(" ", text.strip())
    if "{{" not in joined:
        return joined
    from jinja2 import Environment, StrictUndefined  # imported here because the first page needs no fields

    return Environment(undefined=StrictUndefined, autoescape=False).from_string(joined)
