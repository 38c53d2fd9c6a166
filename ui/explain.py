"""Numbers as people write them."""

from __future__ import annotations

import math

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


def percent(share: float, digits: int = 0) -> str:
    """A share of one in percent.

    >>> percent(0.979, 1)
    '97.9 %'
    """
    return f"{100 * share:.{digits}f} %"
