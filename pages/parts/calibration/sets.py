"""Conformal sets: as many classes as it takes to hold the true one with a chosen probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ensemble import Dataset
from ensemble.calibration.conformal import conformal_sets, coverage_promise, rows_at_threshold, smallest_calibration_set
from ensemble.calibration.temperature import split_rows
from ensemble.probability.vectors import softmax
from ensemble.runs.test_rows import prediction_sets, probability_columns
from pages.parts.calibration import words
from ui.charts import calibration as pictures
from ui.charts import class_colour
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import percent
from ui.widgets.forecasts.judged import Judged, choose_share

if TYPE_CHECKING:
    import pandas as pd


def show(context: Judged) -> None:
    seen, data, classes = context.seen, context.data, context.data.class_names
    left, right = st.columns([1, 1.2], gap="large")
    with right:
        for_coverage, for_share = st.columns(2)
    with for_coverage:
        coverage = _choose_coverage()
    with for_share:
        share = choose_share(data)
    proba = softmax(seen.logits)
    fitting = split_rows(len(seen.y), share, context.rng())
    judged = ~fitting
    sets = conformal_sets(proba[fitting], seen.y[fitting], proba[judged], coverage)
    table = prediction_sets(sets, proba[judged], seen.y[judged], seen.rows[judged], classes)
    at_threshold = rows_at_threshold(proba[fitting], seen.y[fitting], proba[judged], seen.y[judged], coverage)
    promised = coverage_promise(int(fitting.sum()), coverage, int(judged.sum()), is_shared=at_threshold > 1)
    held, measured = int(table["Right"].sum()), float(table["Right"].mean())
    with left:
        draw(
            pictures.promise(promised.low, promised.high, coverage, measured),
            key="promise",
            alt="Promised and measured coverage",
            title=fill(words.MEASURED_COVERAGE, right=held, sets=len(table), measured=percent(measured, 1)),
        )
        expected = fill(
            words.EXPECTED_COVERAGE,
            sets=len(table),
            fitting=int(fitting.sum()),
            row_names=data.row_names,
            low=percent(promised.low, 1),
            high=percent(promised.high, 1),
        )
        shared = fill(words.SHARED_THRESHOLD, equal=at_threshold, row_names=data.row_names) if at_threshold > 1 else ""
        st.caption(f"{expected} {shared}".rstrip())
        sizes = sets.sum(axis=1)
        draw(
            pictures.set_sizes(sizes, len(classes), data.row_names),
            key="set_sizes",
            alt="Sizes of the prediction sets",
            title=fill(words.SURE_SETS, one=int((sizes == 1).sum()), sets=len(table)),
        )
        st.markdown(fill(words.SETS, row_names=data.row_names))
        st.markdown(
            fill(
                words.WHAT_FEW_CANNOT_PROMISE,
                coverage=percent(coverage),
                smallest=smallest_calibration_set(coverage),
                row_name=data.row_name,
                row_names=data.row_names,
            )
        )
    with right:
        _show_table(table, data)
        st.caption(fill(words.BARS_AND_SETS, missing=percent(1 - coverage)))


def _show_table(table: pd.DataFrame, data: Dataset) -> None:
    bars = {
        name: st.column_config.ProgressColumn(
            name, min_value=0, max_value=1, format="%.3f", width="small", color=class_colour(k)
        )
        for k, name in enumerate(probability_columns(data.class_names))
    }
    st.dataframe(
        table.assign(Right=table["Right"].map({True: "✓", False: "no"})),
        hide_index=True,
        height=420,
        column_config={
            "Row": st.column_config.NumberColumn(help=f"Number among all {data.row_names}."),
            "Right": st.column_config.TextColumn(help="✓: the set holds the true class."),
            **bars,
        },
    )


def _choose_coverage() -> float:
    return st.slider(
        "Coverage",
        0.55,
        0.99,
        0.9,
        0.01,
        key="coverage",
        persist_state="session",
        help="The least share of sets that should hold the true class. More coverage: larger sets.",
    )
