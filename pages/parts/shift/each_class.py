"""Classes left out in turn: whether the one that is shown first is like the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from ensemble.datasets.table import Table
from ensemble.once import once
from ensemble.probability.intervals import Band
from ensemble.related import measurements
from ensemble.shift.detectors import DETECTORS, TOP
from ensemble.sweeps.novelty import Novelty, novelty_over_seeds
from pages.parts.shift import words_novelty as words
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.text.intervals import change


def show_each_class(table: Table, usual: int | None) -> None:
    """A table of the classes whose runs ship with the app.

    Parameters
    ----------
    table : Table
    usual : int or None
        The class that the part begins with; None where it is no special one.
    """
    found = once(_each_class, table)
    if usual is None or usual not in found:
        return
    st.header(words.EACH_HEADER)
    st.markdown(contrast_in_words(found, usual, [plain(name) for name in table.class_names]))
    names = [name for name in DETECTORS if any(one.name == name for one in found[usual].detectors)]
    st.dataframe(
        {
            "Left out": [plain(table.class_names[left_out]) for left_out in found],
            **{name: [f"{one.detector(name).auroc:.3f}" for one in found.values()] for name in names},
            "In front": [_leaders(one) for one in found.values()],
        },
        hide_index=True,
        column_config={"In front": st.column_config.TextColumn(width="large")},
    )
    st.caption(fill(words.EACH_TABLE, runs=found[usual].runs))


def contrast_in_words(found: Mapping[int, Novelty], usual: int, class_names: Sequence[str]) -> str:
    """How the class shown first compares with the others: how far the best detector is ahead, and where it leads alone."""
    ahead = {left_out: one.ahead_of(TOP) for left_out, one in found.items()}
    leads = {left_out: one.mean for left_out, one in ahead.items()}
    largest, least = max(leads, key=leads.__getitem__), min(leads, key=leads.__getitem__)
    best = found[usual].detectors[0].name
    first = fill(
        words.EACH_LARGEST if usual == largest else words.EACH_NOT_LARGEST,
        usual=class_names[usual],
        best=best,
        ahead=_lead(ahead[usual]),
        largest_class=class_names[largest],
        largest=_lead(ahead[largest]),
        least_class=class_names[least],
        least=_lead(ahead[least]),
        least_best=found[least].detectors[0].name,
    )
    alone = [left_out for left_out, one in found.items() if [each.name for each in one.leaders] == [best]]
    shared = [f"“{class_names[left_out]}” ({_leaders(one)})" for left_out, one in found.items() if left_out not in alone]
    text = words.EACH_SHARED if shared else words.EACH_ALONE
    return f"{first}\n\n{fill(text, best=best, classes=len(found), alone=len(alone), shared=', '.join(shared))}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _lead(ahead: Band) -> str:
    return f"{number(ahead.mean)} ({change(ahead.low, ahead.high)})" if ahead.low < ahead.high else number(ahead.mean)


def _leaders(found: Novelty) -> str:
    return ", ".join(one.name for one in found.leaders)


def _each_class(table: Table) -> dict[int, Novelty]:
    shipped = measurements.of_classes_left_out("novelty", table)
    return {left_out: novelty_over_seeds([one.measurements for one in results]) for left_out, results in shipped.items()}
