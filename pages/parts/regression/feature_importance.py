"""The net without one feature: shuffled, or dropped and trained again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset, Run
from ensemble.interpretation.feature_importance import affordable, drop_one_effect
from ensemble.related.plans import SEEDS, without_features
from pages.parts.regression import words
from pages.parts.regression.context import Context, OverSeeds, over_seeds
from ui import caches
from ui.charts import regression as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import plain, pretty
from ui.widgets.experiment.related import trained as wanted

if TYPE_CHECKING:
    import pandas as pd

MAX_DROPPED = 30


def show(context: Context) -> None:
    picture, choices = st.columns([2, 1], gap="large")
    with choices:
        trained = over_seeds(context)
        dropped = _runs_without_each(trained.data, trained) if trained else {}
        st.markdown(fill(words.FEATURE_IMPORTANCE, row_names=context.data.row_names))
    if trained:
        with picture:
            _show_rises(trained.data, trained, dropped)
        st.markdown(fill(words.FEATURE_SELECTION))


def _show_rises(data: Dataset, trained: OverSeeds, dropped: dict[str, Sequence[Run]]) -> None:
    runs = trained.runs
    rows, repeats = affordable(runs[0], data, len(runs))
    judged = data.with_at_most(rows)
    tables = {"shuffled": caches.shuffled_features(trained.key, runs, judged, repeats)}
    if dropped:
        tables["dropped, trained again"] = drop_one_effect(runs, dropped, judged)
    largest = tables["shuffled"].nlargest(MAX_DROPPED, "mean")["feature"]
    if len(largest) < data.features:
        tables["shuffled"] = tables["shuffled"][tables["shuffled"]["feature"].isin(largest)]
        st.caption(fill(words.MAX_RISES, features=data.features, shown=MAX_DROPPED))
    draw(
        pictures.importance(tables),
        key="importance",
        alt="Rise of the test loss without each feature",
        title=_claim(tables["shuffled"].nlargest(1, "mean").iloc[0]),
    )
    st.caption(fill(words.MEAN_OVER_SEEDS, seeds=len(runs), rows=len(judged.y_test), row_names=data.row_names, repeats=repeats))


def _claim(first: pd.Series) -> str:
    """A title on the feature whose shuffling raises the loss most, if any does."""
    if first["mean"] <= 0:
        return words.NO_RISE
    return f"The net misses {plain(pretty(str(first['feature'])))} most when it is shuffled"


def _runs_without_each(data: Dataset, trained: OverSeeds) -> dict[str, Sequence[Run]]:
    """The runs trained without each feature, by its name; empty until they have been trained with the present settings."""
    if data.features == 1:
        st.caption(fill(words.ONE_FEATURE))
        return {}
    if data.features > MAX_DROPPED:
        st.caption(fill(words.TOO_MANY_FEATURES, features=data.features, runs=data.features * SEEDS, most=MAX_DROPPED))
        return {}
    dropped = wanted(
        "dropped",
        trained.key,
        lambda: without_features([run.config for run in trained.runs], caches.without_each_feature(data)),
    )
    if not dropped.is_complete:
        return {}
    runs = list(dropped.runs.values())
    return {name: runs[index * SEEDS : (index + 1) * SEEDS] for index, name in enumerate(data.feature_names)}
