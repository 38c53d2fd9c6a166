"""Numbers and names as people write them."""

from __future__ import annotations

import math
import re

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A loss or another small number: 0.219, or 6.2·10⁻⁵ where decimals would be zeros.

    >>> number(0.21912), number(6.24e-5), number(1e-3), number(0.0), number(-0.5), number(math.inf)
    ('0.219', '6.2·10⁻⁵', '10⁻³', '0', '−0.5', '∞')
    """
    if value == 0:
        return "0"
    if value < 0:
        return "−" + number(-value)
    if math.isinf(value):
        return "∞"
    if value > 1e-3:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(value) + 1e-9)
    digits = f"{value / 10**exponent:.1f}"
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if digits == "1.0" else f"{digits}·{power}"


def in_words(count: int) -> str:
    """A small number as a word.

    >>> in_words(3), in_words(26)
    ('three', '26')
    """
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def percent(share: float, digits: int = 0) -> str:
    """A share of one in percent.

    >>> percent(0.979, 1)
    '97.9 %'
    """
    return f"{100 * share:.{digits}f} %"


def plain(name: str) -> str:
    r"""A name from the data as Markdown has to be given it, so that it is shown as it stands.

    A backslash takes the meaning from every sign that Markdown, formulas or Streamlit's directives know. Streamlit looks for
    icons and emoji after backslashes are gone, and for links to any ``www``: a word joiner, which nobody sees, parts those.

    >>> plain("Cultivar 0"), plain("malic_acid"), plain("$x$ **bold**")
    ('Cultivar 0', 'malic\\_acid', '\\$x\\$ \\*\\*bold\\*\\*')
    >>> plain(":material/home:") == "\\:\u2060material/home\\:"
    True
    """
    one_line = re.sub(r"\s+", " ", name)
    escaped = re.sub(r"([\\`*_{}\[\]()<>#|~$:&!@^])", r"\\\1", one_line)
    escaped = re.sub(r"(\\:)(?=[\w+\-/])", "\\1\u2060", escaped)
    escaped = re.sub(r"(?i)\b(www)(?=\.)", "\\1\u2060", escaped)
    return re.sub(r"^(\s*\d*)([-+=.])", r"\1\\\2", escaped)
