"""Gradient descent on the scores behind q, towards three targets: the part of the loss that training can lower."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components import component

_component = component("gradient_descent")


def gradient_descent(p: Sequence[float], q: Sequence[float], unit: str, *, key: str) -> None:
    """Show how the cross-entropy falls from q towards the likeliest class of p, the same smoothed, and p itself.

    Parameters
    ----------
    p, q : sequence of float
        Probability vectors over the same 2 to 6 classes.
    unit : str
        "nats" or "bits".
    key : str
        Name of the element.
    """
    _component(key=key, data={"p": list(p), "q": list(q), "unit": unit}, height="content")
