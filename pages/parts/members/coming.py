"""Messages of a part while an ensemble that it needs is still being trained."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ensemble.related.plans import WAYS
from pages.parts.members import words
from pages.parts.members.context import Context
from ui.text.fill import fill

NAMES = {"many": "large ensemble", "linear": "ensemble without an activation", "relu": "relu ensemble"}


def are_here(context: Context, *names: str) -> bool:
    """Whether these runs have been trained; if not, a message names the missing ones."""
    missing = [name for name in names if name not in context.runs]
    if missing:
        st.info(fill(words.COMING, names=in_a_list(missing)), icon=":material/hourglass_top:")
    return not missing


def trained_ways(context: Context) -> list[str]:
    """The ways of training whose ensemble has been trained, in their order."""
    return [way for way in WAYS if way in context.runs]


def in_a_list(names: Sequence[str]) -> str:
    """The ensembles' names in a sentence.

    >>> in_a_list(["bootstrap"]), in_a_list(["independent", "many"])
    ('bootstrap ensemble', 'independent ensemble and the large ensemble')
    """
    return " and the ".join(NAMES.get(name, f"{name} ensemble") for name in names)
