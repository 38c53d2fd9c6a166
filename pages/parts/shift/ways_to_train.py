"""Class weights and oversampling: training sees other shares than there are, and the correction undoes it."""

from __future__ import annotations

import streamlit as st

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.datasets.digest import digest_of_split
from ensemble.probability.intervals import Band
from ensemble.related import plans
from ensemble.shift.other_shares import AFTER, BEFORE, TRUTH, AtShares, UnseenRows
from ensemble.shift.training_shares import oversampled, rare_shares, seen_shares, with_training_shares
from pages.parts.shift import words_shares as words
from ui import caches, session
from ui.charts import shares as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.text.intervals import change
from ui.widgets.experiment.related import trained


def show_ways(rows: UnseenRows, data: Dataset, config: EnsembleConfig, rows_id: str) -> None:
    """Three ways to train on the same rows, before and after the correction."""
    st.header(words.WAYS_HEADER)
    asked = config, digest_of_split(data)
    runs = trained("ways_to_train", asked, lambda: plans.ways_to_train(config, data)).runs
    if not all(name in runs and runs[name].epochs for name in words.WAYS_NAMES):
        return
    rare = with_training_shares(data, rare_shares(data.classes))
    trained_on = {"plain": rare, "weighted": rare, "oversampled": oversampled(rare)}
    try:
        found = {name: _found(runs[name], one, rare, rows, f"{rows_id} {name}") for name, one in trained_on.items()}
    except InputError as problem:
        st.info(plain(str(problem)))
        return
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        losses = {words.WAYS_NAMES[name]: _losses(one) for name, one in found.items()}
        truth = found["plain"].scored.get(TRUTH)
        draw(
            pictures.ways_to_train(losses, truth.loss.mean if truth else None),
            key="ways_to_train",
            alt="Loss of three networks, as they are and corrected",
            title=_claim(found["weighted"]),
        )
        changes = {name: change(one.change.low, one.change.high) for name, one in found.items() if name != "plain"}
        st.caption(fill(words.WAYS_INTERVALS, row_names=data.row_names, **changes))
    with right:
        counts = ", ".join(f"{plain(name)}: {int((rare.y_train == k).sum())}" for k, name in enumerate(data.class_names))
        st.markdown(fill(words.WAYS, row_names=data.row_names, counts=counts))


def _found(run: Run, trained_on: Dataset, rare: Dataset, rows: UnseenRows, key: str) -> AtShares:
    """The run judged at the shares that the training rows have before any is weighted or repeated."""
    seen = seen_shares(run.config, trained_on)
    at_use = seen_shares(run.config.model_copy(update={"class_weights": "none"}), rare)
    costs = session.prices(rare.classes).costs()
    return caches.at_shares(key, tuple(at_use), caches.hashable(costs), run, rows, seen)


def _losses(found: AtShares) -> tuple[Band, Band]:
    return found.scored[BEFORE].loss, found.scored[AFTER].loss


def _claim(weighted: AtShares) -> str:
    low, high = weighted.change.low, weighted.change.high
    if low <= 0 <= high:
        return fill(words.WAYS_NOTHING)
    return fill(words.WAYS_UNDONE, direction="lowers" if high < 0 else "raises", change=number(abs(weighted.change.mean)))
