"""The prices of errors that the page Decide asks about."""

from __future__ import annotations

from ensemble.decisions.costs import DEFAULT, Prices
from ui.session.state import state


def prices(classes: int) -> Prices:
    """The session's prices for this number of classes; prices for another number are replaced by the preset."""
    present = state().prices
    if present is None or present.classes != classes:
        present = Prices.preset((present and present.name()) or DEFAULT, classes)
    return present


def set_prices(wanted: Prices) -> None:
    """Have these prices from now on."""
    state().prices = wanted
