"""Numbers and names as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
CHOICES = {
    "rmsprop_keras2": "rmsprop of Keras 2",
    "softmax_squared": "softmax, squared error",
    "softmax_twice": "softmax twice",
}
MIN_WITH_COMMAS = 999.5
EXACTLY = 1e-6
MIN_AS_A_POWER = 999_999.5


def number(value: float) -> str:
    """A loss or another number with three digits: 0.219, 5,000, or 6.2·10⁻⁵ instead of many leading zeros.

    Zeros at the end are written where the number was rounded: 0.1303 is 0.130, and a dropout of 0.5 is 0.5.
    ``formatNumber`` in ``components/lib/format.js`` always writes them, so that live numbers do not jump.

    >>> number(0.21912), number(0.1303), number(6.24e-5), number(9.996e-4), number(0.0), number(-0.5), number(math.inf)
    ('0.219', '0.130', '6.2·10⁻⁵', '10⁻³', '0', '−0.5', '∞')
    >>> number(5000), number(1e6), number(math.nan)
    ('5,000', '10⁶', '–')
    """
    if value == 0:
        return "0"
    if math.isnan(value):
        return "–"
    if value < 0:
        return "−" + number(-value)
    if math.isinf(value):
        return "∞"
    if 1e-3 < value < MIN_WITH_COMMAS:
        in_digits = f"{value:#.3g}".rstrip(".")
        return f"{value:g}" if math.isclose(float(in_digits), value, rel_tol=EXACTLY) else in_digits
    if MIN_WITH_COMMAS <= value < MIN_AS_A_POWER:
        return f"{value:,.0f}"
    return times_a_power(value, 1)


def fixed(value: float, decimals: int, sign: str = "") -> str:
    """A number with so many decimals; with ``sign="+"`` also a plus.

    >>> fixed(-0.5, 2), fixed(0.5, 3, "+")
    ('−0.50', '+0.500')
    """
    return f"{value:{sign}.{decimals}f}".replace("-", "−")


def in_a_column(values: Sequence[float]) -> list[float] | list[str]:
    """Numbers for a column of a table; all of them as text if one is infinite, which a column of numbers cannot show.

    >>> in_a_column([0.5, 0.25]), in_a_column([0.5, math.inf])
    ([0.5, 0.25], ['0.5000', '∞'])
    """
    if all(map(math.isfinite, values)):
        return list(values)
    return [f"{one:.4f}" if math.isfinite(one) else "∞" for one in values]


def times_a_power(value: float, decimals: int) -> str:
    """A positive number as digits times a power of ten, or as the power alone.

    >>> times_a_power(6.24e-5, 1), times_a_power(9.96e-6, 1), times_a_power(2e5, 0)
    ('6.2·10⁻⁵', '10⁻⁵', '2·10⁵')
    """
    digits, _, exponent = f"{value:.{decimals}e}".partition("e")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return power if float(digits) == 1 else f"{digits}·{power}"


def in_words_of_settings(choice: str) -> str:
    """The value of a choice setting as people read it.

    >>> in_words_of_settings("rmsprop_keras2"), in_words_of_settings("adam")
    ('rmsprop of Keras 2', 'adam')
    """
    return CHOICES.get(choice, choice)


def in_words(count: int) -> str:
    """A small number as a word.

    >>> in_words(3), in_words(26)
    ('three', '26')
    """
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def percent(fraction: float, digits: int = 0) -> str:
    """A fraction as a percentage.

    >>> percent(0.979, 1)
    '97.9 %'
    """
    return f"{100 * fraction:.{digits}f} %"


def pretty(feature: str) -> str:
    """A feature's name with spaces for underscores.

    >>> pretty("od280/od315_of_diluted_wines")
    'od280/od315 of diluted wines'
    """
    return feature.replace("_", " ").strip() or feature


def plain(name: str) -> str:
    r"""Escape a name from the data, so that Markdown shows it unchanged.

    A backslash escapes each character that is special in Markdown, formulas or Streamlit's directives. Streamlit looks for
    icons, emoji and ``www`` links after backslashes are removed: an invisible word joiner breaks those up.

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
